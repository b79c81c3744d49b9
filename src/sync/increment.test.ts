import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IncrementalRule, SyncTable } from '../config/fenceline-config.ts';
import type { PostgresServer } from '../postgres/server.ts';
import { sql } from '../sql.ts';
import { openWithFiles } from '../warehouse/duckdb.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { query, startPostgres, sync, table } from './testing/postgres.ts';
import { openFaultyServer } from './testing/proxy.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server[Symbol.asyncDispose]());

function event(rule: Partial<IncrementalRule>, config: Partial<SyncTable> = {}): SyncTable {
  const incremental = { cursor: 'at', key: ['id'], deletes: false, ...rule };
  return { ...table('event', 'public.event'), incremental, ...config };
}

const FULL = table('event', 'public.event');

async function fill(): Promise<void> {
  await query(
    server,
    `drop table if exists event;
     create table event (id int, part text, at timestamptz, seq bigint, day date, amount numeric(12,3), note text, primary key (id));
     insert into event select n, 'p', timestamptz '2024-01-01' + n * interval '1 minute', n, date '2024-01-01' + n, n / 1000.0, 'first'
       from generate_series(1, 100) n`,
  );
}

async function notes(warehouse: Warehouse): Promise<readonly string[]> {
  const rows = await warehouse.rows(
    sql`select id || ' ' || note as row from raw_event where id < 4 or id > 98 order by id`,
  );
  return rows.map(({ row }) => String(row));
}

const LATER =
  "insert into event values (101, 'p', '2024-01-01 01:41', 101, '2024-04-11', 0.101, 'new'); update event set note = 'second', at = '2024-01-01 01:42', seq = 102, day = '2024-04-12', amount = 0.102 where id = 2";
const FIRST = ['1 first', '2 first', '3 first', '99 first', '100 first'];
const SECOND = ['1 first', '2 second', '3 first', '99 first', '100 first', '101 new'];

const cases: readonly {
  readonly name: string;
  readonly rule: Partial<IncrementalRule>;
  readonly change: string;
  readonly rows: readonly string[];
  readonly step: string;
}[] = [
  ...['at', 'seq', 'day', 'amount'].map((cursor) => ({
    name: `new and changed rows arrive by the cursor ${cursor}`,
    rule: { cursor },
    change: LATER,
    rows: SECOND,
    // The row with the highest cursor is read again.
    step: '101 rows, 3 read since the last copy',
  })),
  {
    name: 'without a change nothing changes',
    rule: {},
    change: '',
    rows: FIRST,
    step: '100 rows, 1 read since the last copy',
  },
  {
    name: 'a row that was committed late is in the overlap',
    rule: { overlap: '2 minutes' },
    change: "insert into event values (101, 'p', '2024-01-01 01:39', 1, null, null, 'late')",
    rows: [...FIRST, '101 late'],
    step: '101 rows, 4 read since the last copy',
  },
  {
    name: 'an overlap of numbers',
    rule: { cursor: 'seq', overlap: '10' },
    change: "update event set note = 'late' where id = 99",
    rows: ['1 first', '2 first', '3 first', '99 late', '100 first'],
    step: '100 rows, 11 read since the last copy',
  },
  {
    name: 'rows without a cursor arrive each time',
    rule: {},
    change:
      "insert into event values (101, 'p', null, 1, null, null, 'none'), (102, 'p', 'infinity', 1, null, null, 'ever')",
    rows: [...FIRST, '101 none', '102 ever'],
    step: '102 rows, 3 read since the last copy',
  },
  {
    name: 'deleted rows stay unless keys are compared',
    rule: {},
    change: 'delete from event where id in (1, 100)',
    rows: FIRST,
    step: '100 rows, 0 read since the last copy',
  },
  {
    name: 'deleted rows go where keys are compared',
    rule: { deletes: true },
    change: `${LATER}; delete from event where id in (1, 100)`,
    rows: ['2 second', '3 first', '99 first', '101 new'],
    step: '99 rows, 2 read since the last copy, 2 removed',
  },
  {
    name: 'a key of two columns',
    rule: { key: ['id', 'part'] },
    change:
      "update event set note = 'second', at = '2025-01-01' where id = 1; update event set part = 'q', at = '2025-01-01' where id = 3",
    rows: ['1 second', '2 first', '3 first', '3 first', '99 first', '100 first'],
    step: '101 rows, 3 read since the last copy',
  },
];

test.each(cases)('$name', async ({ rule, change, rows, step }) => {
  await fill();
  await using warehouse = await openWithFiles(':memory:');
  expect((await sync(server, [event(rule)], warehouse)).steps).toEqual(['raw_event: 100 rows']);
  if (change !== '') await query(server, change);
  expect((await sync(server, [event(rule)], warehouse)).steps).toEqual([`raw_event: ${step}`]);
  expect(await notes(warehouse)).toEqual(rows);
});

test.each([
  { name: 'the first copy', before: undefined },
  { name: 'after a copy of all rows', before: FULL },
  { name: 'with another cursor', before: event({ cursor: 'seq' }) },
  { name: 'with another condition', before: event({}, { where: 'id < 50' }) },
  { name: 'with other columns', before: event({}, { exclude: ['part'] }) },
  { name: 'with a mask', before: event({}, { mask: { note: null } }) },
  { name: '--full-refresh', before: event({}), fullRefresh: true },
])('$name copies all rows', async ({ before, fullRefresh = false }) => {
  await fill();
  await using warehouse = await openWithFiles(':memory:');
  if (before) await sync(server, [before], warehouse);
  const { tables } = await sync(server, [event({})], warehouse, { fullRefresh });
  expect(tables[0]).toMatchObject({ rows: 100 });
  expect(tables[0]?.increment).toBe(undefined);
  expect(await notes(warehouse)).toEqual(FIRST);
});

test('another key of masks copies all rows', async () => {
  await fill();
  await using warehouse = await openWithFiles(':memory:');
  const config = event({}, { mask: { note: 'hash' } });
  const hashes = async (maskKey: string) => {
    const { tables } = await sync(server, [config], warehouse, { maskKey });
    const rows = await warehouse.rows(sql`select distinct note from raw_event`);
    return { isAll: tables[0]?.increment === undefined, hashes: rows.length };
  };
  expect(await hashes('one')).toEqual({ isAll: true, hashes: 1 });
  expect(await hashes('one')).toEqual({ isAll: false, hashes: 1 });
  expect(await hashes('two')).toEqual({ isAll: true, hashes: 1 });
});

test.each([
  { name: 'a cursor that is a text', rule: { cursor: 'note' }, says: 'public.event.note is text, and no cursor' },
  { name: 'a key that is no column', rule: { key: ['key'] }, says: 'has no copied column key without a mask' },
  {
    name: 'an overlap of time for a number',
    rule: { cursor: 'seq', overlap: '1 hour' },
    says: 'the overlap 1 hour is none',
  },
  {
    name: 'a key that is not unique',
    rule: { key: ['part'] },
    says: 'cannot be copied incrementally: 1 key is NULL or of several rows',
  },
])('$name is an error', async ({ rule, says }) => {
  await fill();
  await using warehouse = await openWithFiles(':memory:');
  await expect(sync(server, [event(rule)], warehouse)).rejects.toThrow(says);
});

/** Copies over connections that break after a number of bytes. The error is expected. */
async function breakSync(config: SyncTable, warehouse: Warehouse, afterBytes: number) {
  await using faulty = await openFaultyServer(server, { fault: 'reset', afterBytes, connections: 20 });
  await sync(faulty.server, [config], warehouse).catch(() => undefined);
}

test('after any changes and failures, the next copy is what a copy of all rows gives', async () => {
  const change = fc.oneof(
    fc.record({ kind: fc.constant('insert'), id: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ kind: fc.constant('update'), id: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ kind: fc.constant('late'), id: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ kind: fc.constant('delete'), id: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ kind: fc.constant('sync'), id: fc.constant(0) }),
    // The number of bytes after which the connections break.
    fc.record({ kind: fc.constant('broken sync'), id: fc.integer({ min: 400, max: 30_000 }) }),
  );
  const property = fc.asyncProperty(fc.array(change, { minLength: 5, maxLength: 40 }), async (changes) => {
    await query(server, 'drop table if exists event; create table event (id int primary key, at bigint, note text)');
    await using warehouse = await openWithFiles(':memory:');
    const config = event({ overlap: '5', deletes: true });
    let clock = 100;
    for (const { kind, id } of changes) {
      const at = kind === 'late' ? clock - 4 : ++clock;
      const row = `(${id}, ${id % 7 === 0 ? 'null' : at}, repeat('${kind}', ${id}))`;
      if (kind === 'sync') await sync(server, [config], warehouse);
      else if (kind === 'broken sync') await breakSync(config, warehouse, id);
      else if (kind === 'delete') await query(server, `delete from event where id = ${id}`);
      else
        await query(
          server,
          `insert into event values ${row} on conflict (id) do update set at = excluded.at, note = excluded.note`,
        );
    }
    await sync(server, [config], warehouse);
    await sync(server, [{ ...FULL, to: { schema: undefined, table: 'whole' } }, config], warehouse);
    const differences = await warehouse.rows(
      sql`(from raw_event except from whole) union all (from whole except from raw_event)`,
    );
    expect(differences).toEqual([]);
    const [counts] = await warehouse.rows(
      sql`select (select count(*) from raw_event) - (select count(*) from whole) as more`,
    );
    expect(counts).toEqual({ more: 0 });
  });
  await fc.assert(property, { numRuns: process.env['MODE'] === 'long' ? 200 : 3 });
});
