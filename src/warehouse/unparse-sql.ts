import { type Sql, sql } from '../sql.ts';
import { SqlText } from '../trusted-sql.ts';
import { type ParseNode, serializeTree } from './parse-sql.ts';
import { SqlError } from './sql-error.ts';
import type { Warehouse } from './warehouse.ts';

/**
 * The query of a parse tree, as the engine writes it; `undefined` if the engine cannot write it, as for an infinite
 * number.
 */
export async function unparse(tree: ParseNode, session: Warehouse): Promise<Sql | undefined> {
  try {
    const [row] = await session.rows(sql`select json_deserialize_sql(?::json) as text`, [serializeTree(tree)]);
    return new SqlText(String(row?.['text']));
  } catch (cause) {
    if (cause instanceof SqlError && cause.kind === 'parser') return undefined;
    throw cause;
  }
}
