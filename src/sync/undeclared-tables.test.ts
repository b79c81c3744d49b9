import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DriftPolicy, SyncPattern } from '../config/fenceline-config.ts';
import type { PostgresServer } from '../postgres/server.ts';
import { sql } from '../sql.ts';
import { openWithFiles } from '../warehouse/duckdb.ts';
import { query, startPostgres, sync, table } from './testing/postgres.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
  await query(
    server,
    `create schema crm; create table crm.person (id int, ssn text); insert into crm.person values (1, 'canary');
     create table crm.note (id int, ssn text); insert into crm.note values (1, 'canary'); create view crm.seen as select id from crm.note;
     create table crm.event (id int) partition by list (id); create table crm.event_1 partition of crm.event for values in (1);
     insert into crm.event values (1)`,
  );
});
afterAll(() => server[Symbol.asyncDispose]());

const LOCATION = { file: 'fenceline.yml', line: 6, column: 5 };
const PATTERN: SyncPattern = {
  name: 'all',
  from: { schema: 'crm', table: '*' },
  to: { schema: undefined, table: 'raw_*' },
  except: [],
  exclude: ['ssn'],
  location: LOCATION,
};
const PERSON = { ...table('all.person', 'crm.person'), pattern: 'all', to: { schema: undefined, table: 'raw_person' } };

interface Case {
  readonly name: string;
  readonly pattern?: Partial<SyncPattern>;
  readonly policy?: DriftPolicy;
  /** Tables of the warehouse with their columns. */
  readonly tables: readonly string[];
  readonly steps: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: 'what no YAML declares is left out by name, and partitions are no tables of their own',
    tables: ['raw_person(id)'],
    steps: ["crm.*: 3 tables are in no source's YAML and left out: event, note, seen", 'raw_person: 1 row'],
  },
  {
    name: 'a table that is excepted is not named',
    pattern: { except: ['n*', 'seen'] },
    tables: ['raw_person(id)'],
    steps: ["crm.*: a table is in no source's YAML and left out: event", 'raw_person: 1 row'],
  },
  {
    name: 'with the policy `ignore` all arrive, without the excluded columns, where `to` says',
    pattern: { to: { schema: 'lake', table: 'the_*' } },
    policy: 'ignore',
    tables: ['raw_person(id)', 'the_event(id)', 'the_note(id)', 'the_seen(id)'],
    steps: ['raw_person: 1 row', 'the_event: 1 row', 'the_note: 1 row', 'the_seen: 1 row'],
  },
  {
    name: 'a pattern of declared columns has none of an undeclared table to copy',
    pattern: { onlyDeclared: true },
    policy: 'ignore',
    tables: ['raw_person(id)'],
    steps: ["crm.*: 3 tables are in no source's YAML and left out: event, note, seen", 'raw_person: 1 row'],
  },
];

test.each(cases)('$name', async ({ pattern, policy = 'warn', tables, steps }) => {
  await using warehouse = await openWithFiles(':memory:');
  const patterns = [{ ...PATTERN, ...pattern }];
  const drift = { table: policy, add: 'warn', drop: 'warn', type: 'warn' } as const;

  const synced = await sync(server, [{ ...PERSON, exclude: ['ssn'] }], warehouse, { patterns, drift });

  const columns = await warehouse.rows(
    sql`select table_name || '(' || string_agg(column_name, ', ') || ')' as text from duckdb_columns() where not internal group by table_name order by 1`,
  );
  expect(columns.map(({ text }) => String(text))).toEqual(tables);
  expect(synced.steps).toEqual(steps);
});

test.each([
  {
    name: 'the policy `error`',
    pattern: {},
    policy: 'error' as const,
    says: "crm.*: 3 tables are in no source's YAML: event, note, seen",
  },
  {
    name: 'an exception that is no table',
    pattern: { except: ['notes'] },
    policy: 'warn' as const,
    says: "sync.tables.all excepts notes, and Postgres has no table crm.notes. Did you mean 'note'?",
  },
  {
    name: 'an excluded column that no table has',
    pattern: { exclude: ['snn'] },
    policy: 'warn' as const,
    says: "no table of sync.tables.all has a column snn to exclude. Did you mean 'ssn'?",
  },
])('$name ends the copy before its first row', async ({ pattern, policy, says }) => {
  await using warehouse = await openWithFiles(':memory:');
  const drift = { table: policy, add: 'warn', drop: 'warn', type: 'warn' } as const;
  const patterns = [{ ...PATTERN, ...pattern }];

  const copy = sync(server, [{ ...PERSON, exclude: patterns[0]?.exclude ?? [] }], warehouse, { patterns, drift });

  await expect(copy).rejects.toThrow(says);
  expect(await warehouse.rows(sql`from duckdb_tables()`)).toEqual([]);
});

test('a table that a pattern does not copy any more leaves the warehouse', async () => {
  await using warehouse = await openWithFiles(':memory:');
  const drift = { table: 'ignore', add: 'warn', drop: 'warn', type: 'warn' } as const;
  await sync(server, [], warehouse, { patterns: [PATTERN], drift });

  await sync(server, [PERSON], warehouse, { patterns: [{ ...PATTERN, exclude: [] }] });

  expect(await warehouse.rows(sql`select table_name as name from duckdb_tables()`)).toEqual([{ name: 'raw_person' }]);
});
