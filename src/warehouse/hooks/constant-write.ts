import { unreachable } from '../../unreachable.ts';
import { readRowSource } from '../constant-query.ts';
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
