import type pg from 'pg';
import type { SyncConfig } from '../config/fenceline-config.ts';
import { EnvironmentError } from '../environment-error.ts';
import { connect } from '../postgres/connect.ts';
import { errorCode, errorKind } from '../postgres/error-kind.ts';
import type { PostgresServer } from '../postgres/server.ts';
import type { Progress } from '../progress.ts';
import { identifier, sql } from '../sql.ts';
import { UserError } from '../user-error.ts';
import { SqlError } from '../warehouse/sql-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { type CopyEndpoints, copyTable, createStatement, IncompleteCopy, type TableCopy } from './copy-table.ts';
import { openFeedDirectory } from './feed.ts';
import { findTables, readColumns, type SourceTable } from './source-table.ts';
import type { SyncedTable } from './sync-result.ts';

export interface SyncRequest {
  readonly server: PostgresServer;
  readonly warehouse: Warehouse;
  readonly sync: SyncConfig;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Copies the tables of `sync` into the warehouse, all from one snapshot of Postgres. They replace the warehouse's tables in
 * one transaction: if anything fails, all of them stay as they were.
 * @throws {UserError} for tables and excluded columns that do not exist, and for tables that the user may not read
 * @throws {EnvironmentError} when Postgres or DuckDB fails, or a value fits no type of DuckDB; never quotes a value
 */
export async function syncTables(request: SyncRequest): Promise<readonly SyncedTable[]> {
  const { server, sync, signal } = request;
  signal.throwIfAborted();
  if (sync.tables.length === 0) return [];
  try {
    await using client = await connect(server.connection, signal);
    await using feeds = await openFeedDirectory();
    const copies = await beginSnapshot(client, sync);
    const endpoints: CopyEndpoints = { client, warehouse: request.warehouse, feeds };
    return await loadAll(copies, endpoints, request);
  } catch (error) {
    signal.throwIfAborted();
    throw isOurs(error) ? error : postgresFailed('Postgres cannot be read', error);
  }
}

function isOurs(error: unknown): boolean {
  return error instanceof UserError || error instanceof EnvironmentError || isInternal(error);
}

function isInternal(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('internal:');
}

/** Settings of the transaction: fixed text formats; a row policy is an error, since it would hide rows silently. */
const SESSION = `set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres'; set local extra_float_digits = 1;
  set local timezone = 'UTC'; set local bytea_output = 'hex'; set local client_encoding = 'UTF8';
  set local row_security = off; set local search_path = pg_catalog; set local lock_timeout = '5s';
  set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0`;

/** Begins the transaction that reads all tables from one snapshot, and locks them against TRUNCATE and ALTER. */
async function beginSnapshot(client: pg.Client, sync: SyncConfig): Promise<readonly TableCopy[]> {
  const tables = await findTables(client, sync.tables);
  await client.query('begin isolation level repeatable read read only');
  // SET and LOCK take no snapshot: the first query after them does, so it sees all that is committed until then. Without
  // the locks, a TRUNCATE after the snapshot would give an empty table and no error.
  await client.query(SESSION);
  for (const table of tables) await lock(client, table);
  const columns = await readColumns(client, tables);
  return tables.map((table) => ({
    table,
    columns: columns.get(table) ?? [],
    target: { schema: table.config.to.schema ?? 'main', name: table.config.to.table },
    longestRow: 2_000_000,
  }));
}

async function lock(client: pg.Client, { config, kind }: SourceTable): Promise<void> {
  // Postgres cannot lock materialized views and foreign tables.
  if (!['r', 'p', 'v'].includes(kind)) return;
  const { schema, table } = config.from;
  await client.query('savepoint unlocked');
  try {
    await client.query(sql`lock table ${identifier(schema, table)} in access share mode`.text);
  } catch (error) {
    // A user with rights on single columns may not lock. `copyTable` then checks afterwards that the rows were not replaced.
    if (errorCode(error) !== PERMISSION_DENIED) throw sourceFailed(config, error);
    await client.query('rollback to savepoint unlocked');
  }
}

const PERMISSION_DENIED = '42501';

function sourceFailed({ from, location }: SourceTable['config'], cause: unknown): Error {
  const name = `${from.schema}.${from.table}`;
  if (errorCode(cause) === PERMISSION_DENIED) {
    return new UserError(
      {
        code: 'postgres-permission',
        message: `the user of Postgres may not read all of ${name}`,
        location,
        fix: `grant select on ${name} to it, and bypassrls where the table has policies on rows`,
      },
      { cause },
    );
  }
  return postgresFailed(`${name} cannot be read from Postgres`, cause);
}

function postgresFailed(what: string, cause: unknown): EnvironmentError {
  return new EnvironmentError(
    `${what}: ${errorKind(cause)}`,
    'check that the server is up and nobody alters its tables, and run again',
    { cause },
  );
}

function copyIncomplete(what: string, cause: IncompleteCopy): EnvironmentError {
  return new EnvironmentError(what, 'run again', { cause });
}

/** Limits on the length of a row that are tried one after the other, in bytes. DuckDB's memory grows with the limit. */
const LONGEST_ROWS = [2_000_000, 32_000_000, 256_000_000] as const;

async function loadAll(
  copies: readonly TableCopy[],
  endpoints: CopyEndpoints,
  request: SyncRequest,
): Promise<readonly SyncedTable[]> {
  for (const longestRow of LONGEST_ROWS) {
    try {
      return await loadOnce(
        copies.map((copy) => ({ ...copy, longestRow })),
        endpoints,
        request,
      );
    } catch (error) {
      if (!isTooLong(error) || longestRow === LONGEST_ROWS.at(-1)) throw error;
    }
  }
  throw new Error('internal: no length of rows was tried');
}

function isTooLong(error: unknown): boolean {
  return (
    error instanceof EnvironmentError && error.cause instanceof SqlError && error.cause.fact?.is === 'line-too-long'
  );
}

async function loadOnce(
  copies: readonly TableCopy[],
  endpoints: CopyEndpoints,
  request: SyncRequest,
): Promise<readonly SyncedTable[]> {
  const { warehouse } = endpoints;
  const { progress, signal } = request;
  const synced: SyncedTable[] = [];
  await warehouse.run(sql`set timezone = 'UTC'`);
  await warehouse.run(sql`begin`);
  try {
    for (const schema of new Set(copies.map(({ target }) => target.schema))) {
      await warehouse.run(sql`create schema if not exists ${identifier(schema)}`);
    }
    for (const copy of copies) {
      signal.throwIfAborted();
      synced.push(await loadTable(copy, endpoints));
    }
    signal.throwIfAborted();
    await warehouse.run(sql`commit`);
  } catch (error) {
    await warehouse.run(sql`rollback`).catch(() => undefined);
    throw error instanceof SqlError ? warehouseFailed('the copied tables cannot be stored', error) : error;
  }
  for (const table of synced) {
    progress({
      kind: 'step',
      stage: 'sync',
      text: `${table.table}: ${rowCount(table.rows)}${keptAsText(table)}`,
      status: 'ok',
    });
  }
  return synced;
}

async function loadTable(copy: TableCopy, endpoints: CopyEndpoints): Promise<SyncedTable> {
  const started = performance.now();
  const { config } = copy.table;
  const from = `${config.from.schema}.${config.from.table}`;
  try {
    await endpoints.warehouse.run(createStatement(copy));
    const rows = await copyTable(copy, endpoints);
    return {
      schema: copy.target.schema,
      table: copy.target.name,
      from,
      rows,
      milliseconds: Math.round(performance.now() - started),
      columns: copy.columns.map(({ name, postgresType, transfer }) => ({
        name,
        postgresType,
        type: transfer.type.text,
        keptAsText: transfer.keptAsText,
      })),
    };
  } catch (error) {
    if (error instanceof SqlError) throw warehouseFailed(`${from} cannot be loaded`, error);
    if (error instanceof IncompleteCopy) throw copyIncomplete(`${from} ${error.message}`, error);
    throw sourceFailed(config, error);
  }
}

function warehouseFailed(what: string, cause: SqlError): EnvironmentError {
  if (cause.kind === 'conversion') {
    return new EnvironmentError(
      `${what}: a value does not fit the type its column has in DuckDB`,
      'NaN and Infinity in a numeric, dates beyond the year 294247 and arrays with more dimensions than declared do not: exclude the column, or copy a view that makes text of it',
      { cause },
    );
  }
  return new EnvironmentError(
    `${what}: DuckDB says ${cause.kind}`,
    'check space on the disk of the warehouse and in the temporary folder',
    { cause },
  );
}

function rowCount(rows: number): string {
  return `${rows.toLocaleString('en-US')} ${rows === 1 ? 'row' : 'rows'}`;
}

function keptAsText({ columns }: SyncedTable): string {
  const names = columns.filter((column) => column.keptAsText).map(({ name }) => name);
  return names.length === 0 ? '' : `, kept as text: ${names.join(', ')}`;
}
