import type { SyncConfig, SyncTable } from '../config/fenceline-config.ts';
import { postgresName } from '../config/postgres-name.ts';
import { nameKey } from '../name.ts';
import type { SourceClient } from '../postgres/source-client.ts';
import { type Mistake, UserError } from '../user-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { type ColumnDrift, driftMistakes, findDrift } from './column-drift.ts';
import type { CopiedState } from './copied-mark.ts';
import type { TableCopy } from './copy-table.ts';
import { ruleMark, ruleMistakes } from './increment.ts';
import { readBytes, readRelationStates } from './relation-state.ts';
import { RefusedCondition, readCondition } from './row-condition.ts';
import { readKeys, sampleRows, type TableKeys } from './row-sample.ts';
import { findTables, readColumns, refuseCatalogs, type SourceTable, type TableColumns } from './source-table.ts';

/** A table to copy, as it is in the snapshot. */
export interface PlannedCopy extends TableCopy {
  /** The tables that its query reads, with the catalog's state of each as of the snapshot. */
  readonly reads: readonly ReadTable[];
  /** Bytes of the table in Postgres. */
  readonly bytes: number;
  readonly drift: readonly ColumnDrift[];
  /** Whether the rows of the last copy are kept, and only changed ones are copied. */
  readonly isIncrement: boolean;
  /** What is noted for the next copy. */
  readonly copied: CopiedState;
}

interface ReadTable {
  readonly name: SyncTable['from'];
  readonly state: string;
}

/** The connections and settings by which copies are planned. */
interface Planning {
  /** In the snapshot. */
  readonly client: SourceClient;
  /** Without a transaction. */
  readonly present: SourceClient;
  readonly sync: SyncConfig;
  /** Parses conditions. */
  readonly session: Warehouse;
  /** States of the last copies, by the key of the table's name. */
  readonly before: ReadonlyMap<string, CopiedState>;
  readonly maskKey: string | undefined;
}

/**
 * Finds the tables, their columns and sizes.
 * @throws {UserError} for each table and column that cannot be copied
 */
export async function planCopies(planning: Planning): Promise<readonly PlannedCopy[]> {
  const { client, present, sync, session } = planning;
  const tables = await findTables(client, sync.tables);
  await refuseCatalogs(present, tables);
  const columns = await readColumns(client, tables);
  const names = tables.map(({ config }) => config.from);
  const states = await readRelationStates(client, names);
  const bytes = await readBytes(present, names);
  const copies = tables.map((table, index) => ({
    ...planColumns(table, columns.get(table) ?? { copied: [], types: {} }, planning),
    reads: [{ name: table.config.from, state: states[index] ?? '' }],
    bytes: bytes[index] ?? 0,
  }));
  const mistakes = copies.flatMap(({ table, columns, drift }) => [
    ...driftMistakes(table.config, drift, sync.drift),
    ...ruleMistakes(table.config, columns),
  ]);
  const planned: PlannedCopy[] = [];
  for (const copy of copies) {
    try {
      planned.push({ ...copy, condition: await conditionOf(copy, session) });
    } catch (error) {
      if (!(error instanceof RefusedCondition)) throw error;
      mistakes.push(refusedWhere(copy.table.config, error));
    }
  }
  if (mistakes.length > 0) throw new UserError(mistakes);
  return planned.some(({ table }) => table.config.sample)
    ? planSample(planned, await readKeys(client, tables))
    : planned;
}

/** Adds the conditions of samples. A table whose rows depend on one is copied whole, and reads the others that do. */
function planSample(copies: readonly PlannedCopy[], keys: TableKeys): readonly PlannedCopy[] {
  const { mistakes, rows } = sampleRows(copies, keys);
  if (mistakes.length > 0) throw new UserError(mistakes);
  const reads = copies.filter((_, index) => rows[index]?.isSampled).flatMap((copy) => copy.reads);
  return copies.map((copy, index) => {
    const row = rows[index];
    return row?.isSampled ? { ...copy, reads, condition: row.condition, isIncrement: false } : copy;
  });
}

async function conditionOf({ table, columns }: Omit<PlannedCopy, 'condition'>, session: Warehouse) {
  const { where, mask = {} } = table.config;
  const readable = columns.map(({ name }) => name).filter((name) => !Object.hasOwn(mask, name));
  return where === undefined ? undefined : readCondition(where, readable, session);
}

function refusedWhere({ from, location }: SyncTable, { message }: RefusedCondition): Mistake {
  return {
    code: 'refused-where',
    message: `the condition \`where\` of ${from.schema}.${from.table} cannot be sent to Postgres: ${message}`,
    location,
    fix: 'compare copied columns with literals, now() and intervals; or copy a view that holds the condition',
  };
}

function planColumns(table: SourceTable, { copied, types }: TableColumns, { sync, before, maskKey }: Planning) {
  const target = targetOf(table.config);
  const from = postgresName(table.config.from);
  const last = before.get(nameKey(target.schema, target.name));
  const drift = last?.from === from ? findDrift(table.config, last.columns, types, sync.drift) : [];
  const leftOut = new Set(drift.flatMap((change) => (isLeftOut(change) ? [change.column] : [])));
  const columns = copied.filter(({ name }) => !leftOut.has(name));
  const rule = table.config.incremental && ruleMark(table.config, columns, maskKey);
  return {
    table,
    target,
    columns,
    drift,
    isIncrement: rule !== undefined && last?.rule === rule,
    copied: {
      from,
      columns: Object.fromEntries(Object.entries(types).filter(([name]) => !leftOut.has(name))),
      ...(rule !== undefined && { rule }),
    },
  };
}

function isLeftOut(change: ColumnDrift): boolean {
  return change.kind === 'added' && !change.isCopied;
}

/** The table of the warehouse that a table becomes. */
export function targetOf({ to }: SyncTable): TableCopy['target'] {
  return { schema: to.schema ?? 'main', name: to.table };
}
