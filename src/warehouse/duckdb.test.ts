import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EnvironmentError } from '../environment-error.ts';
import { sql } from '../sql.ts';
import { lockDown, lockSettings, openDuckDB, openReadOnly, openUnlocked, openWithFiles } from './duckdb.ts';
import { SqlError } from './sql-error.ts';
import { testSql } from './testing/test-sql.ts';
import type { Warehouse } from './warehouse.ts';

const cells = [
  { name: 'NULL', sql: 'null', cell: null },
  { name: 'a boolean', sql: 'true', cell: true },
  { name: 'an integer', sql: '42', cell: 42 },
  { name: 'a bigint that a number holds', sql: '42::bigint', cell: 42 },
  { name: 'a bigint beyond 2^53', sql: '9007199254740993', cell: 9007199254740993n },
  { name: 'a double', sql: '1.5::double', cell: 1.5 },
  { name: 'a decimal', sql: '1.50::decimal(4,2)', cell: '1.50' },
  { name: 'text', sql: "'é😀'", cell: 'é😀' },
  { name: 'a date', sql: "date '2026-02-03'", cell: '2026-02-03' },
  { name: 'a timestamp', sql: "timestamp '2026-02-03 04:05:06'", cell: '2026-02-03 04:05:06' },
  { name: 'a list', sql: '[1, 2]', cell: '[1, 2]' },
  { name: 'a struct', sql: "{'a': 1}", cell: "{'a': 1}" },
  { name: 'a uuid', sql: "'00000000-0000-0000-0000-00000000000a'::uuid", cell: '00000000-0000-0000-0000-00000000000a' },
  { name: 'JSON', sql: `'{"a":1}'::json`, cell: '{"a":1}' },
];

test('a column may have any name', async () => {
  await using warehouse = await openDuckDB(':memory:');

  const [row] = await warehouse.rows(sql`select 1 as "__proto__", 2 as "constructor"`);
  expect(Object.entries(row ?? {})).toEqual([
    ['__proto__', 1],
    ['constructor', 2],
  ]);
});

test.each(cells)('$name is read as it is', async ({ sql, cell }) => {
  await using warehouse = await openDuckDB(':memory:');

  expect(await warehouse.rows(testSql(`select ${sql} as x`))).toEqual([{ x: cell }]);
});

const errors = [
  { name: 'a syntax error', sql: "select 'é😀', x frm y z", kind: 'parser', at: 'y' },
  {
    name: 'an unknown column behind wide characters',
    sql: "select 'é😀', x from (select 1 as a)",
    kind: 'binder',
    at: 'x ',
  },
  { name: 'an unknown table', sql: 'select * from users', kind: 'catalog', at: 'users' },
  { name: 'a failing cast', sql: "select 'abc'::int", kind: 'conversion', at: '::' },
  { name: 'a file', sql: "from 'a.csv'", kind: 'permission', at: undefined },
];

describe('an error', () => {
  test.each(errors)('of $name has its kind and place', async ({ sql, kind, at }) => {
    await using warehouse = await openDuckDB(':memory:');

    const error = await warehouse.rows(testSql(sql)).catch((cause: unknown) => cause);

    expect(error).toBeInstanceOf(SqlError);
    expect(error).toMatchObject({ kind });
    if (at !== undefined) expect((error as SqlError).offset).toBe(sql.indexOf(at));
  });

  test('in a described query has its place in the query', async () => {
    await using warehouse = await openDuckDB(':memory:');

    await expect(warehouse.describe(sql`select x`)).rejects.toMatchObject({ kind: 'binder', offset: 7 });
  });

  test('in a planned query has its place, and is a value', async () => {
    await using warehouse = await openDuckDB(':memory:');

    expect(await warehouse.plan(sql`select 'é', x`)).toMatchObject({ ok: false, kind: 'binder', offset: 12 });
  });
});

test('run gives the rows the last statement changed', async () => {
  await using warehouse = await openDuckDB(':memory:');

  expect(await warehouse.run(sql`create table t (a int); insert into t values (1), (2)`)).toBe(2);
  expect(await warehouse.run(sql`insert into t select ?::int`, ['3'])).toBe(1);
  expect(await warehouse.rows(sql`select count(*) as n from t`)).toEqual([{ n: 3 }]);
});

test('describe names the types as DuckDB spells them and runs nothing', async () => {
  await using warehouse = await openDuckDB(':memory:');

  expect(await warehouse.describe(sql`select 1.5::decimal(10,2) as a, {'b': 1} as s, error('ran') as e;`)).toEqual([
    { name: 'a', type: 'DECIMAL(10,2)' },
    { name: 's', type: 'STRUCT(b INTEGER)' },
    { name: 'e', type: 'INTEGER' },
  ]);
});

test('describe refuses a second statement', async () => {
  await using warehouse = await openDuckDB(':memory:');

  await expect(warehouse.describe(sql`select 1; create table t (a int)`)).rejects.toBeInstanceOf(SqlError);
  expect(await warehouse.rows(sql`from duckdb_tables()`)).toEqual([]);
});

test('a plan is given for each statement of a text', async () => {
  await using warehouse = await openDuckDB(':memory:');

  expect(await warehouse.plan(sql`select 1; select 2`)).toMatchObject({ ok: true, plans: [{}, {}] });
  expect(await warehouse.plan(sql`-- nothing`)).toEqual({ ok: true, plans: [] });
});

test('a plan may hold an infinite number', async () => {
  await using warehouse = await openDuckDB(':memory:');

  expect(await warehouse.plan(sql`select 1e400, -1e400, 'Infinity'`)).toMatchObject({ ok: true });
});

test('statements of one session run in the order asked for, and one that fails stops none', async () => {
  await using warehouse = await openDuckDB(':memory:');

  const results = await Promise.allSettled([
    warehouse.run(sql`create table t (a int)`),
    warehouse.run(sql`insert into nowhere values (1)`),
    warehouse.run(sql`insert into t values (1)`),
    warehouse.rows(sql`from t`),
  ]);

  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
});

test('sessions see one database and work side by side', async () => {
  await using warehouse = await openDuckDB(':memory:');
  await using other = await warehouse.session();
  await warehouse.run(sql`begin; create table t (a int)`);

  await expect(other.rows(sql`from t`)).rejects.toMatchObject({ kind: 'catalog' });
  await warehouse.run(sql`commit`);
  expect(await other.rows(sql`from t`)).toEqual([]);
});

test('closing interrupts what runs, in every session, and later calls are refused', async () => {
  const warehouse = await openDuckDB(':memory:');
  const other = await warehouse.session();
  const endless = 'select count(*) from range(1000000000000) a(i) where i % 7 = 3';
  const running = [warehouse.rows(testSql(endless)), other.rows(testSql(endless)), warehouse.rows(sql`select 1`)].map(
    (answer) => answer.catch((cause: unknown) => cause),
  );
  await new Promise((resolve) => setTimeout(resolve, 100));

  await warehouse[Symbol.asyncDispose]();

  expect(await Promise.all(running)).toMatchObject([
    { kind: 'interrupt' },
    { kind: 'interrupt' },
    { kind: 'interrupt' },
  ]);
  await expect(other.rows(sql`select 1`)).rejects.toMatchObject({ kind: 'connection' });
  await warehouse[Symbol.asyncDispose]();
});

const LOCKED: readonly { readonly how: string; open(): Promise<Warehouse> }[] = [
  { how: 'as it is opened', open: () => openDuckDB(':memory:') },
  {
    how: 'whose settings are locked',
    async open() {
      const warehouse = await openUnlocked();
      await lockSettings(warehouse);
      return warehouse;
    },
  },
  {
    how: 'that read files and is locked down',
    async open() {
      const warehouse = await openWithFiles(':memory:');
      await lockDown(warehouse);
      return warehouse;
    },
  },
];

describe.each(LOCKED)('a database $how', ({ open }) => {
  const refused = [
    "from read_csv('a.csv')",
    "copy (select 1) to 'a.csv'",
    "attach 'a.duckdb'",
    'install httpfs',
    'load httpfs',
    'set enable_external_access = true',
    'set lock_configuration = false',
    "set allowed_configs = ['threads']",
  ];

  test.each(refused)('refuses: %s', async (sql) => {
    await using warehouse = await open();

    await expect(warehouse.run(testSql(sql))).rejects.toMatchObject({
      kind: expect.stringMatching(/permission|invalid input/),
    });
  });

  test('still runs SQL, plans it, and opens sessions', async () => {
    await using warehouse = await open();
    await using other = await warehouse.session();

    await other.run(sql`create table t (a json, b timestamptz)`);
    expect(await other.plan(sql`from t`)).toMatchObject({ ok: true });
  });

  test('makes a table of a PIVOT over the data, in a transaction', async () => {
    await using warehouse = await open();

    await warehouse.run(sql`create table t as from (values ('b', 1), ('a', 2)) v(kind, n)`);
    await warehouse.run(sql`begin transaction`);
    await warehouse.run(testSql('create table wide as (\npivot t on kind using sum(n)\n)'));
    await warehouse.run(sql`commit`);

    expect((await warehouse.describe(sql`from wide`)).map(({ name }) => name)).toEqual(['a', 'b']);
  });
});

test.each([
  ['that is opened', () => openDuckDB(':memory:')],
  ['that is not locked yet', () => openUnlocked()],
])('a database %s reaches no file and no extension before a word of a project', async (_, open) => {
  await using warehouse = await open();

  await expect(warehouse.run(sql`from read_text('/etc/hostname')`)).rejects.toMatchObject({ kind: 'permission' });
  await expect(warehouse.run(sql`copy (select 1) to 'a.csv'`)).rejects.toMatchObject({ kind: 'permission' });
  await expect(warehouse.run(sql`install httpfs`)).rejects.toMatchObject({ kind: 'permission' });
  await expect(warehouse.run(sql`load httpfs`)).rejects.toMatchObject({ kind: 'permission' });
});

test('the folder of a database is made with it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fenceline-'));
  const file = join(folder, 'target', 'dev', 'warehouse.duckdb');
  {
    await using warehouse = await openDuckDB(file);
    await warehouse.run(sql`create table t as select 1 as a`);
  }
  await using warehouse = await openReadOnly(file);

  expect(await warehouse.rows(sql`from t`)).toEqual([{ a: 1 }]);
  await rm(folder, { recursive: true });
});

test('a folder that cannot be made is the environment saying no', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fenceline-'));
  await writeFile(join(folder, 'target'), 'a file');

  await expect(openDuckDB(join(folder, 'target', 'warehouse.duckdb'))).rejects.toThrow(
    `the folder ${join(folder, 'target')} of the warehouse cannot be made`,
  );
  await rm(folder, { recursive: true });
});

test('a file that is no database is the environment saying no', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fenceline-'));
  const file = join(folder, 'not-a.duckdb');
  await writeFile(file, 'this is text, and long enough to be taken for a header'.repeat(100));

  await expect(openDuckDB(file)).rejects.toBeInstanceOf(EnvironmentError);
  await rm(folder, { recursive: true });
});

test('a file opened read-only takes no writes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fenceline-'));
  const file = join(folder, 'warehouse.duckdb');
  {
    await using warehouse = await openDuckDB(file, { threads: 1 });
    await warehouse.run(sql`create table t as select 1 as a`);
  }
  await using warehouse = await openReadOnly(file);

  expect(await warehouse.rows(sql`from t`)).toEqual([{ a: 1 }]);
  await expect(warehouse.run(sql`insert into t values (2)`)).rejects.toMatchObject({ kind: 'invalid input' });
  await rm(folder, { recursive: true });
});

test('a statement that runs too long is stopped, and the session goes on', async () => {
  await using warehouse = await openDuckDB(':memory:', { statementSeconds: 1 });
  await using other = await warehouse.session();
  const endless = 'select count(*) from range(1000000000000) a(i) where i % 7 = 3';

  await expect(warehouse.rows(testSql(endless))).rejects.toMatchObject({
    kind: 'time limit',
    message: expect.stringContaining('more than 1 s, which is limits.statement_seconds'),
  });
  expect(await warehouse.rows(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  expect(await other.rows(sql`select 1 as one`)).toEqual([{ one: 1 }]);
});
