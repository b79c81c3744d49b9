import { formatLocation } from '../location.ts';
import type { CompiledNode } from '../project/project.ts';
import { SqlError } from '../warehouse/sql-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** A statement of ours around the SQL of a node. */
export interface Statement {
  readonly text: string;
  /** Where the node's SQL begins in it. */
  readonly start: number;
}

/** `frame` says what stands around the node's SQL, which ends in a line of its own: its last line may be a comment. */
export function wrapSql(before: string, sql: CompiledNode['sql'], after: string): Statement {
  return { text: `${before}${sql.text}\n${after}`, start: before.length };
}

/**
 * What to tell of an engine's error: its place in the template, and its words where they cannot hold data.
 * @param words what the engine says of the same query before it reads a row; `undefined` when it finds nothing then
 */
export function sqlErrorText(
  error: SqlError,
  statement: Statement,
  sql: CompiledNode['sql'],
  words: string | undefined,
): string {
  const offset = error.offset === undefined ? undefined : error.offset - statement.start;
  const place =
    offset !== undefined && offset >= 0 && offset <= sql.text.length ? sql.origin(offset).location : undefined;
  const shown = words ?? `${error.kind} error on the data; its text may quote a value, so it is not shown`;
  return place ? `${shown} (${formatLocation(place)})` : shown;
}

/** What the engine says of a query that it only plans. An error of one that runs may quote rows, whatever its kind. */
export async function wordsWithoutRows(query: string, warehouse: Warehouse): Promise<string | undefined> {
  // Where the query failed, a transaction may have ended with it.
  await using session = await warehouse.session();
  try {
    await session.describe(query);
    return undefined;
  } catch (error) {
    if (error instanceof SqlError) return error.message.split('\n')[0];
    throw error;
  }
}
