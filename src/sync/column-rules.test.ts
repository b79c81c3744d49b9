import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SyncTable, ValueRules } from '../config/fenceline-config.ts';
import type { PostgresServer } from '../postgres/server.ts';
import { sql } from '../sql.ts';
import { openWithFiles } from '../warehouse/duckdb.ts';
import { query, startPostgres, sync, table } from './testing/postgres.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
  await query(
    server,
    `create table odd (id int, price numeric(10,2), other numeric(30,4), free numeric, day timestamptz, tags text[], ip inet, ssn text);
     insert into odd values (1, 1.50, 2.5, 3, '2024-01-01', '{a}', '10.0.0.1', 'canary'),
       (2, 'NaN', 'NaN', 12.75, '294270-01-01', '{{a},{b}}', '::1', 'canary'), (3, null, null, null, null, null, null, null)`,
  );
});
afterAll(() => server[Symbol.asyncDispose]());

function odd(rules: Partial<ValueRules>, columns: readonly string[]): SyncTable {
  return { ...table('odd', 'public.odd'), columns, values: { type: {}, nan: {}, onBad: {}, ...rules } };
}

const cases: readonly {
  readonly name: string;
  readonly rules: Partial<ValueRules>;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly step: string;
}[] = [
  {
    name: 'nan: null',
    rules: { nan: { price: null, '*': null } },
    columns: ['price', 'other'],
    rows: [
      ['1.50', '2.5000'],
      [null, null],
      [null, null],
    ],
    step: 'raw_odd: 3 rows, NaN as NULL: price, other',
  },
  {
    name: 'type: varchar',
    rules: { type: { price: 'varchar', day: 'varchar', tags: 'varchar' } },
    columns: ['price', 'day', 'tags'],
    rows: [
      ['1.50', '2024-01-01 00:00:00+00', '{a}'],
      ['NaN', '294270-01-01 00:00:00+00', '{{a},{b}}'],
      [null, null, null],
    ],
    step: 'raw_odd: 3 rows, kept as text: price, day, tags',
  },
  {
    name: 'type: decimal for a numeric without a scale',
    rules: { type: { free: 'decimal(38,4)' } },
    columns: ['free'],
    rows: [['3.0000'], ['12.7500'], [null]],
    step: 'raw_odd: 3 rows',
  },
  {
    name: 'on_bad: null for one column and for all',
    rules: { onBad: { '*': null } },
    columns: ['id', 'price', 'day', 'tags'],
    rows: [
      ['1', '1.50', '2024-01-01 00:00:00+00', '[a]'],
      ['2', null, null, null],
      ['3', null, null, null],
    ],
    step: 'raw_odd: 3 rows, 1 bad as NULL: price, day, tags',
  },
];

test.each(cases)('$name', async ({ rules, columns, rows, step }) => {
  await using warehouse = await openWithFiles(':memory:');
  await warehouse.run(sql`set timezone = 'UTC'`);
  const { steps } = await sync(server, [odd(rules, columns)], warehouse);

  const arrived = await warehouse.rows(sql`select columns(*)::varchar from raw_odd`);
  expect(arrived.map((row) => Object.values(row))).toEqual(rows);
  expect(Object.keys(arrived[0] ?? {})).toEqual(columns);
  expect(steps).toEqual([step]);
});

test.each([
  {
    name: 'a decimal with more decimals than its type',
    rules: { type: { free: 'decimal(38,1)' } },
    column: 'free',
    says: '1 value of free (numeric) does not fit DECIMAL(38,1)',
  },
  {
    name: 'a column that is an error among others that are not',
    rules: { onBad: { '*': null, day: 'error' } as const },
    column: 'day',
    says: '1 value of day',
  },
  {
    name: 'a decimal for a text',
    rules: { type: { ssn: 'decimal(10,2)' } },
    column: 'ssn',
    says: 'public.odd.ssn is text, and only a numeric can be a decimal',
  },
  {
    name: 'a rule for no column',
    rules: { nan: { prize: null } },
    column: 'id',
    says: "public.odd has no column prize. Did you mean 'price'?",
  },
])('$name is an error', async ({ rules, column, says }) => {
  await using warehouse = await openWithFiles(':memory:');
  await expect(sync(server, [odd(rules, [column])], warehouse)).rejects.toThrow(says);
});

test('columns that are not listed never leave the server, and a new one does not arrive', async () => {
  await query(
    server,
    "create table narrow as select 1 as id, 'canary' as ssn; create role narrow_reader login; grant select (id) on narrow to narrow_reader",
  );
  await query(server, "alter table narrow add added text default 'canary'");
  await using warehouse = await openWithFiles(':memory:');
  const reader = { ...server, connection: { ...server.connection, user: 'narrow_reader' } };
  await sync(reader, [{ ...table('narrow', 'public.narrow'), columns: ['id'] }], warehouse);
  expect(await warehouse.rows(sql`from raw_narrow`)).toEqual([{ id: 1 }]);
});

test.each([
  {
    name: 'NaN',
    type: 'numeric(10,2)',
    value: "'NaN'",
    fix: 'write nan: {x: null} for NaN, type: {x: varchar} to copy the text, or on_bad: {x: null} to copy NULL',
  },
  {
    name: 'a late moment',
    type: 'timestamp',
    value: "'294270-01-01'",
    fix: 'write type: {x: varchar} to copy the text, or on_bad: {x: null} to copy NULL',
  },
])('the error for $name says what to write', async ({ type, value, fix }) => {
  await query(server, `drop table if exists bad; create table bad (x ${type}); insert into bad values (${value})`);
  await using warehouse = await openWithFiles(':memory:');
  await expect(sync(server, [table('bad', 'public.bad')], warehouse)).rejects.toMatchObject({
    fix: `in sync.tables, ${fix}`,
  });
});
