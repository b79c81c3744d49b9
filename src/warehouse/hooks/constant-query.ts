import { nameKey, sameName } from '../../name.ts';
import type { ProjectSql } from '../../sql.ts';
import { unreachable } from '../../unreachable.ts';
import { EXPRESSION_FUNCTIONS } from '../functions/judgements.ts';
import { objectsIn, textOf } from '../parse-sql.ts';
import type { Warehouse } from '../warehouse.ts';
import type { HookWrite } from './hook-statement.ts';
import type { WrittenName } from './statement-text.ts';

/** Table functions whose rows are made of their arguments. */
const GENERATORS: ReadonlySet<string> = new Set(['range', 'generate_series', 'unnest']);

/** Whether a query reads no table, so that its rows are what its text says: no macro that somebody made is in it, either. */
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

/** Whether what a statement writes is what its text says. */
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

/** Key of the table that a name means: without a schema it is in `main`, as the engine finds it. */
export function placeKey(name: WrittenName, { database }: { readonly database: string }): string {
  const [first, second, third] = name;
  if (third !== undefined) return nameKey(first, second ?? '', third);
  if (second === undefined) return nameKey(database, 'main', first);
  return sameName(first, database) ? nameKey(database, 'main', second) : nameKey(database, first, second);
}
