import { createHash, randomUUID } from 'node:crypto';
import { modulesValue } from '../jinja/modules.ts';
import { MacroReturn, renderTemplate } from '../jinja/render.ts';
import { parseTemplate } from '../jinja/parse-template.ts';
import { isTruthy, printValue, toPlain, toValue, type Value } from '../jinja/value.ts';
import type { Location } from '../location.ts';
import { didYouMean } from '../nearest-name.ts';
import { UserError } from '../user-error.ts';
import type { Target } from './project.ts';
import { templateFunction } from './template-function.ts';
import type { Variables } from './variables.ts';

/** What templates see of the world outside the project. */
export interface Surroundings {
  readonly target: Target;
  readonly variables: Variables;
  readonly environment: { readonly [name: string]: string | undefined };
  readonly isVisibleVariable: (name: string) => boolean;
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
    ['return', templateFunction('return', ['data'], ({ given }) => { throw new MacroReturn(given.data ?? null); })],
    ['log', templateFunction('log', ['msg', 'info'], () => '')],
    ['print', templateFunction('print', ['msg'], () => '')],
    ['modules', modulesValue()],
    ['exceptions', exceptionsValue()],
    ['flags', toValue(FLAGS)],
    ['tojson', templateFunction('tojson', ['value', 'default', 'sort_keys'], ({ given }) => toJson(given.value ?? null, isTruthy(given.sort_keys ?? false)))],
    ['fromjson', templateFunction('fromjson', ['string', 'default'], ({ given }) => fromJson(given.string, given.default))],
    ['local_md5', templateFunction('local_md5', ['value'], ({ given }) => createHash('md5').update(printValue(given.value ?? null)).digest('hex'))],
    ['set', templateFunction('set', ['value', 'default'], ({ given }) => uniqueItems(given.value))],
    ['zip', zipFunction()],
    ['dbt_version', '1.11.0'],
    ['invocation_id', randomUUID()],
    ['run_started_at', startedAt.toISOString()],
    ['project_name', packageName],
    ['thread_id', 'MainThread'],
    ['diff_of_two_dicts', templateFunction('diff_of_two_dicts', ['dict_a', 'dict_b'], ({ given }) => differenceOf(given.dict_a, given.dict_b))],
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
  const read = async (name: string, raw: string, site: Location): Promise<Value> => {
    if (isReading.has(name)) {
      throw new UserError({ code: 'bad-var', message: `var('${name}') is defined by itself.`, location: site, fix: `give ${name} a value in dbt_project.yml` });
    }
    isReading.add(name);
    try {
      return await render(raw, site);
    } finally {
      isReading.delete(name);
    }
  };
  const call = templateFunction('var', ['name', 'default'], ({ given, site }) => {
    const name = printValue(given.name ?? null);
    const found = variables.find(name, packageName);
    if (!found) return given.default ?? missingVar(name, variables.names(packageName), site);
    const { value } = found;
    return typeof value === 'string' && /\{[{%#]/.test(value) ? read(name, value, site) : toValue(value);
  });
  return call;
}

function missingVar(name: string, known: readonly string[], site: Location): never {
  throw new UserError({
    code: 'missing-var',
    message: `var('${name}') has no value.${didYouMean(name, known)}`,
    location: site,
    fix: `set it under 'vars:' in dbt_project.yml, or with --vars '{${name}: …}'`,
  });
}

function envVarFunction({ environment, isVisibleVariable }: Surroundings): Value {
  return templateFunction('env_var', ['var', 'default'], ({ given, site }) => {
    const name = printValue(given.var ?? null);
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

function fromJson(written: Value | undefined, otherwise: Value | undefined): Value {
  try {
    return toValue(JSON.parse(printValue(written ?? null)));
  } catch (cause) {
    if (cause instanceof SyntaxError) return otherwise ?? null;
    throw cause;
  }
}
