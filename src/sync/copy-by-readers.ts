import { availableParallelism } from 'node:os';
import { postgresName } from '../config/postgres-name.ts';
import { openSource } from '../postgres/source-client.ts';
import { identifier, sql } from '../sql.ts';
import { SqlError } from '../warehouse/sql-error.ts';
import { markStatement } from './copied-mark.ts';
import type { CopyWork, Reader } from './copy-unchanged.ts';
import { loadAll, loadChanges } from './load-tables.ts';
import type { PlannedCopy } from './plan-copies.ts';
import { warehouseFailed } from './sync-error.ts';
import type { LoadedTable } from './sync-result.ts';

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
  for (let copies = takeNext(queue); copies.length > 0; copies = takeNext(queue)) {
    work.options.signal.throwIfAborted();
    synced.push(...(await loadTables(copies, reader, work)));
  }
  return synced;
}

/** The most bytes and tables that one transaction copies, so that the locks on small tables are short. */
const SMALL_BYTES = 8_000_000;
const SMALL_TABLES = 16;

/** Takes the next table, and small ones with it: a transaction and its catalog queries cost more than a small table. */
function takeNext(queue: PlannedCopy[]): readonly PlannedCopy[] {
  const taken = queue.splice(0, 1);
  let bytes = taken.reduce((sum, copy) => sum + copy.bytes, 0);
  if (taken.some(({ isIncrement }) => isIncrement)) return taken;
  for (let next = queue[0]; next && !next.isIncrement && taken.length < SMALL_TABLES; next = queue[0]) {
    bytes += next.bytes;
    if (bytes > SMALL_BYTES) break;
    taken.push(next);
    queue.shift();
  }
  return taken;
}

async function loadTables(
  copies: readonly PlannedCopy[],
  reader: Reader,
  work: CopyWork,
): Promise<readonly LoadedTable[]> {
  const [first] = copies;
  const loaded = first?.isIncrement ? [await loadChanges(first, reader, work)] : await loadAll(copies, reader, work);
  return Promise.all(
    loaded.map(async ({ copy, nulled, ...counts }) => {
      const { target, table, drift, columns, copied } = copy;
      await reader.warehouse.run(markStatement(target, copied, work.project));
      return {
        schema: target.schema,
        table: target.name,
        from: postgresName(table.config.from),
        ...counts,
        drift,
        columns: columns.map(({ name, postgresType, transfer: { type, keptAsText, change } }) => ({
          name,
          postgresType,
          type: type.text,
          keptAsText,
          ...(change !== undefined && { change }),
          ...nulled.filter(({ column }) => column === name).map(({ values }) => ({ nulled: values }))[0],
        })),
      };
    }),
  );
}
