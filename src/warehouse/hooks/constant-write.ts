import type { ProjectSql } from '../../sql.ts';
import { unreachable } from '../../unreachable.ts';
import { EXPRESSION_FUNCTIONS } from '../functions/judgements.ts';
import { objectsIn, textOf } from '../parse-sql.ts';
import type { Warehouse } from '../warehouse.ts';
import type { HookWrite } from './hook-statement.ts';

/** Table functions whose rows come only from their arguments. */
const GENERATORS: ReadonlySet<string> = new Set(['range', 'generate_series', 'unnest']);

/** Whether a query reads no table and calls no user's macro, so that its text alone decides its rows. */
async function isConstantQuery(query: ProjectSql, session: Warehouse): Promise<boolean> {
  const parsed = await session.parse(query);
  if (!parsed.ok) return false;
  const generating = new Set<unknown>();
  for (const node of objectsIn(parsed.tree)) {
    if (node['type'] === 'BASE_TABLE' || node['show_type'] !== undefined) return false;
    if (node['type'] === 'TABLE_FUNCTION') generating.add(node['function']);
    const name = textOf(node['function_name']).toLowerCase();
    const isKnown = generating.has(node) ? GENERATORS.has(name) : EXPRESSION_FUNCTIONS.has(name);
    if (name !== '' && !isKnown) return false;
  }
  return true;
}

/** Whether the text of a statement alone decides the rows that it writes. */
export async function isConstantWrite(write: HookWrite, session: Warehouse): Promise<boolean> {
  switch (write.kind) {
    case 'insert':
    case 'create':
      return isConstantQuery(write.query, session);
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
