import { createHash, randomUUID } from 'node:crypto';
import { MacroReturn } from '../../jinja/evaluate/render.ts';
import { jsonText } from '../../jinja/python/json-text.ts';
import { datetimeValue } from '../../jinja/python/modules/datetime-value.ts';
import { pythonIterator, zipTuples } from '../../jinja/python/modules/python-iterator.ts';
import { modulesValue } from '../../jinja/python/modules.ts';
import { isIterable, iterateLazily } from '../../jinja/values/iterate.ts';
import { PythonError } from '../../jinja/values/python-error.ts';
import {
  Callable,
  Dict,
  Generator,
  HostObject,
  isTruthy,
  PySet,
  printValue,
  Tuple,
  toValue,
  type Value,
  View,
} from '../../jinja/values/value.ts';
import type { Location } from '../../location.ts';
import { didYouMean } from '../../nearest-name.ts';
import { type Mistake, UserError } from '../../user-error.ts';
import type { Target } from '../project.ts';
import type { Variables } from '../variables.ts';
import { templateFunction } from './template-function.ts';

/** What templates see of the world outside the project. */
export interface Surroundings {
  readonly rootPackage: string;
  readonly target: Target;
  readonly variables: Variables;
  readonly environment: { readonly [name: string]: string | undefined };
  readonly isVisibleVariable: (name: string) => boolean;
  /** The profile may read `DBT_ENV_SECRET_*`, and nothing else (dbt: SECRET_ENV_PREFIX). */
  readonly readsSecrets: boolean;
  readonly startedAt: Date;
}

/** Gives the context a value is rendered in when it is read, so that vars can use macros and other vars. */
export type Names = Map<string, Value>;

/**
 * The names that mean the same wherever a template of `packageName` is rendered (dbt: BaseContext, TargetContext).
 * `render` renders a string var when it is read.
 */
export function baseNames(
  surroundings: Surroundings,
  packageName: string,
  render: (text: string, at: Location) => string | Promise<string>,
): Names {
  const { target, startedAt } = surroundings;
  return new Map<string, Value>([
    ['var', varFunction(surroundings, packageName, render)],
    ['env_var', envVarFunction(surroundings)],
    ['target', targetValue(target)],
    ['return', templateFunction('return', ['data'], ({ given }) => leaveMacro(given.data))],
    ['log', templateFunction('log', ['msg', 'info'], () => '')],
    ['print', templateFunction('print', ['msg'], () => '')],
    ['modules', modulesValue(() => startedAt)],
    ['exceptions', exceptionsValue()],
    ['flags', toValue(FLAGS)],
    ['tojson', templateFunction('tojson', ['value', 'default', 'sort_keys'], ({ given }) => toJson(given))],
    ['fromjson', templateFunction('fromjson', ['string', 'default'], ({ given }) => fromJson(given))],
    ['local_md5', templateFunction('local_md5', ['value'], ({ given }) => md5(printValue(given.value ?? null)))],
    ['set', templateFunction('set', ['value', 'default'], ({ given }) => toSet(given))],
    ['set_strict', templateFunction('set_strict', ['value'], ({ given }) => toSet(given))],
    ['zip', new Callable('zip', ({ positional, named }) => zip(positional, named.get('default')))],
    ['zip_strict', new Callable('zip_strict', ({ positional }) => zip(positional, undefined))],
    ['dbt_version', '1.11.0'],
    ['invocation_id', randomUUID()],
    ['run_started_at', datetimeValue(startedAt)],
    ['project_name', surroundings.rootPackage],
    ['thread_id', 'MainThread'],
    [
      'diff_of_two_dicts',
      templateFunction('diff_of_two_dicts', ['dict_a', 'dict_b'], ({ given }) => differenceOf(given)),
    ],
  ]);
}

/** Values of dbt's flags as templates see them. */
const FLAGS = {
  WHICH: 'build',
  FULL_REFRESH: false,
  STORE_FAILURES: false,
  FAIL_FAST: false,
  WARN_ERROR: false,
  EMPTY: false,
  INDIRECT_SELECTION: 'eager',
};

function varFunction(
  { variables }: Surroundings,
  packageName: string,
  render: (text: string, at: Location) => string | Promise<string>,
): Value {
  const isReading = new Set<string>();
  const read = (name: string, raw: string, site: Location): Value | Promise<Value> => {
    if (isReading.has(name)) throw new UserError(selfDefined(name, site));
    isReading.add(name);
    const done = <Text>(text: Text): Text => {
      isReading.delete(name);
      return text;
    };
    const rendered = render(raw, site);
    return rendered instanceof Promise ? rendered.then(done) : done(rendered);
  };
  return templateFunction('var', ['name', 'default'], ({ given, site }) => {
    const name = printValue(given.name ?? null);
    const found = variables.find(name, packageName);
    if (!found)
      return given.default === undefined ? missingVar(name, variables.names(packageName), site) : given.default;
    const { value, location = site } = found;
    return typeof value === 'string' && /\{[{%#]/.test(value) ? read(name, value, location) : toValue(value);
  });
}

function selfDefined(name: string, location: Location): Mistake {
  return { code: 'bad-var', message: `var('${name}') is defined by itself.`, location, fix: `give ${name} a value` };
}

function missingVar(name: string, known: readonly string[], site: Location): never {
  throw new UserError({
    code: 'missing-var',
    message: `var('${name}') has no value.${didYouMean(name, known)}`,
    location: site,
    fix: `set it under 'vars:' in dbt_project.yml, or with --vars '{${name}: …}'`,
  });
}

function envVarFunction({ environment, isVisibleVariable, readsSecrets }: Surroundings): Value {
  return templateFunction('env_var', ['var', 'default'], ({ given, site }) => {
    const name = printValue(given.var ?? null);
    if (name.startsWith('DBT_ENV_SECRET_') && !readsSecrets) {
      throw new UserError({
        code: 'secret-env-var',
        message: `env_var('${name}') is a secret, which only profiles.yml may read.`,
        location: site,
        fix: 'what a model needs, such as the salt of a mask, stands in a variable of another name',
      });
    }
    const visible = isVisibleVariable(name);
    const value = visible ? environment[name] : undefined;
    if (value !== undefined) return value;
    if (given.default !== undefined) return given.default;
    throw new UserError({
      code: 'missing-env-var',
      message: visible
        ? `env_var('${name}') is not set in the environment.`
        : `env_var('${name}') may not be read: templates of a pull request see DBT_*, FENCELINE_* and what is listed.`,
      location: site,
      fix: visible ? `set ${name}, or give env_var a default` : `list ${name} under 'env:' in fenceline.yml`,
    });
  });
}

/** dbt-duckdb: the profile without its secrets. */
function targetValue({ profileName, name, type, database, schema, threads, path }: Target): Value {
  return toValue({ profile_name: profileName, name, target_name: name, type, database, schema, threads, path });
}

function leaveMacro(value: Value | undefined): never {
  throw new MacroReturn(value ?? null);
}

interface ToJson {
  readonly value?: Value;
  readonly default?: Value;
  readonly sort_keys?: Value;
}

/** dbt: what json.dumps refuses as a value gives the default. */
function toJson({ value = null, default: otherwise = null, sort_keys = false }: ToJson): Value {
  try {
    return jsonText(value, { sortsKeys: isTruthy(sort_keys) });
  } catch (cause) {
    if (cause instanceof PythonError && cause.kind === 'ValueError') return otherwise;
    throw cause;
  }
}

function fromJson({
  string: written = null,
  default: otherwise = null,
}: {
  readonly string?: Value;
  readonly default?: Value;
}): Value {
  try {
    return toValue(JSON.parse(printValue(written)));
  } catch (cause) {
    if (cause instanceof SyntaxError) return otherwise;
    throw cause;
  }
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function toSet({
  value = null,
  default: otherwise = null,
}: {
  readonly value?: Value;
  readonly default?: Value;
}): Value {
  const items = itemsOf(value);
  return items ? new PySet(items) : otherwise;
}

function zip(lists: readonly Value[], otherwise: Value = null): Value {
  if (!lists.every(isIterable)) return otherwise;
  return pythonIterator('zip', lists, zipTuples(lists.map(iterateLazily)));
}

/** What a loop over the value visits; `undefined` when it is nothing to loop over. */
function itemsOf(value: Value): readonly Value[] | undefined {
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return [...value];
  if (value instanceof Tuple) return value.items;
  if (value instanceof PySet) return value.values();
  if (value instanceof Dict) return value.keys();
  if (value instanceof View) return value.items();
  if (value instanceof Generator) return value.rest();
  return value instanceof HostObject ? value.items() : undefined;
}

/** dbt: what lists of the first dict are not in the second, ignoring case. */
function differenceOf({ dict_a, dict_b }: { readonly dict_a?: Value; readonly dict_b?: Value }): Value {
  const difference = new Dict();
  if (!(dict_a instanceof Dict)) return difference;
  const others = new Map(
    dict_b instanceof Dict
      ? dict_b.entries().map(([key, list]) => [printValue(key).toLowerCase(), itemsOf(list) ?? []])
      : [],
  );
  for (const [key, list] of dict_a.entries()) {
    const other = new Set(
      (others.get(printValue(key).toLowerCase()) ?? []).map((item) => printValue(item).toLowerCase()),
    );
    const missing = (itemsOf(list) ?? []).filter((item) => !other.has(printValue(item).toLowerCase()));
    if (missing.length > 0) difference.set(key, [...missing]);
  }
  return difference;
}

/** `exceptions`: each stops the template with its message, but for `warn`. */
function exceptionsValue(): Value {
  const raising = (name: string, parameter: string, say: (text: string) => string = (text) => text) =>
    [
      name,
      new Callable(name, ({ positional, named }, site) => {
        const text = printValue(positional[0] ?? named.get(parameter) ?? null);
        throw new UserError({ code: 'compiler-error', message: say(text), location: site });
      }),
    ] as const;
  return new Dict([
    raising('raise_compiler_error', 'msg'),
    raising('raise_database_error', 'msg'),
    raising('raise_fail_fast_error', 'msg'),
    raising('raise_not_implemented', 'msg'),
    raising('raise_contract_error', 'yaml_columns', () => 'the model does not have the columns its contract declares.'),
    raising('missing_relation', 'relation', (relation) => `the relation ${relation} is not there.`),
    raising('relation_wrong_type', 'relation', (relation) => `the relation ${relation} is of the wrong type.`),
    raising('missing_config', 'name', (name) => `the configuration '${name}' is missing.`),
    ['warn', templateFunction('warn', ['msg'], () => '')],
  ]);
}
