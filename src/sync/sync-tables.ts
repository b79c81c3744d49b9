import { availableParallelism } from 'node:os';
import type { SyncConfig, SyncTable } from '../config/fenceline-config.ts';
import { EnvironmentError } from '../environment-error.ts';
import { sameName } from '../name.ts';
import type { PostgresServer } from '../postgres/server.ts';
import { isPassing, openSource, type SourceClient, type SourceOptions } from '../postgres/source-client.ts';
import type { Progress } from '../progress.ts';
import { identifier, sql } from '../sql.ts';
import { UserError } from '../user-error.ts';
import { SqlError } from '../warehouse/sql-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { copyTable, createStatement, findBadValues, IncompleteCopy, type TableCopy } from './copy-table.ts';
import { type Feed, openFeed } from './feed.ts';
import { readRelationState } from './relation-state.ts';
import { type Locking, openSnapshot, type Snapshot } from './snapshot.ts';
import { findTables, readColumns } from './source-table.ts';
import {
  badValues,
  ChangedMeanwhile,
  copyIncomplete,
  postgresFailed,
  sourceFailed,
  warehouseFailed,
} from './sync-error.ts';
import type { SyncedTable } from './sync-result.ts';

export interface SyncRequest {
  readonly server: PostgresServer;
  readonly warehouse: Warehouse;
  readonly sync: SyncConfig;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Milliseconds without a byte from Postgres after which it is asked whether it still works. */
  readonly silence?: number;
}

/**
 * Copies the tables of `sync` into the warehouse, all from one snapshot of Postgres. They replace the warehouse's tables at
 * the end: if anything fails, all of them stay as they were. A connection that is lost, and a table that is altered
 * meanwhile, are tried once more with a new snapshot.
 * @throws {UserError} for tables and excluded columns that do not exist, and for tables that the user may not read
 * @throws {EnvironmentError} when Postgres or DuckDB fails, or a value fits no type of DuckDB; never quotes a value
 */
export async function syncTables(request: SyncRequest): Promise<readonly SyncedTable[]> {
  const { sync, progress, signal } = request;
  signal.throwIfAborted();
  if (sync.tables.length === 0) return [];
  requireDistinctTargets(sync);
  const synced = await copyAll(request, 'copied').catch((error) => {
    const locking = lockingOfRetry(error);
    if (locking === undefined) throw error;
    const text = `${error instanceof Error ? error.message : ''}; all tables are copied once more`;
    progress({ kind: 'step', stage: 'sync', text, status: 'warn' });
    return copyAll(request, locking);
  });
  for (const table of synced) {
    const changes = changesOf(table.columns);
    const text = `${table.table}: ${[rowCount(table), ...changes].join(', ')}`;
    progress({ kind: 'step', stage: 'sync', text, status: changes.length > 0 ? 'warn' : 'ok' });
  }
  return synced;
}

function rowCount({ rows }: SyncedTable): string {
  return `${rows.toLocaleString('en-US')} ${rows === 1 ? 'row' : 'rows'}`;
}

/** What the columns do not keep of Postgres's values: `kept as text: price, area`. */
function changesOf(columns: SyncedTable['columns']): readonly string[] {
  const changes = new Map<string, string[]>();
  for (const { name, keptAsText, change } of columns) {
    for (const text of [...(keptAsText ? ['kept as text'] : []), ...(change === undefined ? [] : [change])]) {
      changes.set(text, [...(changes.get(text) ?? []), name]);
    }
  }
  return [...changes].map(([change, names]) => `${change}: ${names.join(', ')}`);
}

/** How all is tried once more; `undefined` if that cannot help. */
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

function targetOf({ to }: SyncTable): TableCopy['target'] {
  return { schema: to.schema ?? 'main', name: to.table };
}

function isSameTarget(one: TableCopy['target'], other: TableCopy['target']): boolean {
  return sameName(one.schema, other.schema) && sameName(one.name, other.name);
}

/** Milliseconds of silence after which the server is asked whether it works. */
const SILENCE_MILLISECONDS = 20_000;

async function copyAll(request: SyncRequest, locking: Locking): Promise<readonly SyncedTable[]> {
  const { server, sync, signal, silence = SILENCE_MILLISECONDS } = request;
  // Connections are cut when one reader fails, so that the others do not copy to the end.
  const failed = new AbortController();
  const options = { signal: AbortSignal.any([signal, failed.signal]), silence };
  try {
    await using feed = await openFeed();
    await using snapshot = await openSnapshot(server.connection, sync.tables, locking, options);
    const copies = await planCopies(snapshot.client, sync);
    await using present = await openSource(server.connection, options);
    const work = { ...request, feed, snapshot, present, options };
    const queue = [...copies].sort((one, other) => other.state.bytes - one.state.bytes);
    const tables = await copyByReaders(work, queue, failed);
    return copies.flatMap(({ target }) =>
      tables.filter(({ schema, table }) => schema === target.schema && table === target.name),
    );
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

interface PlannedCopy extends TableCopy {
  /** The catalog's state of the table as of the snapshot. */
  readonly state: Awaited<ReturnType<typeof readRelationState>>;
}

async function planCopies(client: SourceClient, sync: SyncConfig): Promise<readonly PlannedCopy[]> {
  const tables = await findTables(client, sync.tables);
  const columns = await readColumns(client, tables);
  const copies: PlannedCopy[] = [];
  for (const table of tables) {
    copies.push({
      table,
      columns: columns.get(table) ?? [],
      target: targetOf(table.config),
      state: await readRelationState(client, table.config.from),
    });
  }
  return copies;
}

interface CopyWork extends SyncRequest {
  readonly feed: Feed;
  readonly snapshot: Snapshot;
  /** A connection without a transaction: it sees what is committed now. */
  readonly present: SourceClient;
  readonly options: SourceOptions;
}

/** Bytes of tables below which a second reader costs more than it gains. */
const BYTES_OF_TWO_READERS = 16_000_000;
/** More would leave none of the few threads of the process that engine statements run on. */
const MOST_READERS = 2;

function readerCount({ snapshot }: CopyWork, queue: readonly PlannedCopy[]): number {
  const bytes = queue.reduce((sum, { state }) => sum + state.bytes, 0);
  if (snapshot.locking === 'all' || bytes < BYTES_OF_TWO_READERS) return 1;
  return Math.min(MOST_READERS, availableParallelism(), queue.length);
}

/** One connection that copies a table after the other, and its transaction in the warehouse. */
interface Reader extends AsyncDisposable {
  readonly client: SourceClient;
  readonly warehouse: Warehouse;
}

/** Copies the tables of the queue, several at a time. The transactions of all readers commit, or none. */
async function copyByReaders(
  work: CopyWork,
  queue: PlannedCopy[],
  failed: AbortController,
): Promise<readonly SyncedTable[]> {
  const { warehouse, signal } = work;
  const readers: Reader[] = [];
  try {
    for (const schema of new Set(queue.map(({ target }) => target.schema))) {
      await warehouse.run(sql`create schema if not exists ${identifier(schema)}`);
    }
    for (let count = readerCount(work, queue); count > 0; count--) readers.push(await openReader(work));
    const failures: unknown[] = [];
    const copied = await Promise.all(
      readers.map((reader) =>
        copyQueue(queue, reader, work).catch((error) => {
          failures.push(error);
          failed.abort();
          return [];
        }),
      ),
    );
    // The first one is the reason: it ended the other readers.
    if (failures.length > 0) throw failures[0];
    signal.throwIfAborted();
    for (const reader of readers) await reader.warehouse.run(sql`commit`);
    return copied.flat();
  } catch (error) {
    throw error instanceof SqlError ? warehouseFailed('the copied tables cannot be stored', error) : error;
  } finally {
    for (const reader of readers) await reader[Symbol.asyncDispose]();
  }
}

async function openReader({ warehouse, snapshot, server, options }: CopyWork): Promise<Reader> {
  // Tables that are locked before the snapshot can only be read by the connection that holds the locks.
  const own = snapshot.locking === 'all' ? undefined : await openSource(server.connection, options);
  const session = await warehouse.session();
  await session.run(sql`set timezone = 'UTC'; begin`);
  return {
    client: own ?? snapshot.client,
    warehouse: session,
    async [Symbol.asyncDispose]() {
      await session[Symbol.asyncDispose]();
      await own?.[Symbol.asyncDispose]();
    },
  };
}

async function copyQueue(queue: PlannedCopy[], reader: Reader, work: CopyWork): Promise<readonly SyncedTable[]> {
  const synced: SyncedTable[] = [];
  for (let copy = queue.shift(); copy; copy = queue.shift()) {
    work.options.signal.throwIfAborted();
    synced.push(await loadTable(copy, reader, work));
  }
  return synced;
}

async function loadTable(copy: PlannedCopy, reader: Reader, work: CopyWork): Promise<SyncedTable> {
  const started = performance.now();
  const { config } = copy.table;
  const from = `${config.from.schema}.${config.from.table}`;
  try {
    await reader.warehouse.run(createStatement(copy));
    const rows = await copyUnchanged(copy, reader, work);
    return {
      schema: copy.target.schema,
      table: copy.target.name,
      from,
      rows,
      milliseconds: Math.round(performance.now() - started),
      columns: copy.columns.map(({ name, postgresType, transfer: { type, keptAsText, change } }) => ({
        name,
        postgresType,
        type: type.text,
        keptAsText,
        ...(change !== undefined && { change }),
      })),
    };
  } catch (error) {
    if (isOurs(error)) throw error;
    if (error instanceof SqlError && error.kind === 'conversion') throw await badValuesIn(copy, error, work);
    if (error instanceof SqlError) throw warehouseFailed(`${from} cannot be loaded`, error);
    if (error instanceof IncompleteCopy) throw copyIncomplete(from, error);
    throw sourceFailed(config, error);
  }
}

/**
 * Copies a table as of the snapshot. Its locks are held until it is certain that nothing was altered between the snapshot
 * and the copy.
 */
async function copyUnchanged(copy: PlannedCopy, { client, warehouse }: Reader, work: CopyWork): Promise<number> {
  const { snapshot, feed, present } = work;
  const isOwnTransaction = client !== snapshot.client;
  if (isOwnTransaction) await beginCopy(client, snapshot);
  const requireUnchanged = async (cause?: unknown) => {
    const { print } = await readRelationState(present, copy.table.config.from);
    if (print !== copy.state.print) throw new ChangedMeanwhile({ cause });
  };
  const rows = await copyTable(copy, { client, warehouse, feed }).catch(async (error) => {
    // A column that is gone or has another type is an error of its own, for which the change is the reason.
    if (!isPassing(error)) await requireUnchanged(error);
    throw error;
  });
  await requireUnchanged();
  if (isOwnTransaction) await client.query('commit');
  return rows;
}

async function beginCopy(client: SourceClient, { statements }: Snapshot): Promise<void> {
  await client.query(['begin isolation level repeatable read read only', ...statements].join('; '));
  await client.noteProcess();
}

/** Reads a table that has a value DuckDB cannot hold once more, to find its column. */
async function badValuesIn(copy: PlannedCopy, cause: SqlError, work: CopyWork): Promise<EnvironmentError> {
  await using client = await openSource(work.server.connection, work.options);
  await using session = await work.warehouse.session();
  await session.run(sql`set timezone = 'UTC'`);
  await beginCopy(client, work.snapshot);
  return badValues(copy, await findBadValues(copy, { client, warehouse: session, feed: work.feed }), cause);
}
