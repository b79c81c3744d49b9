import { projectSql, type Sql } from '../sql.ts';
import { SqlText } from '../trusted-sql.ts';
import { mapTree, objectsIn, type ParseNode, withoutPlaces } from './parse-sql.ts';
import { SqlError } from './sql-error.ts';
import type { Warehouse } from './warehouse.ts';

/**
 * Checks that a text is exactly one type, and returns it as the engine spells it: `INTEGER` for `int`. `undefined` for
 * any other text.
 */
export async function readType(text: string, session: Warehouse): Promise<Sql | undefined> {
  const cast = castTo(text);
  if (!PLAIN_TYPE.test(text) && !(await isOneCast(cast, session))) return undefined;
  try {
    const [column] = await session.describe(projectSql(cast));
    return column && new SqlText(column.type);
  } catch (cause) {
    if (cause instanceof SqlError && cause.kind !== 'interrupt' && cause.kind !== 'connection') return undefined;
    throw cause;
  }
}

/**
 * Types of words and numbers only, which cannot close the bracket of the cast: `timestamp with time zone`,
 * `decimal(10, 2)[]`.
 */
const PLAIN_TYPE = /^[\w ]+(\(\d+(, ?\d+)?\))?(\[\d*\])*$/;

function castTo(type: string): string {
  return `select cast(null as\n${type}\n)`;
}

/**
 * Whether the text is only the type of a cast: `int) from secret where (true` closes its bracket, and DESCRIBE would
 * accept it.
 */
async function isOneCast(cast: string, session: Warehouse): Promise<boolean> {
  const [own, plain] = await Promise.all([
    session.parse(projectSql(cast)),
    session.parse(projectSql(castTo('integer'))),
  ]);
  return own.ok && plain.ok && withoutType(own.tree) === withoutType(plain.tree);
}

function withoutType(tree: ParseNode): string {
  const [outermost] = [...objectsIn(tree)].filter((node) => 'cast_type' in node);
  return JSON.stringify(
    mapTree(tree, (node) => (node === outermost ? { ...withoutPlaces(node), cast_type: null } : withoutPlaces(node))),
  );
}
