import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SyncTable } from '../config/fenceline-config.ts';
import type { PostgresServer } from '../postgres/server.ts';
import { sql } from '../sql.ts';
import { openWithFiles } from '../warehouse/duckdb.ts';
import { query, startPostgres, sync, table } from './testing/postgres.ts';
import { openFaultyServer } from './testing/proxy.ts';

let server: PostgresServer;
let crm: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
  await query(server, 'create database crm');
  crm = { ...server, connection: { ...server.connection, database: 'crm' } };
  await query(server, "create table person (id int, name text); insert into person values (1, 'here')");
  await query(crm, "create table person (id int, name text); insert into person values (1, 'there')");
});
afterAll(() => server[Symbol.asyncDispose]());

function ofCrm(name: string, from: string): SyncTable {
  const own = table(name, from);
  return { ...own, from: { database: 'crm', ...own.from } };
}

test('tables of two databases stand side by side, and each says where it is from', async () => {
  await using warehouse = await openWithFiles(':memory:');
  const tables = [ofCrm('member', 'public.person'), table('person', 'public.person')];

  const synced = await sync(server, tables, warehouse, { databases: [{ name: 'crm', server: crm }] });

  expect(synced.tables.map(({ table, from }) => `${table} from ${from}`)).toEqual([
    'raw_person from public.person',
    'raw_member from public.person of crm',
  ]);
  expect(await warehouse.rows(sql`select name from raw_person union all select name from raw_member`)).toEqual([
    { name: 'here' },
    { name: 'there' },
  ]);
});

test('a table that comes from another database is copied whole, and its columns are not compared', async () => {
  await using warehouse = await openWithFiles(':memory:');
  await query(crm, "create table visit (id int, at int, more text); insert into visit values (1, 1, 'there')");
  await query(server, 'create table visit (id int, at int); insert into visit values (2, 2)');
  const incremental = { cursor: 'at', key: ['id'], deletes: false };
  const databases = [{ name: 'crm', server: crm }];
  await sync(server, [{ ...table('visit', 'public.visit'), incremental }], warehouse, { databases });

  const synced = await sync(server, [{ ...ofCrm('visit', 'public.visit'), incremental }], warehouse, { databases });

  expect(synced.steps).toEqual(['raw_visit: 1 row']);
  expect(await warehouse.rows(sql`from raw_visit`)).toEqual([{ id: 1, at: 1, more: 'there' }]);
});

test('mistakes and failures name the database, and the tables of both stay in the warehouse', async () => {
  await using warehouse = await openWithFiles(':memory:');
  const tables = [table('person', 'public.person'), ofCrm('member', 'public.person')];
  const databases = [{ name: 'crm', server: crm }];
  await sync(server, tables, warehouse, { databases });

  const missing = sync(server, [...tables, ofCrm('gone', 'public.gone')], warehouse, { databases });
  await expect(missing).rejects.toThrow('database crm: Postgres has no table public.gone.');
  await using faulty = await openFaultyServer(crm, { fault: 'reset', afterBytes: 2000, connections: 99 });
  const failing = sync(server, tables, warehouse, { databases: [{ name: 'crm', server: faulty.server }] });
  await expect(failing).rejects.toThrow(/^database crm: Postgres cannot be read/);

  const names = await warehouse.rows(sql`select table_name as name from duckdb_tables() order by 1`);
  expect(names).toEqual([{ name: 'raw_member' }, { name: 'raw_person' }]);
});

test('two tables of different databases cannot become one', async () => {
  await using warehouse = await openWithFiles(':memory:');
  const tables = [table('person', 'public.person'), ofCrm('PERSON', 'public.person')];

  const copy = sync(server, tables, warehouse, { databases: [{ name: 'crm', server: crm }] });

  await expect(copy).rejects.toThrow('which are both the table main.raw_PERSON of the warehouse');
});
