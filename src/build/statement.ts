import { formatLocation } from '../location.ts';
import type { CompiledNode } from '../project/project.ts';
import { type Sql, sql } from '../sql.ts';
import { ownWords, SqlError } from '../warehouse/sql-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** One SQL statement that is, or contains, the query of a node. */
export interface Statement {
  readonly sql: Sql;
  /** Offset in the text at which the node's SQL begins. */
  readonly start: number;
}

export function wrapSql(before: Sql, query: Statement, after: Sql): Statement {
  return { sql: sql`${before}${query.sql}${after}`, start: before.text.length + query.start };
}

/**
 * The message of an engine's error: its place in the template, and the engine's text if that cannot hold data.
 * @param words text of the error that planning the query gives, without running it; `undefined` if planning gives none
 */
export function sqlErrorText(
  error: SqlError,
  { start }: Pick<Statement, 'start'>,
  text: CompiledNode['sql'],
  words: string | undefined,
): string {
  const offset = error.offset === undefined ? undefined : error.offset - start;
  const place =
    offset !== undefined && offset >= 0 && offset <= text.text.length ? text.origin(offset).location : undefined;
  const shown =
    ownWords(error) ?? words ?? `${error.kind} error on the data; its text may quote a value, so it is not shown`;
  return place ? `${shown} (${formatLocation(place)})` : shown;
}

/**
 * Error text that planning a query gives; it quotes no rows. The error of a query that runs may quote some, whatever
 * its kind.
 */
export async function wordsWithoutRows(query: Sql, warehouse: Warehouse): Promise<string | undefined> {
  // A session of its own: the failed query may have aborted the transaction of the other.
  await using session = await warehouse.session();
  try {
    await session.describe(query);
    return undefined;
  } catch (error) {
    if (error instanceof SqlError) return error.message.split('\n')[0];
    throw error;
  }
}
