import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sql } from '../sql.ts';
import { openDuckDB } from './duckdb.ts';
import { hasFreedBlocks, rewriteFile } from './rewrite-file.ts';
import type { Warehouse } from './warehouse.ts';

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'fenceline-rewrite-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/**
 * Objects of each kind that a warehouse can have, also a view over a dropped table, and foreign keys against the order
 * of the table names.
 */
const OBJECTS = sql`
  create schema marts; create type mood as enum ('ok', 'bad'); create sequence counter start 5; select nextval('counter');
  create macro twice(x) as x * 2; create macro those(x) as table select x as y;
  create table gone (id int); create view over_gone as select id from w.main.gone; drop table gone;
  create table z_parent (id int primary key, feeling mood default 'ok'); insert into z_parent values (1, 'bad');
  create table a_child (id int references z_parent (id), doubled int generated always as (id * 2), note varchar not null);
  insert into a_child (id, note) values (1, 'x');
  create table marts.funnel as select range as step, 'é' as "odd ""name" from range(5000) order by step desc;
  create index steps on marts.funnel (step); comment on table marts.funnel is 'a comment';
  comment on column marts.funnel.step is 'another'; create view v as select twice(step) as s from marts.funnel`;

const CATALOG = sql`
  select 'table' as kind, sql, comment from duckdb_tables() where not internal union all
  select 'view', sql, comment from duckdb_views() where not internal union all
  select 'index', sql, comment from duckdb_indexes() union all
  select 'column', column_name || ' ' || data_type, comment from duckdb_columns() where not internal union all
  select 'sequence', sequence_name, null from duckdb_sequences() union all
  select 'type', type_name, null from duckdb_types() where not internal union all
  select 'macro', function_name, null from duckdb_functions() where not internal
  order by all`;

async function content(warehouse: Warehouse) {
  return {
    catalog: await warehouse.rows(CATALOG),
    rows: [
      await warehouse.rows(sql`from marts.funnel`),
      await warehouse.rows(sql`from a_child`),
      await warehouse.rows(sql`from z_parent`),
      await warehouse.rows(sql`select sum(s)::bigint as s from v`),
    ],
  };
}

test('all objects and rows are in the new file, and no byte of what was deleted', async () => {
  await using folder = await temporaryFolder();
  const [old, fresh] = [join(folder.path, 'w.duckdb'), join(folder.path, 'new', 'w.duckdb')];
  await mkdir(join(folder.path, 'new'));
  {
    await using warehouse = await openDuckDB(old);
    await warehouse.run(OBJECTS);
    await warehouse.run(
      sql`create table person as select 'canary-' || md5(range::varchar) as name from range(200000); checkpoint`,
    );
    await warehouse.run(sql`create or replace table person as select 'nobody' as name; checkpoint`);
  }
  const canary = /canary-/;
  expect((await readFile(old)).toString('latin1')).toMatch(canary);
  expect(await hasFreedBlocks(old)).toBe(true);

  await rewriteFile(old, fresh);

  expect((await readFile(fresh)).toString('latin1')).not.toMatch(canary);
  await using before = await openDuckDB(old);
  await using after = await openDuckDB(fresh);
  expect(await content(after)).toEqual(await content(before));
  expect(await after.rows(sql`select nextval('counter')::int as n`)).toEqual([{ n: 6 }]);
});

test('a file that was only written once has no freed blocks', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'w.duckdb');
  {
    await using warehouse = await openDuckDB(path);
    await warehouse.run(sql`create table t as select range as n from range(1000)`);
  }
  expect(await hasFreedBlocks(path)).toBe(false);
});
