import { projectSql, type Sql } from '../sql.ts';
import { SqlText } from '../trusted-sql.ts';
import { requireAllowedCalls } from './functions/refused-call.ts';
import { mapTree, objectOf, objectsIn, objectsOf, type ParseNode, withoutPlaces } from './parse-sql.ts';
import type { Warehouse } from './warehouse.ts';

/**
 * Checks that SQL of a project is exactly one expression, and puts it in brackets: it cannot close the brackets of a
 * statement of Fenceline, nor add a column, a table or a statement. `undefined` for any other text.
 * @throws {SqlError} for a call that no statement of a project may contain
 */
export async function readExpression(text: string, session: Warehouse): Promise<Sql | undefined> {
  if (!(await parseExpression(text, session))) return undefined;
  await requireAllowedCalls(projectSql(`select ${bracketed(text)}`), session);
  return new SqlText(bracketed(text));
}

/** An expression that reads the columns of one row only: {@link readExpression} without a subquery. */
export async function readRowExpression(text: string, session: Warehouse): Promise<Sql | undefined> {
  const tree = await parseExpression(text, session);
  const isOfRow = tree && [...objectsIn(tree)].every((node) => node['class'] !== 'SUBQUERY');
  return isOfRow ? readExpression(text, session) : undefined;
}

/** The parse tree of a statement that selects one expression and nothing else; `undefined` for any other text. */
export async function parseExpression(text: string, session: Warehouse): Promise<ParseNode | undefined> {
  // Both forms are needed: in brackets two expressions are one row, and without brackets an alias may follow.
  const [inside, alone, plain] = await Promise.all([
    session.parse(projectSql(`select ${bracketed(text)}`)),
    session.parse(projectSql(`select\n${text}\n`)),
    session.parse(projectSql('select null')),
  ]);
  if (!inside.ok || !alone.ok || !plain.ok || givesColumns(inside.tree)) return undefined;
  const [around, ...others] = [plain, inside, alone].map(({ tree }) => withoutExpression(tree));
  return others.every((other) => other === around) ? inside.tree : undefined;
}

/** The text in brackets that are on their own lines, since the text may end in a comment. */
function bracketed(text: string): string {
  return `(\n${text}\n)`;
}

/** `*` and `COLUMNS(…)` make several columns from one expression, except inside of a subquery. */
function givesColumns(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(givesColumns);
  const node = objectOf(value);
  if (!node || node['class'] === 'SUBQUERY') return false;
  return node['class'] === 'STAR' || Object.values(node).some(givesColumns);
}

/** The statement without the expressions it selects; their number and names stay. */
function withoutExpression(tree: ParseNode): string {
  const statements = objectsOf(tree['statements']).map(({ node, ...rest }) => {
    const query = objectOf(node);
    return { ...rest, node: { ...query, select_list: objectsOf(query?.['select_list']).map(nameOf) } };
  });
  return JSON.stringify(mapTree(statements, withoutPlaces));
}

function nameOf({ alias }: ParseNode): unknown {
  return alias;
}
