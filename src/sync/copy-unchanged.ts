import type { EnvironmentError } from '../environment-error.ts';
import type { PostgresServer } from '../postgres/server.ts';
import { isPassing, openSource, type SourceClient, type SourceOptions } from '../postgres/source-client.ts';
import type { Progress } from '../progress.ts';
import { sql } from '../sql.ts';
import { SqlError } from '../warehouse/sql-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { metered } from './copy-meter.ts';
import { copyTable, countNulled, findBadValues, IncompleteCopy, type RangeClient } from './copy-table.ts';
import type { Feed } from './feed.ts';
import type { Lines } from './lines.ts';
import type { PlannedCopy } from './plan-copies.ts';
import { readRelationStates } from './relation-state.ts';
import type { Snapshot } from './snapshot.ts';
import { badValues, ChangedMeanwhile, copyIncomplete, isOurs, sourceFailed, warehouseFailed } from './sync-error.ts';
import type { LoadedTable } from './sync-result.ts';
import { halvesOf } from './table-ranges.ts';

/** The values that all readers of one copy share. */
export interface CopyWork {
  readonly server: PostgresServer;
  readonly warehouse: Warehouse;
  readonly project: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly feed: Feed;
  readonly snapshot: Snapshot;
  /** A connection outside of the snapshot, which sees the latest committed state. */
  readonly present: SourceClient;
  readonly options: SourceOptions;
  /** The table that two connections read side by side; `undefined` for none. */
  readonly dominating: PlannedCopy | undefined;
}

/** A connection that copies one table after another, and its session of the warehouse. */
export interface Reader extends AsyncDisposable {
  readonly client: SourceClient;
  readonly warehouse: Warehouse;
}

/** The result of copying one table: the number of its rows, and the values that became NULL. */
export interface TableLoad extends Pick<LoadedTable, 'rows' | 'increment' | 'milliseconds'> {
  readonly copy: PlannedCopy;
  readonly nulled: Awaited<ReturnType<typeof countNulled>>;
}

/**
 * Copies tables as of the snapshot. Their locks are held until it is certain that no table was altered between the snapshot and
 * the copy.
 */
export async function copyUnchanged(
  copies: readonly PlannedCopy[],
  { client, warehouse }: Reader,
  work: CopyWork,
): Promise<readonly TableLoad[]> {
  const { snapshot, feed } = work;
  const isOwnTransaction = client !== snapshot.client;
  if (isOwnTransaction) await beginCopy(client, snapshot);
  const meterOf = ({ table, bytes }: PlannedCopy) => {
    const metering = { name: nameOf(table), bytes };
    return (lines: AsyncIterable<Lines>) => metered(lines, metering, work.progress);
  };
  await using ranges = await openRanges(copies, client, work);
  const loaded: TableLoad[] = [];
  for (const copy of copies) {
    const started = performance.now();
    await ofTable(copy, work, async () => {
      const rows = await copyTable(copy, { clients: ranges.clients, warehouse, feed }, meterOf(copy)).catch(
        async (error) => {
          // A column that was dropped or changed since the snapshot gives an error of its own. Its reason, the change, is reported instead.
          if (!isPassing(error)) await requireUnchanged([copy], work, error);
          throw error;
        },
      );
      const nulled = await countNulled(copy, { client, warehouse });
      loaded.push({ copy, rows, nulled, milliseconds: Math.round(performance.now() - started) });
    });
  }
  await requireUnchanged(copies, work);
  if (isOwnTransaction) await client.query('commit');
  return loaded;
}

/** Name of a source table in messages: `public.user`. */
export function nameOf({ config: { from } }: PlannedCopy['table']): string {
  return `${from.schema}.${from.table}`;
}

/** Runs a part of a table's copy. Its errors name the table. */
export async function ofTable<Result>(copy: PlannedCopy, work: CopyWork, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    const from = nameOf(copy.table);
    if (isOurs(error)) throw error;
    if (error instanceof SqlError && error.kind === 'conversion') throw await badValuesIn(copy, error, work);
    if (error instanceof SqlError) throw warehouseFailed(`${from} cannot be loaded`, error);
    if (error instanceof IncompleteCopy) throw copyIncomplete(from, error);
    throw sourceFailed(copy.table.config, error);
  }
}

/** Compares the catalog of the copied tables with the snapshot's. @throws {ChangedMeanwhile} for a table that differs */
async function requireUnchanged(copies: readonly PlannedCopy[], work: CopyWork, cause?: unknown): Promise<void> {
  const names = copies.flatMap(({ reads }) => reads.map(({ name }) => name));
  const states = [...(await readRelationStates(work.present, names))];
  for (const copy of copies) {
    const own = states.splice(0, copy.reads.length);
    await ofTable(copy, work, async () => {
      if (copy.reads.some(({ state }, index) => state !== own[index])) throw new ChangedMeanwhile({ cause });
    });
  }
}

/** The connections that read one table side by side: the reader's own, and for the dominating table a second one. */
async function openRanges(
  [copy]: readonly PlannedCopy[],
  client: SourceClient,
  work: CopyWork,
): Promise<AsyncDisposable & { readonly clients: readonly RangeClient[] }> {
  const isSplit = copy !== undefined && copy === work.dominating && client !== work.snapshot.client;
  const halves = isSplit ? await ofTable(copy, work, () => halvesOf(copy, client)) : undefined;
  if (!halves) return { clients: [{ client, range: undefined }], [Symbol.asyncDispose]: async () => undefined };
  const other = await openSource(work.server.connection, work.options);
  const close = () => other[Symbol.asyncDispose]();
  try {
    await beginCopy(other, work.snapshot);
  } catch (error) {
    await close();
    throw error;
  }
  const [first, second] = halves;
  const clients = [
    { client, range: first },
    { client: other, range: second },
  ];
  return { clients, [Symbol.asyncDispose]: close };
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
