import type { SyncConfig, SyncTable } from '../config/fenceline-config.ts';
import { EnvironmentError } from '../environment-error.ts';
import { sameName } from '../name.ts';
import { nameDatabase } from '../postgres/name-database.ts';
import type { PostgresServer } from '../postgres/server.ts';
import { isPassing, openSource } from '../postgres/source-client.ts';
import type { Progress } from '../progress.ts';
import { UserError } from '../user-error.ts';
import { SqlError } from '../warehouse/sql-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { driftWarnings } from './column-drift.ts';
import { dropLeftTables, readCopiedStates } from './copied-mark.ts';
import { copyByReaders } from './copy-by-readers.ts';
import { IncompleteCopy, type TableCopy } from './copy-table.ts';
import { openFeed } from './feed.ts';
import { planCopies, targetOf } from './plan-copies.ts';
import { type Locking, openSnapshot } from './snapshot.ts';
import { keySettings } from './source-mask.ts';
import { ChangedMeanwhile, isOurs, postgresFailed, warehouseFailed } from './sync-error.ts';
import type { LoadedTable, SyncedTable } from './sync-result.ts';
import { findDominating } from './table-ranges.ts';
import { findUndeclared, type UndeclaredTables } from './undeclared-tables.ts';

/** A database to copy from. */
export interface SourceDatabase {
  /** Its name in fenceline.yml; `undefined` for the one that has none. */
  readonly name: string | undefined;
  readonly server: PostgresServer;
}

export interface SyncRequest {
  /** The databases of the tables, each of which is read from a snapshot of its own. */
  readonly databases: readonly SourceDatabase[];
  readonly warehouse: Warehouse;
  readonly sync: SyncConfig;
  /** Name of the project: its tables that are not in `sync` any more are dropped. */
  readonly project: string;
  /** Key of `hash` masks; absent where no mask needs one. */
  readonly maskKey?: string;
  /** Whether all is copied as if for the first time: nothing is compared with the last copy. */
  readonly fullRefresh: boolean;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** The longest time of the copy, its second attempt included. */
  readonly seconds: number;
  /** Milliseconds without a byte from Postgres after which it is asked whether it still works. */
  readonly silence?: number;
}

/**
 * Copies the tables of `sync` into the warehouse, those of one database from one snapshot of it. They replace the warehouse's
 * tables when the database has given all of them: if anything fails, they stay as they were. A connection that is lost, and a
 * table that is altered meanwhile, are tried once more with a new snapshot.
 * @throws {UserError} for tables and excluded columns that do not exist, and for tables that the user may not read
 * @throws {EnvironmentError} when Postgres or DuckDB fails, or a value fits no type of DuckDB; never quotes a value
 */
export async function syncTables(request: SyncRequest): Promise<readonly SyncedTable[]> {
  const { progress, signal } = request;
  signal.throwIfAborted();
  let { sync } = request;
  requireDistinctTargets(sync);
  using limit = limitTime(request);
  const copies: DatabaseCopy[] = [];
  for (const database of request.databases) {
    const copy = await copyTwice({ ...request, sync }, database, limit.signal);
    sync = { ...sync, tables: [...sync.tables, ...copy.undeclared.copied] };
    copies.push(copy);
  }
  await removeLeftTables(request, sync);
  for (const text of copies.flatMap(({ undeclared }) => undeclared.warnings)) {
    progress({ kind: 'step', stage: 'sync', text, status: 'warn' });
  }
  const loaded = copies.flatMap(({ tables }) => tables);
  return loaded.map((table) => {
    const remarks = [...driftWarnings(table.drift, sync.drift), ...changesOf(table.columns)];
    const text = `${table.table}: ${[rowCount(table), ...remarks].join(', ')}`;
    progress({ kind: 'step', stage: 'sync', text, status: remarks.length > 0 ? 'warn' : 'ok' });
    return { ...table, remarks };
  });
}

/** The copy of one database. */
interface DatabaseCopy {
  readonly tables: readonly LoadedTable[];
  readonly undeclared: UndeclaredTables;
}

/** Copies the tables of one database, once more where a second attempt can succeed. Errors name the database. */
async function copyTwice(request: SyncRequest, database: SourceDatabase, signal: AbortSignal): Promise<DatabaseCopy> {
  const copy = (locking: Locking) =>
    copyAll(request, database, signal, locking).catch((error) => Promise.reject(nameDatabase(error, database.name)));
  return await copy('copied').catch((error) => {
    const locking = lockingOfRetry(error);
    if (locking === undefined) throw error;
    const text = `${error instanceof Error ? error.message : ''}; all tables are copied once more`;
    request.progress({ kind: 'step', stage: 'sync', text, status: 'warn' });
    return copy(locking);
  });
}

/** Drops tables of an earlier sync that `sync` does not copy any more. */
async function removeLeftTables({ warehouse, project, progress }: SyncRequest, sync: SyncConfig): Promise<void> {
  try {
    for (const table of await dropLeftTables(warehouse, project, sync.tables.map(targetOf))) {
      const text = `${table} is not copied any more, and was removed from the warehouse`;
      progress({ kind: 'step', stage: 'sync', text, status: 'warn' });
    }
  } catch (error) {
    throw error instanceof SqlError
      ? warehouseFailed('tables that are not copied any more cannot be removed', error)
      : error;
  }
}

function rowCount({ rows, increment }: LoadedTable): string {
  const all = `${rows.toLocaleString('en-US')} ${rows === 1 ? 'row' : 'rows'}`;
  if (!increment) return all;
  const { read, removed } = increment;
  return `${all}, ${read.toLocaleString('en-US')} read since the last copy${removed > 0 ? `, ${removed.toLocaleString('en-US')} removed` : ''}`;
}

/** Texts about columns whose values differ from Postgres's: `kept as text: price, area`. */
function changesOf(columns: LoadedTable['columns']): readonly string[] {
  const changes = new Map<string, string[]>();
  for (const { name, keptAsText, change, nulled = 0 } of columns) {
    const own = [keptAsText ? 'kept as text' : '', change ?? '', nulled > 0 ? `${nulled} bad as NULL` : ''];
    for (const text of own.filter((each) => each !== '')) {
      changes.set(text, [...(changes.get(text) ?? []), name]);
    }
  }
  return [...changes].map(([change, names]) => `${change}: ${names.join(', ')}`);
}

/** A signal that aborts with the request's, or with an error when the time is over. */
function limitTime({ signal, seconds }: SyncRequest): Disposable & { readonly signal: AbortSignal } {
  const over = new AbortController();
  const error = new EnvironmentError(
    `the copy from Postgres takes more than ${seconds} s, which is limits.sync_seconds in fenceline.yml`,
    'raise the limit, or copy fewer tables, columns or rows',
  );
  const timer = setTimeout(() => over.abort(error), seconds * 1000);
  return { signal: AbortSignal.any([signal, over.signal]), [Symbol.dispose]: () => clearTimeout(timer) };
}

/** How the second attempt locks the tables; `undefined` for an error that a second attempt cannot mend. */
function lockingOfRetry(error: unknown): Locking | undefined {
  if (!(error instanceof EnvironmentError)) return undefined;
  if (error.cause instanceof ChangedMeanwhile) return 'all';
  return error.cause instanceof IncompleteCopy || isPassing(error.cause) ? 'copied' : undefined;
}

/** DuckDB does not tell names apart that differ in case only: one table would take the place of the other. */
function requireDistinctTargets({ tables }: SyncConfig): void {
  const mistakes = tables.flatMap((table, index) => {
    const target = targetOf(table);
    const twin = tables.slice(0, index).find((other) => isSameTarget(targetOf(other), target));
    if (!twin) return [];
    return [
      {
        code: 'same-table',
        message: `sync.tables has ${twin.name} and ${table.name}, which are both the table ${target.schema}.${target.name} of the warehouse`,
        location: table.location,
        fix: 'give one of them another name: DuckDB takes upper and lower case for the same',
      },
    ];
  });
  if (mistakes.length > 0) throw new UserError(mistakes);
}

function isSameTarget(one: TableCopy['target'], other: TableCopy['target']): boolean {
  return sameName(one.schema, other.schema) && sameName(one.name, other.name);
}

/** The server, to which each connection brings the key of the masks. */
function withKey({ server }: SourceDatabase, { maskKey }: SyncRequest): PostgresServer {
  if (maskKey === undefined) return server;
  const { options = '' } = server.connection;
  return { ...server, connection: { ...server.connection, options: `${options} ${keySettings(maskKey)}`.trim() } };
}

/** Milliseconds of silence after which the server is asked whether it works. */
const SILENCE_MILLISECONDS = 20_000;

async function copyAll(
  request: SyncRequest,
  database: SourceDatabase,
  signal: AbortSignal,
  locking: Locking,
): Promise<DatabaseCopy> {
  const { warehouse, silence = SILENCE_MILLISECONDS } = request;
  const server = withKey(database, request);
  // Connections are cut when one reader fails, so that the others do not copy to the end.
  const failed = new AbortController();
  const options = { signal: AbortSignal.any([signal, failed.signal]), silence };
  try {
    await using feed = await openFeed();
    await using present = await openSource(server.connection, options);
    await present.query("set lock_timeout = '5s'");
    const declared = syncOf(request.sync, database);
    const undeclared = await findUndeclared(declared, present);
    requireDistinctTargets({ ...request.sync, tables: [...request.sync.tables, ...undeclared.copied] });
    const sync = { ...declared, tables: [...declared.tables, ...undeclared.copied] };
    await using snapshot = await openSnapshot(server.connection, sync.tables, locking, options);
    const before = request.fullRefresh ? new Map() : await readCopiedStates(warehouse, request.project);
    const copies = await planCopies({
      client: snapshot.client,
      present,
      sync,
      session: warehouse,
      before,
      maskKey: request.maskKey,
    });
    const work = { ...request, server, signal, feed, snapshot, present, options, dominating: findDominating(copies) };
    const queue = [...copies].sort((one, other) => other.bytes - one.bytes);
    const loaded = await copyByReaders(work, queue, failed);
    const tables = copies.flatMap(({ target }) =>
      loaded.filter(({ schema, table }) => schema === target.schema && table === target.name),
    );
    return { tables, undeclared };
  } catch (error) {
    signal.throwIfAborted();
    throw isOurs(error) ? error : postgresFailed('Postgres cannot be read', error);
  }
}

/** The tables and patterns of one database. */
function syncOf(sync: SyncConfig, { name }: SourceDatabase): SyncConfig {
  const isIts = ({ from }: Pick<SyncTable, 'from'>) => from.database === name;
  return { ...sync, tables: sync.tables.filter(isIts), patterns: (sync.patterns ?? []).filter(isIts) };
}
