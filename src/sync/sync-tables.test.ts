import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EnvironmentError } from '../environment-error.ts';
import { connect } from '../postgres/connect.ts';
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

/** The text of an error that people see: everything but its causes. */
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
  {
    name: 'NaN in a decimal',
    type: 'numeric(10,2)',
    value: "'NaN'",
    says: '1 value of x (numeric(10,2)) does not fit DECIMAL(10,2)',
  },
  {
    name: 'a moment DuckDB has no room for',
    type: 'timestamptz',
    value: "'294270-01-01'",
    says: '1 value of x (timestamp with time zone) does not fit TIMESTAMP WITH TIME ZONE',
  },
  {
    name: 'more dimensions than declared',
    type: 'text[]',
    value: "'{{secret,secret}}'",
    says: '1 value of x (text[]) does not fit VARCHAR[]',
  },
  {
    name: 'JSON that is half a character',
    type: 'json',
    value: `'"secret\\ud800"'`,
    says: '1 value of x (json) does not fit JSON',
  },
])(
  '$name fails, is told by its column, shows no value and leaves all tables as they were',
  async ({ type, value, says }) => {
    await query(server, 'drop table if exists good, bad');
    await query(server, `create table good (id int); insert into good values (1)`);
    await query(server, `create table bad (x ${type})`);
    await using warehouse = await openWithFiles(':memory:');
    await sync(server, [table('good', 'public.good')], warehouse);
    await query(server, 'insert into good values (2)');
    await query(server, `insert into bad values (${value})`);

    const error = await failure(sync(server, [table('good', 'public.good'), table('bad', 'public.bad')], warehouse));

    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toBe(`public.bad cannot be loaded: ${says}`);
    expect(await warehouse.rows(sql`from raw_good`)).toEqual([{ id: 1 }]);
    expect(await warehouse.rows(sql`select table_name from duckdb_tables() order by 1`)).toEqual([
      { table_name: 'raw_good' },
    ]);
  },
);

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
    sync(server, [table('slow', 'public.slow'), table('slow_view', 'public.slow_view')], warehouse, {
      signal: stop.signal,
    }),
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

test('without pipes rows go through memory, and no file holds one', async () => {
  await query(
    server,
    `create table odd_texts as select n as id, repeat(E'\\\\N\t\n', n) || case n when 7 then repeat('x', 3000000) else '' end as x,
       null as nothing, n * 1.5 as d from generate_series(1, 20000) n where n < 50 or n % 100 = 0`,
  );
  const folder = await mkdtemp(join(tmpdir(), 's-'));
  await writeFile(join(folder, 'mkfifo'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  const { PATH, TMPDIR } = process.env;
  Object.assign(process.env, { PATH: folder, TMPDIR: folder });
  const seen = new Set<string>();
  const looking = setInterval(() => {
    for (const name of readdirSync(folder, { recursive: true }))
      seen.add(basename(String(name)).replace(/-\w{6}$/, ''));
  }, 5);
  try {
    await using warehouse = await openWithFiles(':memory:');
    await sync(server, [table('odd', 'public.odd_texts')], warehouse);
    expect(
      await warehouse.rows(sql`select count(*) as n, md5(string_agg(x, '' order by id)) as x from raw_odd`),
    ).toEqual([
      Object.fromEntries(
        (await query(server, "select count(*)::int, md5(string_agg(x, '' order by id)) from odd_texts")).flatMap(
          ([n, x]) => [
            ['n', n],
            ['x', x],
          ],
        ),
      ),
    ]);
  } finally {
    clearInterval(looking);
    Object.assign(process.env, { PATH, TMPDIR: TMPDIR ?? '' });
    await rm(folder, { recursive: true });
  }
  expect([...seen].sort()).toEqual(['fenceline-sync', 'mkfifo', 'owner.json']);
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

/** Relations that are altered while a larger table is copied: their rows are then not those of the snapshot any more. */
const changes = [
  { name: 'a table is emptied', of: 't', change: 'truncate t' },
  { name: 'a table is rewritten', of: 't', change: 'alter table t alter secret type varchar using secret || secret' },
  {
    name: 'a partitioned table is rewritten',
    of: 'p',
    change: 'alter table p alter secret type varchar using secret || secret',
  },
  { name: 'a partition is emptied', of: 'p', change: 'truncate p_1' },
  { name: 'a partition is detached', of: 'p', change: 'alter table p detach partition p_1' },
  { name: 'a partition is dropped', of: 'p', change: 'drop table p_1' },
  { name: 'a child is emptied', of: 'parent', change: 'truncate child' },
  { name: 'a child is taken away', of: 'parent', change: 'alter table child no inherit parent' },
  {
    name: 'the table of a view is rewritten',
    of: 'v',
    change: 'alter table behind alter secret type varchar using secret || secret',
  },
  { name: 'the table of a view of a view is emptied', of: 'vv', change: 'truncate behind' },
  {
    name: 'a materialized view is refreshed',
    of: 'm',
    change: 'insert into behind values (9); refresh materialized view m',
  },
  {
    name: 'a materialized view below a view is refreshed',
    of: 'vm',
    change: 'insert into behind values (9); refresh materialized view m',
  },
  { name: 'the table that a function of a view reads is emptied', of: 'vf', change: 'truncate behind' },
  {
    name: 'the function of a view is another one',
    of: 'vf',
    change: `create or replace function f() returns setof int language sql as 'select 7'`,
  },
  {
    name: 'another table takes the name',
    of: 't',
    change: 'alter table t rename to gone; alter table other rename to t',
  },
  { name: 'a view is another one', of: 'v', change: 'create or replace view v as select id from behind where id < 2' },
  {
    name: 'two columns change their names',
    of: 'w',
    change: 'alter table w rename x to z; alter table w rename id to x; alter table w rename z to id',
  },
];

/** Rights on single columns, with which a role cannot lock a table. */
const GRANTS = 'grant select (id) on t, other, p, parent, v, vv, m, vm, vf to part; grant select (id, x) on w to part';

test.each(changes)('all is copied once more when $name', async ({ of, change }) => {
  await query(
    server,
    `drop schema if exists changing cascade; create schema changing; set search_path = changing;
       do $$ begin create role part login; exception when duplicate_object then null; end $$;
       grant usage on schema changing to part;
       create table t (id int, secret text); insert into t select n, 'x' from generate_series(1, 5) n;
       create table other (id int, secret text); insert into other select n, 'y' from generate_series(1, 9) n;
       create table p (id int, secret text) partition by list (id);
       create table p_1 partition of p for values in (1); create table p_2 partition of p default;
       insert into p select n, 'x' from generate_series(1, 5) n;
       create table parent (id int, secret text); create table child () inherits (parent);
       insert into parent values (1, 'x'); insert into child select n, 'x' from generate_series(2, 5) n;
       create table behind (id int, secret text); insert into behind select n, 'x' from generate_series(1, 5) n;
       create view v as select id from behind; create view vv as select id from v;
       create materialized view m as select id from behind; create view vm as select id from m;
       create function f() returns setof int language sql security definer set search_path = changing
         as 'select id from behind';
       create view vf as select id from f() id;
       create table w (id int, x int); insert into w select n, -n from generate_series(1, 5) n;
       create table much as select n from generate_series(1, 20000) n;
       create view pause as select count(*) from much, (select pg_advisory_xact_lock_shared(7)) waits;
       grant select on pause to part; ${GRANTS}`,
  );
  await using warehouse = await openWithFiles(':memory:');
  await using pause = await holdPauses();
  const copying = sync(
    as('part'),
    [table('pause', 'changing.pause'), table('copied', `changing.${of}`, ...(OTHERS[of] ?? []))],
    warehouse,
  );
  await untilCopied('changing"."pause');
  await query(server, `set search_path = changing; ${change}`);
  await pause.end();
  const { steps } = await copying;

  const expected = await query(server, `select id from changing.${of} order by 1`);
  expect((await warehouse.rows(sql`select id from raw_copied order by 1`)).map(({ id }) => [id])).toEqual(expected);
  expect(steps[0]).toBe(
    `changing.${of} was emptied, altered or rewritten while it was copied; all tables are copied once more`,
  );
});

/** The columns that the role with rights on single columns may not read. */
const OTHERS: { readonly [table: string]: readonly string[] } = { t: ['secret'], p: ['secret'], parent: ['secret'] };

/** Makes views with pg_advisory_xact_lock_shared(7) wait until `end`. */
async function holdPauses() {
  const holder = await connect(server.connection);
  await holder.query('select pg_advisory_lock(7)');
  return {
    end: () => holder.query('select pg_advisory_unlock(7)'),
    [Symbol.asyncDispose]: () => holder[Symbol.asyncDispose](),
  };
}

/** Waits until the COPY of a relation runs. */
async function untilCopied(name: string): Promise<void> {
  await expect
    .poll(
      () =>
        query(server, 'select 1 from pg_stat_activity where state = $1 and query like $2', [
          'active',
          `copy (%${name}%`,
        ]),
      { interval: 20, timeout: 10_000 },
    )
    .toHaveLength(1);
}

test('a table that is altered in every attempt is an error', async () => {
  await query(
    server,
    `create table restless (id int, secret text); insert into restless values (1, 'x');
     create role late_reader login; grant select (id) on restless to late_reader;
     create table large as select n from generate_series(1, 20000) n;
     create view pause as select count(*) from large, (select pg_advisory_xact_lock_shared(7)) waits;
     grant select on pause to late_reader`,
  );
  await using warehouse = await openWithFiles(':memory:');
  await using first = await holdPauses();
  const copying = failure(
    sync(
      as('late_reader'),
      [table('pause', 'public.pause'), table('restless', 'public.restless', 'secret')],
      warehouse,
    ),
  );
  await untilCopied('public"."pause');
  await query(server, 'truncate restless');
  // The second attempt waits behind the next holder, who asks for the lock before the first gives it back.
  const next = holdPauses();
  await expect
    .poll(() =>
      query(server, "select 1 from pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock' and not granted"),
    )
    .toHaveLength(1);
  await first.end();
  await using second = await next;
  await untilCopied('public"."pause');
  await query(server, 'truncate restless');
  await second.end();
  expect((await copying).message).toBe('public.restless was emptied, altered or rewritten while it was copied');
});

test('a table is locked no longer than it is copied', async () => {
  await query(
    server,
    `create table quick (id int); create table many as select n from generate_series(1, 20000) n;
     create view long_pause as select count(*) from many, (select pg_advisory_xact_lock_shared(7)) waits`,
  );
  await using warehouse = await openWithFiles(':memory:');
  await using pause = await holdPauses();
  const copying = sync(server, [table('pause', 'public.long_pause'), table('quick', 'public.quick')], warehouse);
  await untilCopied('long_pause');
  // This statement would wait until the pause is over if the table was locked by now.
  await query(server, 'begin; lock table quick in access exclusive mode; commit');
  await pause.end();
  await copying;
});

test.each([
  { name: 'alone', rows: 'select 1, repeat($$x$$, 9000000)' },
  {
    name: 'in the middle',
    rows: 'select n, repeat($$x\\$$, case n when 3 then 9000000 when 4 then 1 else n end) from generate_series(1, 6) n',
  },
  { name: 'each of them', rows: 'select n, repeat($$x$$, 2000000 + n) from generate_series(1, 4) n' },
])('a row of many megabytes arrives, $name', async ({ rows }) => {
  await query(
    server,
    `drop table if exists huge; create table huge (id int, x text, b bytea, a text[], n numeric(38, 10));
    insert into huge select r.*, case when id > 1 then decode(repeat('ab', 5000000), 'hex') end, array[x, null], 1.5 from (${rows}) r (id, x)`,
  );
  await using warehouse = await openWithFiles(':memory:');
  await sync(server, [table('huge', 'public.huge')], warehouse);
  const arrived = await warehouse.rows(
    sql`select id, md5(x) as x, md5(b) as b, md5(a[1]) as a, len(a)::int as n from raw_huge`,
  );
  expect(arrived.map((row) => Object.values(row))).toEqual(
    await query(server, 'select id, md5(x), md5(b), md5(a[1]), cardinality(a) from huge'),
  );
});

test('a table that is not copied any more is removed, and told; tables that nobody copied stay', async () => {
  await using warehouse = await openWithFiles(':memory:');
  await warehouse.run(sql`create table raw_own as select 1 as id`);
  await sync(
    server,
    [table('organization', 'public.accounts_organization'), table('user', 'public.accounts_user')],
    warehouse,
  );
  const { steps } = await sync(server, [table('organization', 'public.accounts_organization')], warehouse);

  expect(steps).toEqual([
    'raw_user is not copied any more, and was removed from the warehouse',
    'raw_organization: 20 rows',
  ]);
  expect(
    await warehouse.rows(
      sql`select table_name, split_part(comment, chr(10), 1) as comment from duckdb_tables() order by 1`,
    ),
  ).toEqual([
    {
      table_name: 'raw_organization',
      comment: 'copied by fenceline sync of project clinic from public.accounts_organization',
    },
    { table_name: 'raw_own', comment: null },
  ]);
});

test('a view reads with the search path of the role', async () => {
  await query(
    server,
    `create schema deep; create function deep.answer() returns int language sql as 'select 42';
     create function deep.outer_answer() returns int language plpgsql as 'begin return answer(); end';
     create view asks as select deep.outer_answer() as x; create role wanderer login;
     alter role wanderer set search_path = deep, public; grant usage on schema deep to wanderer; grant select on asks to wanderer`,
  );
  await using warehouse = await openWithFiles(':memory:');
  await sync(as('wanderer'), [table('asks', 'public.asks')], warehouse);
  expect(await warehouse.rows(sql`from raw_asks`)).toEqual([{ x: 42 }]);
});

test('names that differ in case only are refused, since they are one table of the warehouse', async () => {
  await using warehouse = await openWithFiles(':memory:');
  const error = await failure(
    sync(server, [table('user', 'public.accounts_user'), table('User', 'public.activity_event')], warehouse),
  );
  expect(error.message).toBe(
    `fenceline.yml:7:5 sync.tables has user and User, which are both the table main.raw_User of the warehouse
  fix: give one of them another name: DuckDB takes upper and lower case for the same`,
  );
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
