import { formatLocation } from '../location.ts';
import type { CompiledNode } from '../project/project.ts';
import type { SqlError } from '../warehouse/sql-error.ts';

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

/** Errors the engine finds while it reads the statement, before it reads a row: their words quote no data. */
const WITHOUT_DATA = new Set(['parser', 'syntax', 'binder', 'catalog', 'permission', 'not implemented']);

/** What to tell of an engine's error: its place in the template, and its words where they cannot hold data. */
export function sqlErrorText(error: SqlError, statement: Statement, sql: CompiledNode['sql']): string {
  const offset = error.offset === undefined ? undefined : error.offset - statement.start;
  const place =
    offset !== undefined && offset >= 0 && offset <= sql.text.length ? sql.origin(offset).location : undefined;
  const words = WITHOUT_DATA.has(error.kind)
    ? (error.message.split('\n')[0] ?? error.kind)
    : `${error.kind} error on the data; its text may quote a value, so it is not shown`;
  return place ? `${words} (${formatLocation(place)})` : words;
}
