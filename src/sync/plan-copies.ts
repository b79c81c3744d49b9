import type { SyncConfig, SyncTable } from '../config/fenceline-config.ts';
import type { SourceClient } from '../postgres/source-client.ts';
import type { TableCopy } from './copy-table.ts';
import { readBytes, readRelationStates } from './relation-state.ts';
import { findTables, readColumns, refuseCatalogs } from './source-table.ts';

/** A table to copy, as it is in the snapshot. */
export interface PlannedCopy extends TableCopy {
  /** The catalog's state of the table as of the snapshot. */
  readonly state: string;
  /** Bytes of the table in Postgres. */
  readonly bytes: number;
}

/**
 * Finds the tables, their columns and sizes.
 * @param client in the snapshot
 * @param present without a transaction
 * @throws {UserError} for each table and column that cannot be copied
 */
export async function planCopies(
  client: SourceClient,
  present: SourceClient,
  sync: SyncConfig,
): Promise<readonly PlannedCopy[]> {
  const tables = await findTables(client, sync.tables);
  await refuseCatalogs(present, tables);
  const columns = await readColumns(client, tables);
  const names = tables.map(({ config }) => config.from);
  const states = await readRelationStates(client, names);
  const bytes = await readBytes(present, names);
  return tables.map((table, index) => ({
    table,
    columns: columns.get(table) ?? [],
    target: targetOf(table.config),
    state: states[index] ?? '',
    bytes: bytes[index] ?? 0,
  }));
}

/** The table of the warehouse that a table becomes. */
export function targetOf({ to }: SyncTable): TableCopy['target'] {
  return { schema: to.schema ?? 'main', name: to.table };
}
