import { availableParallelism } from 'node:os';
import type { SyncConfig } from '../config/fenceline-config.ts';
import type { EnvironmentError } from '../environment-error.ts';
import type { PostgresServer } from '../postgres/server.ts';
import { isPassing, openSource, type SourceClient, type SourceOptions } from '../postgres/source-client.ts';
import type { Progress } from '../progress.ts';
import { identifier, sql } from '../sql.ts';
import { SqlError } from '../warehouse/sql-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { dropLeftTables, markStatement } from './copied-mark.ts';
import { copyTable, countNulled, createStatement, findBadValues, IncompleteCopy } from './copy-table.ts';
import type { Feed } from './feed.ts';
import { type PlannedCopy, targetOf } from './plan-copies.ts';
import { readRelationStates } from './relation-state.ts';
import type { Snapshot } from './snapshot.ts';
import { badValues, ChangedMeanwhile, copyIncomplete, isOurs, sourceFailed, warehouseFailed } from './sync-error.ts';
import type { SyncedTable } from './sync-result.ts';

/** The values that all readers of one copy share. */
export interface CopyWork {
  readonly server: PostgresServer;
  readonly warehouse: Warehouse;
  readonly sync: SyncConfig;
  readonly project: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly feed: Feed;
  readonly snapshot: Snapshot;
  /** A connection without a transaction: it sees what is committed now. */
  readonly present: SourceClient;
  readonly options: SourceOptions;
}

/** Copies the tables of the queue, several at a time. The transactions of all readers commit, or none. */
export async function copyByReaders(
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
    // The first failure is the reason: it ended the other readers.
    if (failures.length > 0) throw failures[0];
    signal.throwIfAborted();
    const [first] = readers;
    if (first) await removeLeftTables(first.warehouse, work);
    for (const reader of readers) await reader.warehouse.run(sql`commit`);
    return copied.flat();
  } catch (error) {
    throw error instanceof SqlError ? warehouseFailed('the copied tables cannot be stored', error) : error;
  } finally {
    for (const reader of readers) await reader[Symbol.asyncDispose]();
  }
}

/** Bytes of tables below which a second reader costs more than it gains. */
const BYTES_OF_TWO_READERS = 16_000_000;
/** The most readers: more would leave none of the few threads of the process that engine statements run on. */
const MOST_READERS = 2;

function readerCount({ snapshot }: CopyWork, queue: readonly PlannedCopy[]): number {
  const bytes = queue.reduce((sum, { bytes }) => sum + bytes, 0);
  if (snapshot.locking === 'all' || bytes < BYTES_OF_TWO_READERS) return 1;
  return Math.min(MOST_READERS, availableParallelism(), queue.length);
}

/** One connection that copies a table after the other, and its transaction in the warehouse. */
interface Reader extends AsyncDisposable {
  readonly client: SourceClient;
  readonly warehouse: Warehouse;
}

/** Drops tables of an earlier sync that `sync.tables` does not name any more. */
async function removeLeftTables(warehouse: Warehouse, { sync, project, progress }: CopyWork): Promise<void> {
  for (const table of await dropLeftTables(warehouse, project, sync.tables.map(targetOf))) {
    const text = `${table} is not copied any more, and was removed from the warehouse`;
    progress({ kind: 'step', stage: 'sync', text, status: 'warn' });
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
    await reader.warehouse.run(markStatement(copy.target, copy.copied, work.project));
    const { rows, nulled } = await copyUnchanged(copy, reader, work);
    return {
      schema: copy.target.schema,
      table: copy.target.name,
      from,
      rows,
      milliseconds: Math.round(performance.now() - started),
      drift: copy.drift,
      columns: copy.columns.map(({ name, postgresType, transfer: { type, keptAsText, change } }) => ({
        name,
        postgresType,
        type: type.text,
        keptAsText,
        ...(change !== undefined && { change }),
        ...nulled.filter(({ column }) => column === name).map(({ values }) => ({ nulled: values }))[0],
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
async function copyUnchanged(copy: PlannedCopy, { client, warehouse }: Reader, work: CopyWork) {
  const { snapshot, feed, present } = work;
  const isOwnTransaction = client !== snapshot.client;
  if (isOwnTransaction) await beginCopy(client, snapshot);
  const requireUnchanged = async (cause?: unknown) => {
    const [state] = await readRelationStates(present, [copy.table.config.from]);
    if (state !== copy.state) throw new ChangedMeanwhile({ cause });
  };
  const rows = await copyTable(copy, { client, warehouse, feed }).catch(async (error) => {
    // A column that is gone or has another type is an error of its own, for which the change is the reason.
    if (!isPassing(error)) await requireUnchanged(error);
    throw error;
  });
  const nulled = await countNulled(copy, { client, warehouse });
  await requireUnchanged();
  if (isOwnTransaction) await client.query('commit');
  return { rows, nulled };
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
