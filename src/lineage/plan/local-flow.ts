import type { ByteOffset } from '../../warehouse/offset.ts';
import type { ColumnRef, FlowKind, State, Summary } from '../flow.ts';
import type { Part } from './parts.ts';

/** A flow inside one query, from a column of a table it reads. */
export type LocalFlow = FlowKind & {
  /** A column of the table; {@link ROWS} stands for which rows the table has. */
  readonly source: ColumnRef;
  readonly state: State;
  /** Names of the masks it goes through, from the inside out, each once. */
  readonly masks: readonly string[];
  /** Place in the planned text of the innermost expression on the way that the plan locates. */
  readonly offset: ByteOffset | undefined;
  /** {@link Flow.equals} */
  readonly equals?: readonly ColumnRef[];
  /** {@link Flow.summary} */
  readonly summary?: Summary;
  /**
   * What is left of the value where that is a part. Parts of a `size` (how much there is of something: a length, a number
   * of rows) and of `pieces` (any piece of a text, in one row or another) are again the whole.
   */
  readonly part?: Part | 'size' | 'pieces';
  /** Columns of which all rows have the same value, or one of a few, from which this one can come: `where id = 3`. */
  readonly pinned?: readonly ColumnRef[];
};

/** Stands for which rows a table has. No column can have this name: SQL has no empty identifier. */
export const ROWS = '';

/** Stands for the names of a model's columns. */
export const NAMES = '*';

/** Owns the columns that a query generates (`range`, VALUES, `row_number`): no table of a project has this id. */
export const GENERATED = '';

export function isGenerated({ source }: LocalFlow): boolean {
  return source.uniqueId === GENERATED;
}

/** A text that no other column has. */
export function columnOf({ source }: LocalFlow): string {
  return `${source.uniqueId}\u0000${source.column}`;
}

/** A text that two flows share only where they are one: they differ at most in their place. */
export function flowKey({
  source,
  subtype,
  state,
  masks,
  equals,
  summary,
  pinned,
  part,
}: Omit<LocalFlow, 'offset'>): string {
  const key = [source.uniqueId, source.column, subtype, state, ...masks].join('\u0000');
  if (!equals && !summary && !pinned && !part) return key;
  return JSON.stringify([key, equals, summary, pinned, part]);
}
