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
import { metered } from './copy-meter.ts';
import {
  copyTable,
  countNulled,
  createStatement,
  createTemporary,
  findBadValues,
  IncompleteCopy,
} from './copy-table.ts';
import type { Feed } from './feed.ts';
import { changedRows, countBadKeys, deleteByKey } from './increment.ts';
import { type PlannedCopy, targetOf } from './plan-copies.ts';
import { readRelationStates } from './relation-state.ts';
import type { RowCondition } from './row-condition.ts';
import type { Snapshot } from './snapshot.ts';
import {
  badKeys,
  badValues,
  ChangedMeanwhile,
  copyIncomplete,
  isOurs,
  sourceFailed,
  warehouseFailed,
} from './sync-error.ts';
import type { LoadedTable } from './sync-result.ts';

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
): Promise<readonly LoadedTable[]> {
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

async function copyQueue(queue: PlannedCopy[], reader: Reader, work: CopyWork): Promise<readonly LoadedTable[]> {
  const synced: LoadedTable[] = [];
  for (let copy = queue.shift(); copy; copy = queue.shift()) {
    work.options.signal.throwIfAborted();
    synced.push(await loadTable(copy, reader, work));
  }
  return synced;
}

async function loadTable(copy: PlannedCopy, reader: Reader, work: CopyWork): Promise<LoadedTable> {
  const started = performance.now();
  const { config } = copy.table;
  const from = `${config.from.schema}.${config.from.table}`;
  try {
    const { nulled, ...loaded } = await (copy.isIncrement ? loadChanges : loadAll)(copy, reader, work);
    await reader.warehouse.run(markStatement(copy.target, copy.copied, work.project));
    return {
      schema: copy.target.schema,
      table: copy.target.name,
      from,
      ...loaded,
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

interface Loaded extends Pick<LoadedTable, 'rows' | 'increment'> {
  readonly nulled: Awaited<ReturnType<typeof countNulled>>;
}

/** Copies all rows into a new table. */
async function loadAll(copy: PlannedCopy, reader: Reader, work: CopyWork): Promise<Loaded> {
  await reader.warehouse.run(createStatement(copy));
  const loaded = await copyUnchanged(copy, [copy], reader, work);
  if (copy.table.config.incremental) await requireKeys(copy, copy.target, reader);
  return loaded;
}

/** Copies the rows that may have changed, and puts them in the place of those with the same keys. */
async function loadChanges(copy: PlannedCopy, reader: Reader, work: CopyWork): Promise<Loaded> {
  const { warehouse } = reader;
  const rule = copy.table.config.incremental;
  const changed = rule && (await changedRows(copy, rule, warehouse));
  if (!changed) return loadAll(copy, reader, work);
  const { condition } = copy;
  const isChanged: RowCondition = (alias) =>
    condition ? sql`${condition(alias)} and ${changed(alias)}` : changed(alias);
  const changes = { ...copy, target: CHANGES, condition: isChanged };
  const keys = { ...copy, target: KEYS, columns: copy.columns.filter(({ name }) => rule.key.includes(name)) };
  const copies = rule.deletes ? [changes, keys] : [changes];
  for (const each of copies) await warehouse.run(createTemporary(each));
  const loaded = await copyUnchanged(copy, copies, reader, work);
  for (const { target } of copies) await requireKeys(copy, target, reader);
  const table = identifier(copy.target.schema, copy.target.name);
  await warehouse.run(deleteByKey(table, rule.key, 'in', identifier(CHANGES.schema, CHANGES.name)));
  await warehouse.run(sql`insert into ${table} from ${identifier(CHANGES.schema, CHANGES.name)}`);
  const removed = rule.deletes
    ? await warehouse.run(deleteByKey(table, rule.key, 'not in', identifier(KEYS.schema, KEYS.name)))
    : 0;
  for (const { target } of copies) await warehouse.run(sql`drop table ${identifier(target.schema, target.name)}`);
  const [count] = await warehouse.rows(sql`select count(*) as n from ${table}`);
  return { ...loaded, rows: Number(count?.['n']), increment: { read: loaded.rows, removed } };
}

/** Tables of the session, which it drops again. */
const CHANGES = { schema: 'temp', name: 'fenceline_changes' };
const KEYS = { schema: 'temp', name: 'fenceline_keys' };

/** @throws {EnvironmentError} where a key is NULL or not the only one: a row could take another one's place */
async function requireKeys({ table }: PlannedCopy, { schema, name }: PlannedCopy['target'], { warehouse }: Reader) {
  const { incremental, from } = table.config;
  const [row] = await warehouse.rows(countBadKeys(identifier(schema, name), incremental?.key ?? []));
  const bad = Number(row?.['bad']);
  if (bad > 0) throw badKeys(`${from.schema}.${from.table}`, bad);
}

/**
 * Copies a table as of the snapshot, in one or several parts. Its locks are held until it is certain that nothing was altered
 * between the snapshot and the copy.
 * @returns the numbers of the first part
 */
async function copyUnchanged(
  { reads }: PlannedCopy,
  parts: readonly PlannedCopy[],
  { client, warehouse }: Reader,
  work: CopyWork,
): Promise<Loaded> {
  const { snapshot, feed, present } = work;
  const isOwnTransaction = client !== snapshot.client;
  if (isOwnTransaction) await beginCopy(client, snapshot);
  const requireUnchanged = async (cause?: unknown) => {
    const now = await readRelationStates(
      present,
      reads.map(({ name }) => name),
    );
    if (reads.some(({ state }, index) => state !== now[index])) throw new ChangedMeanwhile({ cause });
  };
  const meterOf = ({ table: { config }, bytes }: PlannedCopy) => {
    const metering = { name: `${config.from.schema}.${config.from.table}`, bytes };
    return (pieces: AsyncIterable<Buffer>) => metered(pieces, metering, work.progress);
  };
  const loaded: Loaded[] = [];
  for (const part of parts) {
    const rows = await copyTable(part, { client, warehouse, feed }, meterOf(part)).catch(async (error) => {
      // A column that is gone or has another type is an error of its own, for which the change is the reason.
      if (!isPassing(error)) await requireUnchanged(error);
      throw error;
    });
    loaded.push({ rows, nulled: await countNulled(part, { client, warehouse }) });
  }
  await requireUnchanged();
  if (isOwnTransaction) await client.query('commit');
  const [first] = loaded;
  if (!first) throw new Error('internal: a copy without a part');
  return first;
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
