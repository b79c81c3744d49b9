import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../postgres/connect.ts';
import { openPostgres } from '../postgres/open-postgres.ts';
import { ADMINISTRATOR } from '../postgres/owner.ts';
import type { PostgresServer } from '../postgres/server.ts';
import type { ProgressEvent } from '../progress.ts';
import { type SmallProject, writeProject } from '../project/testing/small-project.ts';
import { syncWarehouse } from './tasks/sync-warehouse.ts';
import { optionsFor } from './testing/repository.ts';

let server: PostgresServer;
let folder: SmallProject;

beforeAll(async () => {
  const { signal } = new AbortController();
  const config = { version: undefined, url: undefined, setup: [] };
  const progress = () => undefined;
  server = await openPostgres({ config, directory: '/', mode: 'auto', environment: process.env, progress, signal });
  const administrator = { ...server.connection, user: ADMINISTRATOR };
  await using client = await connect(administrator);
  await client.query('create database crm');
  await using crm = await connect({ ...administrator, database: 'crm' });
  await crm.query('create table person (id int); insert into person values (1), (2); grant select on person to public');
  await using own = await connect(server.connection);
  await own.query('create table log (id int); insert into log values (1)');
  folder = writeProject({
    'fenceline.yml': `version: 1
postgres: { url: "\${OWN_URL}", crm: { url: "\${CRM_URL}" } }
sync: { tables: { person: { from: person, database: crm }, all: { from: public.* } } }
contract: { tiers: { safe: { path: safe, allow: aggregate } } }`,
    'models/s.yml': 'sources: [{name: raw, schema: main, tables: [{name: raw_log}, {name: raw_person}]}]',
    'models/safe/m.sql': 'select 1 as n',
  });
});
afterAll(async () => {
  folder[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

const NO_OPTIONS = { mode: 'auto', url: undefined, version: undefined, setup: undefined } as const;

function addressOf(database: string): string {
  const { host, port, user } = server.connection;
  return `postgres:///${database}?host=${encodeURIComponent(host ?? '')}&port=${port}&user=${user}&password=hidden-secret`;
}

function copy(addresses: { readonly [name: string]: string }, url?: string, progress = (_: ProgressEvent) => {}) {
  const environment = { ...process.env, ...addresses };
  return syncWarehouse({
    ...optionsFor(folder.directory),
    environment,
    progress,
    fullRefresh: false,
    postgres: { ...NO_OPTIONS, url },
  });
}

test('tables of several databases are copied from the address of each, and the stages say which', async () => {
  const lines: string[] = [];

  const tables = await copy({ OWN_URL: addressOf('postgres'), CRM_URL: addressOf('crm') }, undefined, (event) => {
    if (event.kind === 'stage-ended' && event.stage !== 'project') lines.push(event.summary);
  });

  expect(tables.map(({ table, from, rows }) => `${table} from ${from}: ${rows}`)).toEqual([
    'raw_person from public.person of crm: 2',
    'raw_log from public.log: 1',
  ]);
  expect(lines).toEqual(['crm url, url', '2 tables, 3 rows, a snapshot of each of 2 databases']);
});

test.each([
  {
    name: 'a variable that is not set',
    addresses: () => ({ CRM_URL: '' }),
    says: 'database crm: the environment variable CRM_URL is not set',
  },
  {
    name: 'a database that is not there',
    addresses: () => ({ CRM_URL: addressOf('secret_name') }),
    says: /^database crm: Postgres at .* cannot be used: the database does not exist/,
  },
])('the error names the database, and no secret: $name', async ({ addresses, says }) => {
  const error = await copy({ OWN_URL: addressOf('postgres'), ...addresses() }).catch((error: unknown) => error);

  expect(error).toBeInstanceOf(Error);
  const message = error instanceof Error ? error.message.replace(/^fenceline\.yml:\d+:\d+ /, '') : '';
  expect(message).toMatch(says);
  expect(message).not.toMatch(/hidden-secret|secret_name/);
});
