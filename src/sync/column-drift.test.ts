import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DriftPolicies, SyncTable } from '../config/fenceline-config.ts';
import type { PostgresServer } from '../postgres/server.ts';
import { sql } from '../sql.ts';
import { openWithFiles } from '../warehouse/duckdb.ts';
import { query, startPostgres, sync, table } from './testing/postgres.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server[Symbol.asyncDispose]());

const ADD = "alter table person add phone text default 'canary'";
const POLICIES: DriftPolicies = { table: 'warn', add: 'warn', drop: 'warn', type: 'warn' };
const FIRST = ['id INTEGER', 'age INTEGER', 'name VARCHAR'];

const cases: readonly {
  readonly name: string;
  readonly change: string;
  readonly policies?: Partial<DriftPolicies>;
  readonly config?: Partial<SyncTable>;
  readonly fullRefresh?: boolean;
  /** Columns of the second copy. */
  readonly columns: readonly string[];
  /** The line of the second copy. */
  readonly step: string;
}[] = [
  {
    name: 'a column that is new and in no YAML is left out',
    change: ADD,
    columns: FIRST,
    step: '1 row, column phone is new and left out',
  },
  {
    name: 'one that a source declares arrives',
    change: ADD,
    config: { declared: ['PHONE'] },
    columns: [...FIRST, 'phone VARCHAR'],
    step: '1 row',
  },
  {
    name: 'with `add: ignore` it arrives without a word',
    change: ADD,
    policies: { add: 'ignore' },
    columns: [...FIRST, 'phone VARCHAR'],
    step: '1 row',
  },
  {
    name: 'with --full-refresh it arrives',
    change: ADD,
    fullRefresh: true,
    columns: [...FIRST, 'phone VARCHAR'],
    step: '1 row',
  },
  {
    name: 'an excluded new column is no drift',
    change: ADD,
    config: { exclude: ['phone'] },
    columns: FIRST,
    step: '1 row',
  },
  {
    name: 'a new column beside those that are listed is no drift',
    change: ADD,
    config: { columns: ['id', 'age', 'name'] },
    policies: { add: 'error' },
    columns: FIRST,
    step: '1 row',
  },
  {
    name: 'a column that is gone is told',
    change: 'alter table person drop age',
    columns: ['id INTEGER', 'name VARCHAR'],
    step: '1 row, column age is gone',
  },
  {
    name: 'a column that has another type is told',
    change: 'alter table person alter age type text',
    columns: ['id INTEGER', 'age VARCHAR', 'name VARCHAR'],
    step: '1 row, column age was integer and is text',
  },
  {
    name: 'ignored changes are not told',
    change: 'alter table person alter age type bigint, drop name',
    policies: { drop: 'ignore', type: 'ignore' },
    columns: ['id INTEGER', 'age BIGINT'],
    step: '1 row',
  },
];

async function prepare(change: string, config: Partial<SyncTable> = {}) {
  await query(
    server,
    "drop table if exists person; create table person as select 1 as id, 2 as age, 'a'::text as name",
  );
  const warehouse = await openWithFiles(':memory:');
  await sync(server, [table('person', 'public.person')], warehouse);
  await query(server, change);
  return { warehouse, tables: [{ ...table('person', 'public.person'), ...config }] };
}

test.each(cases)('$name', async ({ change, policies, config, fullRefresh = false, columns, step }) => {
  const { warehouse, tables } = await prepare(change, config);
  await using _open = warehouse;
  const options = { drift: { ...POLICIES, ...policies }, fullRefresh };

  const { steps } = await sync(server, tables, warehouse, options);

  const described = await warehouse.describe(sql`from raw_person`);
  expect(described.map((column) => `${column.name} ${column.type}`)).toEqual(columns);
  expect(steps).toEqual([`raw_person: ${step}`]);
  // What was left out is told again; a change is told once.
  const again = await sync(server, tables, warehouse, options);
  expect(again.steps).toEqual([step.includes('left out') ? `raw_person: ${step}` : 'raw_person: 1 row']);
});

test.each([
  { name: 'a new column', change: ADD, policies: { add: 'error' } as const, says: 'column phone is new' },
  {
    name: 'a dropped column',
    change: 'alter table person drop age',
    policies: { drop: 'error' } as const,
    says: 'column age is gone',
  },
  {
    name: 'a retyped column',
    change: 'alter table person alter age type bigint',
    policies: { type: 'error' } as const,
    says: 'column age was integer and is bigint',
  },
])('with `error`, $name ends the copy at its place in fenceline.yml', async ({ change, policies, says }) => {
  const { warehouse, tables } = await prepare(change);
  await using _open = warehouse;

  await expect(sync(server, tables, warehouse, { drift: { ...POLICIES, ...policies } })).rejects.toMatchObject({
    mistakes: [{ code: 'column-drift', message: `public.person: ${says} since the last copy`, location: { line: 7 } }],
  });
  expect((await warehouse.describe(sql`from raw_person`)).map(({ name }) => name)).toEqual(['id', 'age', 'name']);
});
