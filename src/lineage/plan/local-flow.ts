import type { ByteOffset } from '../../warehouse/offset.ts';
import type { ColumnRef, FlowKind, Pin, State, Summary } from '../flow.ts';
import type { Share } from '../share.ts';

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
  /** {@link Flow.part} */
  readonly part?: Share;
  /** {@link Flow.assembled} */
  readonly assembled?: 'beside' | 'against';
  /** {@link Flow.pinned} */
  readonly pinned?: readonly Pin[];
};

/** Stands for which rows a table has. No column can have this name: SQL has no empty identifier. */
export const ROWS = '';

/** Stands for how many rows a table has, where its query makes that number of a value. DuckDB refuses NUL in SQL. */
export const SIZE = '\u0000size';

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
export function flowKey({ source, subtype, state, masks, ...more }: Omit<LocalFlow, 'offset'>): string {
  const key = [source.uniqueId, source.column, subtype, state, ...masks].join('\u0000');
  const { equals, summary, pinned, part, assembled } = more;
  if (!equals && !summary && !pinned && !part && !assembled) return key;
  return JSON.stringify([key, equals, summary, pinned, part, assembled]);
}
