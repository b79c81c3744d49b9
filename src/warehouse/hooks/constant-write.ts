import { unreachable } from '../../unreachable.ts';
import { readRowSource, readsOnlyItsRow } from '../constant-query.ts';
import type { Warehouse } from '../warehouse.ts';
import type { HookWrite } from './hook-statement.ts';

/** Whether no row of a table decides the rows that a statement writes. Chance and the clock may. */
export async function isConstantWrite(write: HookWrite, session: Warehouse): Promise<boolean> {
  switch (write.kind) {
    case 'insert':
    case 'create':
      return (await readRowSource(write.query, session)) !== 'tables';
    case 'delete':
      return write.condition === undefined;
    case 'update':
      return false;
    case 'drop':
      return true;
    default:
      return unreachable(write);
  }
}

/**
 * Whether no row of another table decides which rows a table has after a statement: as above, and a DELETE may look at the rows
 * that it deletes. For a table that holds only constants.
 */
export async function readsNoOtherTable(write: HookWrite, session: Warehouse): Promise<boolean> {
  if (await isConstantWrite(write, session)) return true;
  return write.kind === 'delete' && write.condition !== undefined && readsOnlyItsRow(write.condition, session);
}
