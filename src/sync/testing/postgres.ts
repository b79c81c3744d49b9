import { createHash } from 'node:crypto';
import type { SyncConfig, SyncTable } from '../../config/fenceline-config.ts';
import { connect } from '../../postgres/connect.ts';
import { openPostgres } from '../../postgres/open-postgres.ts';
import { ADMINISTRATOR } from '../../postgres/owner.ts';
import type { PostgresServer } from '../../postgres/server.ts';
import type { ProgressEvent } from '../../progress.ts';
import { sql } from '../../sql.ts';
import { openWithFiles } from '../../warehouse/duckdb.ts';
import type { Row, Warehouse } from '../../warehouse/warehouse.ts';
import type { SyncedTable } from '../sync-result.ts';
import { type SyncRequest, syncTables } from '../sync-tables.ts';

/** A throwaway server whose owner may make roles, as whoever runs a server of their own can. */
export async function startPostgres(
  setup: readonly string[] = [],
  mode: 'auto' | 'pinned' = 'auto',
): Promise<PostgresServer> {
  const server = await openPostgres({
    config: { version: undefined, url: undefined, setup },
    directory: '/',
    mode,
    environment: process.env,
    progress: () => undefined,
    signal: new AbortController().signal,
  });
  await using administrator = await connect({ ...server.connection, user: ADMINISTRATOR });
  await administrator.query('alter role postgres superuser');
  return server;
}

export async function query(server: PostgresServer, sql: string, values?: unknown[]): Promise<readonly unknown[][]> {
  await using client = await connect(server.connection);
  const { rows } = await client.query({ text: sql, rowMode: 'array', ...(values && { values }) });
  return rows;
}

/** The entry of fenceline.yml (on line 7) that copies `from` as `name` without the excluded columns. */
export function table(name: string, from: string, ...exclude: readonly string[]): SyncTable {
  const dot = from.indexOf('.');
  return {
    name,
    from: { schema: from.slice(0, dot), table: from.slice(dot + 1) },
    to: { schema: undefined, table: `raw_${name}` },
    exclude,
    location: { file: 'fenceline.yml', line: 7, column: 5 },
  };
}

export interface Synced {
  readonly tables: readonly SyncedTable[];
  readonly warehouse: Warehouse;
  readonly steps: readonly string[];
}

export async function sync(
  server: PostgresServer,
  tables: readonly SyncTable[],
  warehouse: Warehouse,
  {
    signal = new AbortController().signal,
    silence = 20_000,
    seconds = 600,
    fullRefresh = false,
    maskKey = 'a key of the tests',
    databases = [],
    patterns = [],
    drift = { table: 'warn', add: 'warn', drop: 'warn', type: 'warn' },
  }: Partial<
    Pick<SyncRequest, 'databases' | 'signal' | 'silence' | 'seconds' | 'fullRefresh' | 'maskKey'> &
      Pick<SyncConfig, 'drift' | 'patterns'>
  > = {},
): Promise<Synced> {
  const steps: string[] = [];
  const progress = (event: ProgressEvent) => {
    if (event.kind === 'step') steps.push(event.text);
  };
  const config = { fromSources: false, drift, tables, patterns };
  return {
    tables: await syncTables({
      databases: [{ name: undefined, server }, ...databases],
      warehouse,
      sync: config,
      project: 'clinic',
      progress,
      signal,
      silence,
      seconds,
      fullRefresh,
      maskKey,
    }),
    warehouse,
    steps,
  };
}

/** Copies a column with these SQL values; gives its type, each value in DuckDB as a text, and the progress line. */
export async function roundTrip(
  server: PostgresServer,
  type: string,
  values: readonly string[],
): Promise<{ readonly type: string; readonly texts: readonly (string | null)[]; readonly step: string }> {
  const name = `t${createHash('sha1')
    .update(type + values.join())
    .digest('hex')
    .slice(0, 12)}`;
  const rows = values.map((value, index) => `(${index}, ${value})`);
  await query(server, `create table if not exists ${name} (n int, x ${type})`);
  await query(server, `insert into ${name} values ${rows.join(', ')}`);
  await using warehouse = await openWithFiles(':memory:');
  const { tables, steps } = await sync(server, [table('x', `public.${name}`)], warehouse);
  const column = tables[0]?.columns[1];
  const read: readonly Row[] = await warehouse.rows(sql`select x::varchar as x from raw_x order by n`);
  return {
    type: column?.type ?? '',
    step: steps.join(),
    texts: read.map(({ x }) => (x === null || x === undefined ? null : String(x))),
  };
}
