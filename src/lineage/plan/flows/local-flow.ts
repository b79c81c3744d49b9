import type { ByteOffset } from '../../../warehouse/offset.ts';
import type { ColumnRef, Counts, FlowKind, Pin, State, Summary } from '../../flow.ts';
import type { Share } from '../../share.ts';

/** A flow inside one query, from a column of a table it reads. */
export type LocalFlow = FlowKind & {
  /** A column of the table; {@link ROWS} stands for the set of rows that the table has. */
  readonly source: ColumnRef;
  readonly state: State;
  /** Names of the masks that the flow goes through, from the inside out, each once. */
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
  /** {@link Flow.shownBy} */
  readonly shownBy?: Counts;
};

/**
 * Column name that stands for the set of rows of a table. No column can have this name: SQL has no empty identifier.
 */
export const ROWS = '';

/**
 * Column name that stands for the number of rows of a table, if a value sets that number. No column can have this name:
 * DuckDB refuses NUL in SQL.
 */
export const SIZE = '\u0000size';

/** Column name that stands for the names of a model's columns. */
export const NAMES = '*';

/**
 * Unique id that owns the columns which a query generates (`range`, VALUES, `row_number`). No table of a project has
 * this id.
 */
export const GENERATED = '';

export function isGenerated({ source }: LocalFlow): boolean {
  return source.uniqueId === GENERATED;
}

/** Key of the source column. */
export function columnOf({ source }: LocalFlow): string {
  return keyOfColumn(source);
}

/** Cache: many flows come from one column. */
const COLUMN_KEYS = new WeakMap<ColumnRef, string>();

function keyOfColumn(column: ColumnRef): string {
  let key = COLUMN_KEYS.get(column);
  if (key === undefined) {
    key = `${column.uniqueId}\u0000${column.column}`;
    COLUMN_KEYS.set(column, key);
  }
  return key;
}

export function isOfSameColumn({ source: a }: LocalFlow, { source: b }: LocalFlow): boolean {
  return a === b || (a.column === b.column && a.uniqueId === b.uniqueId);
}

/** Key of a flow: everything but its place. */
export function flowKey(flow: Omit<LocalFlow, 'offset'>): string {
  const { source, subtype, state, masks, equals, summary, pinned, part, assembled, shownBy } = flow;
  let key = `${keyOfColumn(source)}\u0000${subtype}\u0000${state}`;
  for (const mask of masks) key += `\u0000${mask}`;
  if (part) key += `\u0001part ${part}`;
  if (assembled) key += `\u0001${assembled}`;
  if (shownBy) key += `\u0001shown by ${shownBy}`;
  if (summary) key += `\u0001alone ${summary.alone} ${summary.counts ?? ''} of ${keyOfColumns(summary.of)}`;
  if (equals) key += `\u0001= ${keyOfColumns(equals)}`;
  if (pinned) key += `\u0001pinned ${keyOfColumns(pinned)}`;
  return key;
}

/** Cache: many flows share a list of columns. */
const LIST_KEYS = new WeakMap<readonly Pin[], string>();

function keyOfColumns(columns: readonly Pin[]): string {
  const [first, second] = columns;
  if (!second) return first ? keyOfPin(first) : '';
  let key = LIST_KEYS.get(columns);
  if (key === undefined) {
    key = columns.map(keyOfPin).join('\u0002');
    LIST_KEYS.set(columns, key);
  }
  return key;
}

/** Key of a column that pins or distinguishes rows. */
export function keyOfPin(pin: Pin): string {
  return pin.isTested ? `${keyOfColumn(pin)}\u0000tested` : keyOfColumn(pin);
}
