import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../sql.ts';
import { openDuckDB } from '../duckdb.ts';
import { testSql } from '../testing/test-sql.ts';
import { requireHarmlessObjects } from './own-objects.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fenceline-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Path of a new database file, created by these statements. */
async function fileWith(sql: string): Promise<string> {
  const path = join(await mkdtemp(join(folder, 'file-')), 'warehouse.duckdb');
  await using warehouse = await openDuckDB(path);
  await warehouse.run(testSql(sql));
  return path;
}

describe('a file is not opened whose macro takes the place of', () => {
  test.each([
    { name: 'a function', sql: "create macro lower(x) as 'x'", hides: 'lower' },
    { name: 'an operator', sql: 'create macro "+"(a, b) as 7', hides: '+' },
    { name: 'what syntax becomes', sql: 'create macro list_value(x) as 7', hides: 'list_value' },
    { name: 'count(*)', sql: 'create macro count_star() as 7', hides: 'count_star' },
    { name: 'a table function', sql: 'create macro duckdb_functions() as table select 1', hides: 'duckdb_functions' },
    { name: 'the parser', sql: "create macro JSON_serialize_SQL(x) as '{}'", hides: 'json_serialize_sql' },
    { name: 'a function, in another schema', sql: 'create schema s; create macro s.upper(x) as 7', hides: 'upper' },
  ])('$name', async ({ sql, hides }) => {
    await expect(openDuckDB(await fileWith(sql))).rejects.toMatchObject({
      name: 'EnvironmentError',
      message: expect.stringContaining(`take the place of functions of the engine: ${hides}`),
      fix: expect.stringContaining('DROP MACRO'),
    });
  });
});

test('a file with macros of other names is opened', async () => {
  await using warehouse = await openDuckDB(await fileWith('create macro own(x) as x'));

  expect(await warehouse.rows(sql`select 1 as one`)).toEqual([{ one: 1 }]);
});

describe('nothing is built beside', () => {
  test.each([
    {
      name: 'a view',
      sql: 'create view v as select write_log(1::varchar) as x',
      says: 'the view main.v of the warehouse calls write_log()',
    },
    { name: 'a view over texts', sql: 'create view v as select sql from duckdb_views()', says: 'calls duckdb_views()' },
    {
      name: 'a check',
      sql: 'create table t (a varchar check (write_log(a) is null))',
      says: 'a check of the table main.t',
    },
    {
      name: 'a default',
      sql: 'create table t (a varchar default current_query())',
      says: 'a column of the table main.t',
    },
    {
      name: 'a generated column',
      sql: "create table t (a int, b varchar as (current_setting('threads')))",
      says: 'a column of the table main.t',
    },
    {
      name: 'a view over a macro',
      sql: "create macro own(x) as current_setting(x); create view v as select own('threads') as x",
      says: 'a macro of the warehouse',
    },
  ])('$name that calls what is refused', async ({ sql, says }) => {
    await using warehouse = await openDuckDB(await fileWith(sql));

    await expect(requireHarmlessObjects(warehouse)).rejects.toThrow(says);
  });
});

test('what reads files is left to the engine, a default may count, and a macro may call what others may', async () => {
  await using warehouse = await openDuckDB(
    await fileWith(
      `create sequence s; create table t (id int default nextval('s'), a int check (a in (1, 2)), b int as (a + 1));
       create macro shown(x) as lower(x); create view w as select shown('X') as x;
       create view v as select lower('x') as query, count(*) as n from t`,
    ),
  );

  await expect(requireHarmlessObjects(warehouse)).resolves.toBeUndefined();
});
