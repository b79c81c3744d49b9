import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EnvironmentError } from '../environment-error.ts';
import type { PostgresServer } from '../postgres/server.ts';
import { sql } from '../sql.ts';
import { UserError } from '../user-error.ts';
import { openWithFiles } from '../warehouse/duckdb.ts';
import { query, startPostgres, sync, table } from './testing/postgres.ts';

const fixtures = fileURLToPath(new URL('../../example-project/fixtures', import.meta.url));
let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres([join(fixtures, 'schema.sql'), join(fixtures, 'data.sql')]);
});
afterAll(() => server[Symbol.asyncDispose]());

/** What an error shows to people: everything but its causes. */
async function failure(work: Promise<unknown>): Promise<UserError | EnvironmentError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof UserError || error instanceof EnvironmentError) return error;
  throw new Error('the work did not fail as expected', { cause: error });
}

test('the example project arrives whole, in the order of its rows, without excluded columns', async () => {
  await using warehouse = await openWithFiles(':memory:');
  const { tables, steps } = await sync(
    server,
    [
      table('organization', 'public.accounts_organization'),
      table('user', 'public.accounts_user', 'password'),
      table('appointment', 'public.scheduling_appointment'),
      table('event', 'public.activity_event'),
    ],
    warehouse,
  );

  expect(tables.map(({ table, rows }) => `${table} ${rows}`)).toEqual([
    'raw_organization 20',
    'raw_user 2000',
    'raw_appointment 20000',
    'raw_event 100000',
  ]);
  expect(steps[1]).toBe('raw_user: 2,000 rows');
  const described = await warehouse.describe(sql`from raw_user`);
  expect(described.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'id BIGINT',
    'username VARCHAR',
    'email VARCHAR',
    'first_name VARCHAR',
    'last_name VARCHAR',
    'phone VARCHAR',
    'date_of_birth DATE',
    'is_provider BOOLEAN',
    'is_active BOOLEAN',
    'roles VARCHAR[]',
    'external_id UUID',
    'organization_id BIGINT',
    'date_joined TIMESTAMP WITH TIME ZONE',
    'last_login TIMESTAMP WITH TIME ZONE',
  ]);
  expect(tables[1]?.columns.map(({ name, type }) => `${name} ${type}`)).toEqual(
    described.map(({ name, type }) => `${name} ${type}`),
  );
  const [sums] = await warehouse.rows(
    sql`select sum(fee)::varchar as fees, max(length(note)) as longest from raw_appointment`,
  );
  const [[fees, longest] = []] = await query(
    server,
    'select sum(fee)::text, max(length(note)) from scheduling_appointment',
  );
  expect(sums).toEqual({ fees, longest });
  expect(
    await warehouse.rows(
      sql`select count(*) as unordered from (select id, row_number() over () as n from raw_event) where id <> n`,
    ),
  ).toEqual([{ unordered: 0 }]);
});

test('views, materialized views, partitioned tables, generated columns and odd names are copied', async () => {
  await query(
    server,
    `create table "Od""d; name" ("sel ect" int, "a\\b" text, "two" int generated always as ("sel ect" * 2) stored);
     insert into "Od""d; name" values (1, 'x');
     create view seen as select * from "Od""d; name";
     create materialized view kept as select * from seen;
     create table parted (id int) partition by list (id);
     create table parted_1 partition of parted for values in (1);
     insert into parted values (1);
     create table empty_one (x text);
     create table one_text (x text);
     insert into one_text values (''), (null), ('');
     alter table one_text add gone int; alter table one_text drop gone`,
  );
  await using warehouse = await openWithFiles(':memory:');
  const { tables } = await sync(
    server,
    [
      table('odd "name"', 'public.Od"d; name'),
      table('seen', 'public.seen'),
      table('kept', 'public.kept'),
      table('parted', 'public.parted'),
      table('empty', 'public.empty_one'),
      table('one', 'public.one_text'),
    ],
    warehouse,
  );
  expect(tables.map(({ rows }) => rows)).toEqual([1, 1, 1, 1, 0, 3]);
  expect(await warehouse.rows(sql`from "raw_odd ""name"""`)).toEqual([{ 'sel ect': 1, 'a\\b': 'x', two: 2 }]);
  expect(await warehouse.rows(sql`select count(*) as n from raw_one where x = ''`)).toEqual([{ n: 2 }]);
});

test('wrong names are told together, at their place, with the nearest name', async () => {
  await using warehouse = await openWithFiles(':memory:');
  const missing = await failure(
    sync(server, [table('a', 'public.acounts_user'), table('b', 'nowhere.at_all')], warehouse),
  );
  expect(missing.message).toBe(
    `fenceline.yml:7:5 Postgres has no table public.acounts_user. Did you mean 'public.accounts_user'?
  fix: correct \`from\`, or let postgres.setup create the table
fenceline.yml:7:5 Postgres has no table nowhere.at_all.
  fix: correct \`from\`, or let postgres.setup create the table`,
  );
  const column = await failure(sync(server, [table('user', 'public.accounts_user', 'passwort')], warehouse));
  expect(column.message).toContain(
    "fenceline.yml:7:5 public.accounts_user has no column passwort to exclude. Did you mean 'password'?",
  );
});

test.each([
  { name: 'a table without columns', sql: 'create table bare ()', from: 'bare', says: 'no column to copy' },
  {
    name: 'columns that differ in case only',
    sql: 'create table twins (id int, "ID" int)',
    from: 'twins',
    says: 'in case only',
  },
])('$name is refused', async ({ sql, from, says }) => {
  await query(server, sql);
  await using warehouse = await openWithFiles(':memory:');
  expect((await failure(sync(server, [table('x', `public.${from}`)], warehouse))).message).toContain(says);
});

test.each([
  { name: 'NaN in a decimal', type: 'numeric(10,2)', value: "'NaN'" },
  { name: 'a moment DuckDB has no room for', type: 'timestamptz', value: "'294270-01-01'" },
  { name: 'more dimensions than declared', type: 'text[]', value: "'{{secret,secret}}'" },
])('$name fails, shows no value and leaves all tables as they were', async ({ type, value }) => {
  await query(server, 'drop table if exists good, bad');
  await query(server, `create table good (id int); insert into good values (1)`);
  await query(server, `create table bad (x ${type})`);
  await using warehouse = await openWithFiles(':memory:');
  await sync(server, [table('good', 'public.good')], warehouse);
  await query(server, 'insert into good values (2)');
  await query(server, `insert into bad values (${value})`);

  const error = await failure(sync(server, [table('good', 'public.good'), table('bad', 'public.bad')], warehouse));

  expect(error).toBeInstanceOf(EnvironmentError);
  expect(error.message).toBe('public.bad cannot be loaded: a value does not fit the type its column has in DuckDB');
  expect(await warehouse.rows(sql`from raw_good`)).toEqual([{ id: 1 }]);
  expect(await warehouse.rows(sql`select table_name from duckdb_tables() order by 1`)).toEqual([
    { table_name: 'raw_good' },
  ]);
});

test('tables fit each other although rows are added while they are copied', async () => {
  await query(
    server,
    `create table parents (id int); create table children (parent int);
     insert into parents select generate_series(1, 200000); insert into children select id from parents`,
  );
  await using warehouse = await openWithFiles(':memory:');
  const copying = sync(server, [table('parents', 'public.parents'), table('children', 'public.children')], warehouse);
  for (let id = 1_000_000; id < 1_000_100; id++) {
    await query(server, `with p as (insert into parents values (${id})) insert into children values (${id})`);
  }
  await copying;
  expect(
    await warehouse.rows(
      sql`select (select count(*) from raw_parents) - (select count(*) from raw_children) as difference`,
    ),
  ).toEqual([{ difference: 0 }]);
});

test('rows of many megabytes are copied', async () => {
  await query(
    server,
    `create table long_rows (id int, x text); insert into long_rows select n, repeat('x', n * 1500000) from generate_series(1, 4) n`,
  );
  await using warehouse = await openWithFiles(':memory:');
  await sync(server, [table('long', 'public.long_rows')], warehouse);
  expect(await warehouse.rows(sql`select length(x) as n from raw_long order by 1`)).toEqual(
    [1, 2, 3, 4].map((n) => ({ n: n * 1_500_000 })),
  );
});

test('an abort ends a copy that is under way and keeps the former tables', async () => {
  await query(server, 'create table slow (id int); insert into slow values (1)');
  await using warehouse = await openWithFiles(':memory:');
  await sync(server, [table('slow', 'public.slow')], warehouse);
  await query(server, 'create view slow_view as select id from slow, pg_sleep(30)');
  const stop = new AbortController();
  const started = performance.now();
  setTimeout(() => stop.abort(new Error('enough')), 300);

  await expect(
    sync(server, [table('slow', 'public.slow'), table('slow_view', 'public.slow_view')], warehouse, stop.signal),
  ).rejects.toThrow('enough');

  expect(performance.now() - started).toBeLessThan(5_000);
  expect(await warehouse.rows(sql`from raw_slow`)).toEqual([{ id: 1 }]);
});

test('a connection that is lost in the middle is an error and not an end', async () => {
  await query(
    server,
    'create view dies as select n, pg_terminate_backend(pg_backend_pid()) as x from generate_series(1, 10) n where n > 5',
  );
  await using warehouse = await openWithFiles(':memory:');
  const error = await failure(sync(server, [table('dies', 'public.dies')], warehouse));
  expect(error.message).toMatch(/^public\.dies cannot be read from Postgres: /);
  expect(await warehouse.rows(sql`select * from duckdb_tables()`)).toEqual([]);
});

test('an error of Postgres in the middle of a copy shows its kind and no value', async () => {
  await query(
    server,
    `create view fails as select 'secret-' || n as name, 1 / (3 - n) as x, ('secret' || n)::int from generate_series(1, 10) n`,
  );
  await using warehouse = await openWithFiles(':memory:');
  const error = await failure(sync(server, [table('fails', 'public.fails')], warehouse));
  expect(error.message).toMatch(/^public\.fails cannot be read from Postgres: (division by zero|invalid text)/);
  expect(error.message).not.toContain('secret');
});

test('a role that may read neither a column nor all rows is told so', async () => {
  await query(
    server,
    `create role reader login; grant select (id) on accounts_user to reader;
     create table guarded (id int); alter table guarded enable row level security; grant select on guarded to reader`,
  );
  await using warehouse = await openWithFiles(':memory:');
  for (const from of ['accounts_user', 'guarded']) {
    const error = await failure(sync(as('reader'), [table('x', `public.${from}`)], warehouse));
    expect(error.message).toContain(`fenceline.yml:7:5 the user of Postgres may not read all of public.${from}`);
  }
});

test('without pipes a private file takes their place and is removed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 's-'));
  await writeFile(join(folder, 'mkfifo'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  const { PATH } = process.env;
  process.env['PATH'] = folder;
  try {
    await using warehouse = await openWithFiles(':memory:');
    const { tables } = await sync(server, [table('user', 'public.accounts_user', 'password')], warehouse);
    expect(tables[0]?.rows).toBe(2000);
  } finally {
    process.env['PATH'] = PATH;
    await rm(folder, { recursive: true });
  }
});

test('a role that may read all but the excluded columns is enough', async () => {
  await query(
    server,
    `create table half_open (id int, secret text); insert into half_open values (1, 'x');
     create role half_reader login; grant select (id) on half_open to half_reader`,
  );
  await using warehouse = await openWithFiles(':memory:');
  await sync(as('half_reader'), [table('half', 'public.half_open', 'secret')], warehouse);
  expect(await warehouse.rows(sql`from raw_half`)).toEqual([{ id: 1 }]);
});

test('a table that could not be locked and is emptied meanwhile is an error and not an empty table', async () => {
  await query(
    server,
    `create table emptied (id int, secret text); insert into emptied values (1, 'x');
     create role late_reader login; grant select (id) on emptied to late_reader;
     create view pause as select 1 as x from pg_sleep(1); grant select on pause to late_reader`,
  );
  await using warehouse = await openWithFiles(':memory:');
  const copying = failure(
    sync(as('late_reader'), [table('pause', 'public.pause'), table('emptied', 'public.emptied', 'secret')], warehouse),
  );
  await new Promise((resolve) => setTimeout(resolve, 500));
  await query(server, 'truncate emptied');
  expect((await copying).message).toContain('public.emptied was emptied or rewritten while it was copied');
});

function as(user: string): PostgresServer {
  return { ...server, connection: { ...server.connection, user } };
}

const CATALOG_VIEWS = [
  {
    name: 'a view of statistics',
    sql: 'create view caught.seen as select attname, histogram_bounds::text from pg_stats',
  },
  {
    name: 'a view of the table of statistics',
    sql: 'create view caught.seen as select stavalues1::text as v from pg_catalog.pg_statistic',
  },
  {
    name: 'a view of a view of them',
    sql: 'create view caught.inner_one as select attname, n_distinct from "pg_catalog"."pg_stats"; create view caught.seen as select attname from caught.inner_one',
  },
  {
    name: 'a materialized view',
    sql: 'create materialized view caught.seen as select most_common_vals::text as v from PG_STATS',
  },
  {
    name: 'a function behind a view',
    sql: `create function caught.peek() returns setof text language sql as 'select histogram_bounds::text from pg_stats';
          create view caught.seen as select caught.peek() as v`,
  },
  {
    name: 'a function that puts a query together',
    sql: `create function caught.peek() returns setof text language plpgsql as $$ begin return query execute 'select histogram_bounds::text from pg_' || 'stats'; end $$;
          create view caught.seen as select caught.peek() as v`,
  },
  {
    name: 'a query as text',
    sql: `create view caught.seen as select query_to_xml('select * from pg_' || 'stats', true, false, '')::text as v`,
  },
  {
    name: 'a subquery',
    sql: 'create view caught.seen as select 1 as one where exists (select from information_schema.columns)',
  },
];

test.each(CATALOG_VIEWS)('what Postgres knows of its tables is refused behind $name', async ({ sql: text }) => {
  await query(server, `drop schema if exists caught cascade; create schema caught; ${text}`);
  await using warehouse = await openWithFiles(':memory:');
  const error = await failure(sync(server, [table('seen', 'caught.seen')], warehouse));

  expect(error.message).toContain('made from Postgres');
});

test('a view over tables, and one over a function of the project, are copied', async () => {
  await query(
    server,
    `create function public.twice(n bigint) returns bigint language sql as 'select n * 2';
     create view public.plain as select id, twice(id) as n, lower(email) as executed_at, pg_typeof(id)::text as t from accounts_user`,
  );
  await using warehouse = await openWithFiles(':memory:');
  const { tables } = await sync(server, [table('plain', 'public.plain')], warehouse);

  expect(tables.map(({ rows }) => rows)).toEqual([2000]);
});
