import type { State } from '../flow.ts';
import type { TracedColumn } from './value.ts';

/** What an expression can see. */
export interface Scope {
  /** The columns a BOUND_REF counts in. */
  readonly columns: readonly TracedColumn[];
  /** Columns by the table index of the operator that made them, for BOUND_COLUMN_REF. */
  readonly bindings: ReadonlyMap<number, readonly TracedColumn[]>;
  /** Marks of declared masks by the name of their struct field. */
  readonly marks: ReadonlyMap<string, Mark>;
  /** In a correlated subquery: what is put together there may be one row for each row outside. */
  readonly isCorrelated: boolean;
}

export interface Mark {
  readonly mask: string;
  readonly yields: State;
}
