import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDuckDB } from '../duckdb.ts';
import { testSql } from '../testing/test-sql.ts';
import { EXPRESSION_FUNCTIONS, refusalOf, SYSTEM_VIEWS, TABLE_FUNCTIONS } from './judgements.ts';

/**
 * These fail on purpose with another DuckDB. For each new function: read its documentation, run it, and judge it in
 * `judgements.ts`. Then renew the file of overloads with `npx vitest run --update`, and read its diff: a function with
 * new arguments, or a macro with a new body, needs a new judgement as well.
 */
describe('every function of this DuckDB is judged:', () => {
  test('those of expressions', async () => {
    const names = await column(
      "select distinct lower(function_name) as name from duckdb_functions() where function_type in ('scalar', 'aggregate', 'macro')",
    );
    // The parser makes calls of `unnest`, but the engine lists it only as a table function.
    expect([...EXPRESSION_FUNCTIONS.keys()].sort()).toEqual([...names, 'unnest'].sort());
  });

  test('those of FROM', async () => {
    const names = await column(
      "select distinct lower(function_name) as name from duckdb_functions() where function_type in ('table', 'table_macro')",
    );
    expect([...TABLE_FUNCTIONS.keys()].sort()).toEqual(names.sort());
  });

  test('its views', async () => {
    const names = await column(
      `select case when schema_name = 'information_schema' then 'information_schema.' else '' end || view_name as name
       from duckdb_views() where internal`,
    );
    expect([...SYSTEM_VIEWS.keys()].sort()).toEqual([...new Set(names)].sort());
  });

  test('with these arguments, and made of this', async () => {
    const functions = await column(
      `select function_type || ' ' || function_name || ' ' ||
         string_agg('(' || array_to_string(parameter_types || [varargs], ', ') || ')', ' ' order by all) ||
         coalesce(' = ' || string_agg(macro_definition, ' ' order by macro_definition), '') as name
       from duckdb_functions() group by function_type, function_name order by name`,
    );
    const views = await column(
      "select 'view ' || schema_name || '.' || sql as name from duckdb_views() where internal order by name",
    );
    await expect(`${[...functions, ...views].join('\n')}\n`).toMatchFileSnapshot(
      join(import.meta.dirname, 'overloads.txt'),
    );
  });
});

test('what reads files, settings or the log by its name is refused', async () => {
  const suspicious =
    /read_|scan$|^glob$|variable|setting|secrets?$|_log|query|checkpoint|logs|sleep|parquet_(?!variant)|__internal/;
  const allowed = [...EXPRESSION_FUNCTIONS, ...TABLE_FUNCTIONS, ...SYSTEM_VIEWS].filter(
    ([name, judgement]) => suspicious.test(name) && refusalOf(judgement) === undefined,
  );
  expect(allowed.map(([name]) => name)).toEqual([]);
});

async function column(sql: string): Promise<string[]> {
  await using warehouse = await openDuckDB(':memory:');
  return (await warehouse.rows(testSql(sql))).map(({ name }) => String(name));
}
