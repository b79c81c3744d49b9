import { toValue } from '../../jinja/values/plain-value.ts';
import { printValue } from '../../jinja/values/print-value.ts';
import type { Location } from '../../location.ts';
import { type Mistake, UserError } from '../../user-error.ts';
import { asMapping, type Mapping } from '../mapping.ts';
import { genericTestHash, genericTestName } from './generic-test-name.ts';

/** The model, seed, snapshot or source table that a generic test tests. */
export interface TestTarget {
  readonly uniqueId: string;
  readonly packageName: string;
  /** Part of the test's name: the name of the node, or `<source>_<table>`. */
  readonly name: string;
  /** The call by which the test reads it: `ref('m')` or `source('s', 't')`. */
  readonly call: string;
  readonly kind: 'node' | 'source';
}

/** One entry under `data_tests:`. */
export interface TestEntry {
  /** The value of the entry: a name, or a mapping. */
  readonly written: unknown;
  readonly columnName: string | undefined;
  /** Tags of the column, table and source, which the test gets, too. */
  readonly tags: readonly string[];
  readonly location: Location;
}

/** A generic test, read from YAML, with its names and its raw code; its configuration is not merged yet. */
export interface GenericTestDraft {
  readonly testName: string;
  readonly namespace: string | undefined;
  /** The arguments with `column_name`, and `model` last: refs are recorded in this order. */
  readonly kwargs: Mapping;
  readonly config: Mapping;
  readonly description: string;
  readonly name: string;
  readonly alias: string;
  readonly hash: string;
  readonly macroName: string;
  readonly rawCode: string;
}

/**
 * Keys of a test entry that are configuration, under `config` or beside it. Any other key is an argument (dbt:
 * TestBuilder).
 */
const CONFIG_KEYS = [
  'severity',
  'tags',
  'enabled',
  'where',
  'limit',
  'warn_if',
  'error_if',
  'fail_calc',
  'store_failures',
  'store_failures_as',
  'meta',
  'database',
  'schema',
  'alias',
];
const NO_ARGUMENTS = new Set(['config', 'description', 'name', 'arguments', ...CONFIG_KEYS]);

/** Reads one entry of `data_tests:`. @throws {UserError} for an entry that has not the form of a test */
export function readGenericTest(entry: TestEntry, target: TestTarget): GenericTestDraft {
  const { testName: written, args } = splitEntry(entry);
  const [, namespace, testName = written] = /^(?:(\w+)\.)?(\w+)$/.exec(written) ?? [];
  const config = new Map(asMapping(args.get('config')) ?? []);
  for (const key of CONFIG_KEYS) {
    if (args.has(key) && config.has(key)) throw new UserError(twiceConfigured(written, key, entry.location));
    const value = args.get(key);
    if (value !== undefined && value !== null) config.set(key, value);
  }

  const kwargs = new Map([...args].filter(([key]) => !NO_ARGUMENTS.has(key)));
  if (entry.columnName !== undefined) kwargs.set('column_name', entry.columnName);
  for (const [key, value] of asMapping(args.get('arguments')) ?? []) kwargs.set(key, value);
  if (kwargs.has('model')) throw new UserError(modelGiven(written, entry.location));
  kwargs.set('model', `{{ get_where_subquery(${target.call}) }}`);

  const type = `${namespace === undefined ? '' : `${namespace}_`}${target.kind === 'source' ? 'source_' : ''}${testName}`;
  const made = genericTestName({ type, target: target.name, kwargs }, print);
  const ownName = args.get('name');
  const name = typeof ownName === 'string' ? ownName : made.full;
  const alias = typeof ownName === 'string' ? ownName : made.short;
  const metadata = new Map<string, unknown>([
    ['kwargs', kwargs],
    ['name', testName],
    ['namespace', namespace ?? null],
  ]);
  const macroName = `${namespace === undefined ? '' : `${namespace}.`}test_${testName}`;
  return {
    testName,
    namespace,
    kwargs,
    config,
    description: String(args.get('description') ?? ''),
    name,
    alias,
    hash: genericTestHash(name, metadata, print),
    macroName,
    rawCode: `{{ ${macroName}(**_dbt_generic_test_kwargs) }}${configCall(config, made.short === name ? undefined : alias)}`,
  };
}

/** Name and arguments of an entry, which is `unique`, `{unique: {…}}`, or `{name: …, test_name: unique, …}`. */
function splitEntry({ written, location }: TestEntry): { readonly testName: string; readonly args: Mapping } {
  if (typeof written === 'string') return { testName: written, args: new Map() };
  const entry = asMapping(written);
  const named = entry?.get('test_name');
  if (entry && typeof named === 'string') {
    return { testName: named, args: new Map([...entry].filter(([key]) => key !== 'test_name')) };
  }
  const [only, ...more] = entry ?? [];
  const args = only?.[1] === null || only === undefined ? new Map<string, unknown>() : asMapping(only[1]);
  if (!only || more.length > 0 || !args) {
    throw new UserError({
      code: 'bad-test',
      message: 'a test is a name, or one name with its arguments below it.',
      location,
      fix: 'indent the arguments below the name of the test',
    });
  }
  return { testName: only[0], args };
}

function twiceConfigured(test: string, key: string, location: Location): Mistake {
  return {
    code: 'bad-test',
    message: `the test ${test} has '${key}' twice: by itself and under 'config'.`,
    location,
    fix: `keep it under 'config'`,
  };
}

function modelGiven(test: string, location: Location): Mistake {
  return {
    code: 'bad-test',
    message: `the test ${test} has an argument 'model', which is filled in by itself.`,
    location,
    fix: "take 'model' away",
  };
}

/** The call of config() in the raw code of a test (dbt: construct_config). */
function configCall(config: Mapping, alias: string | undefined): string {
  const all = alias === undefined || config.has('alias') ? [...config] : [...config, ['alias', alias] as const];
  const written = all.map(
    ([key, value]) => `${key}=${typeof value === 'string' ? `"${value.replaceAll('"', '\\"')}"` : print(value)}`,
  );
  return written.length === 0 ? '' : `{{ config(${written.join(',')}) }}`;
}

function print(value: unknown): string {
  return printValue(toValue(value));
}
