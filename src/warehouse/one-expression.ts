import { mapTree, objectsOf, type ParseNode, withoutPlaces } from './parse-sql.ts';
import { projectSql, type Sql } from './sql.ts';
import { SqlText } from './sql-text.ts';
import type { Warehouse } from './warehouse.ts';

/**
 * SQL of a project that is one expression, in brackets: it ends no bracket of ours, and brings no second column, table or
 * statement with it. `undefined` for anything else.
 */
export async function readExpression(text: string, session: Warehouse): Promise<Sql | undefined> {
  const bracketed = `(\n${text}\n)`;
  const [own, plain] = await Promise.all([
    session.parse(projectSql(`select ${bracketed}`)),
    session.parse(projectSql('select null')),
  ]);
  const isOne = own.ok && plain.ok && withoutExpression(own.tree) === withoutExpression(plain.tree);
  return isOne ? new SqlText(bracketed) : undefined;
}

/** What a statement is besides the expressions it selects, and how many these are. */
function withoutExpression(tree: ParseNode): string {
  const selects = (node: ParseNode): ParseNode =>
    'select_list' in node ? { ...node, select_list: objectsOf(node['select_list']).length } : node;
  const statements = objectsOf(tree['statements']).map(({ node, ...rest }) => ({
    ...rest,
    node: objectsOf([node]).map(selects),
  }));
  return JSON.stringify(mapTree(statements, withoutPlaces));
}
