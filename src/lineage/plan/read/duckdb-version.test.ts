import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDuckDB } from '../../../warehouse/duckdb.ts';
import { testSql } from '../../../warehouse/testing/test-sql.ts';
import { AGGREGATES, TABLE_FUNCTIONS, WINDOWS } from '../flows/function-kinds.ts';
import { EXPRESSION_CLASSES } from './read-expression.ts';
import { OPERATOR_TYPES } from './read-plan.ts';

/** These tests fail on purpose with another DuckDB: each new name must be looked at before it is trusted. */
describe('the lists of names have all names of this DuckDB:', () => {
  test('its version', async () => {
    expect(await names('select version() as name')).toEqual(['v1.5.5']);
  });

  test('operators', async () => {
    const listed = [...OPERATOR_TYPES, ...NEVER_IN_A_QUERY, ...REFUSED_OPERATORS];
    expect(await unknownNames('LOGICAL_', listed)).toEqual([]);
  });

  test('expression classes', async () => {
    const listed = [...EXPRESSION_CLASSES, ...REFUSED_EXPRESSIONS, ...NO_EXPRESSIONS];
    expect(await unknownNames('BOUND_', listed)).toEqual([]);
  });

  test('window functions', async () => {
    expect(await unknownNames('WINDOW_', [...WINDOWS.keys(), 'WINDOW_AGGREGATE'])).toEqual([]);
  });

  test('aggregates', async () => {
    const listed = await names(
      "select function_name as name from duckdb_functions() where function_type = 'aggregate'",
    );
    const windows = [
      'cume_dist',
      'dense_rank',
      'fill',
      'first_value',
      'lag',
      'last_value',
      'lead',
      'nth_value',
      'ntile',
      'percent_rank',
      'rank',
      'rank_dense',
      'row_number',
    ];
    expect(listed).toEqual([...AGGREGATES.keys(), ...windows].sort());
  });

  test('table functions that are followed', async () => {
    const listed = await names("select function_name as name from duckdb_functions() where function_type = 'table'");
    expect([...TABLE_FUNCTIONS].filter((name) => !listed.includes(name))).toEqual([]);
  });

  test('scalar functions: one that reads what no plan shows would be new', async () => {
    const listed = await names("select function_name as name from duckdb_functions() where function_type = 'scalar'");
    expect(listed.filter((name) => /variable|query|secret|setting|env|file|read|url|http/.test(name))).toEqual([
      'current_query',
      'current_query_id',
      'current_setting',
      'getvariable',
      'parse_filename',
      'url_decode',
      'url_encode',
    ]);
    expect(listed).toHaveLength(616);
  });
});

/** Operators that only statements other than queries have, or that only the optimizer makes. */
const NEVER_IN_A_QUERY = [
  'ALTER',
  'ATTACH',
  'COPY_DATABASE',
  'COPY_TO_FILE',
  'CREATE_INDEX',
  'CREATE_MACRO',
  'CREATE_SCHEMA',
  'CREATE_SECRET',
  'CREATE_SEQUENCE',
  'CREATE_TABLE',
  'CREATE_TYPE',
  'CREATE_VIEW',
  'DELETE',
  'DETACH',
  'DROP',
  'EXECUTE',
  'EXPLAIN',
  'EXPORT',
  'INSERT',
  'INVALID',
  'JOIN',
  'LOAD',
  'MERGE_INTO',
  'PLAN',
  'PLAN_STATEMENT',
  'PRAGMA',
  'PREPARE',
  'RESET',
  'SET',
  'TOP_N',
  'TRANSACTION',
  'UPDATE',
  'UPDATE_EXTENSIONS',
  'VACUUM',
].map((name) => `LOGICAL_${name}`);

const REFUSED_OPERATORS = ['LOGICAL_DEPENDENT_JOIN', 'LOGICAL_EXTENSION_OPERATOR'];

/**
 * Classes of expression that the binder replaces before it makes a plan, or that occur only inside of another class.
 */
const REFUSED_EXPRESSIONS = [
  'BOUND_DEFAULT',
  'BOUND_EXPANDED',
  'BOUND_LAMBDA',
  'BOUND_LAMBDA_REF',
  'BOUND_PARAMETER',
  'BOUND_SUBQUERY',
];

const NO_EXPRESSIONS = ['BOUND_EXPORT_DATA', 'BOUND_EXPRESSION', 'BOUND_SUBQUERY_NODE', 'BOUND_TABLE_REF'];

async function names(query: string): Promise<readonly string[]> {
  await using warehouse = await openDuckDB(':memory:');
  const rows = await warehouse.rows(testSql(query));
  return [...new Set(rows.map((row) => String(row['name'])))].sort();
}

/**
 * Names with this prefix in the engine's binary that are not in the list. Compilers store some names in pieces,
 * followed by a byte of code: `BOUND_CAH` is no class of its own.
 */
async function unknownNames(prefix: string, listed: readonly string[]): Promise<readonly string[]> {
  const found = await namesInEngine(prefix);
  expect(found.length).toBeGreaterThan(listed.length / 2);
  return found.filter((name) => !listed.includes(name) && !listed.some((whole) => whole.startsWith(name.slice(0, -1))));
}

async function namesInEngine(prefix: string): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const file of await engineFiles()) {
    const text = (await readFile(file)).toString('latin1');
    for (const [, name] of text.matchAll(new RegExp(`(?<![A-Za-z_])(${prefix}[A-Z_]+)(?![a-z0-9])`, 'g'))) {
      if (name) found.add(name);
    }
  }
  return [...found].sort();
}

async function engineFiles(): Promise<readonly string[]> {
  const api = createRequire(import.meta.url).resolve('@duckdb/node-api/package.json');
  const folder = join(dirname(dirname(api)), `node-bindings-${process.platform}-${process.arch}`);
  const files = await readdir(folder);
  return files.filter((name) => /\.(so|dylib|dll|node)$/.test(name)).map((name) => join(folder, name));
}
