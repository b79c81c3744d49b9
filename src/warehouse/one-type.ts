import { projectSql, type Sql } from '../sql.ts';
import { SqlText } from '../trusted-sql.ts';
import { mapTree, objectsIn, type ParseNode, withoutPlaces } from './parse-sql.ts';
import { SqlError } from './sql-error.ts';
import type { Warehouse } from './warehouse.ts';

/**
 * A type as the engine itself spells it, whoever wrote it and however: `int` is `INTEGER`. `undefined` for a text that is
 * not one type and nothing else.
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

/** Words and numbers, which cannot end our bracket or begin anything: `timestamp with time zone`, `decimal(10, 2)[]`. */
const PLAIN_TYPE = /^[\w ]+(\(\d+(, ?\d+)?\))?(\[\d*\])*$/;

function castTo(type: string): string {
  return `select cast(null as\n${type}\n)`;
}

/** `int) from secret where (true` closes our bracket, and would be described as a type, too. */
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
