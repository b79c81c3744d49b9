import type { State } from '../flow.ts';
import type { Comparisons } from './comparisons.ts';
import type { FlowSet } from './flows/flow-set.ts';
import type { TracedColumn, Value } from './flows/value.ts';
import type { Expression } from './read/expression.ts';

/** Columns and marks that an expression can refer to. */
export interface Scope {
  /** The columns in which a BOUND_REF counts. */
  readonly columns: readonly TracedColumn[];
  /** Columns by the table index of the operator that made them, for a BOUND_COLUMN_REF. */
  readonly bindings: ReadonlyMap<number, readonly TracedColumn[]>;
  /** Marks of declared masks by the name of their struct field. */
  readonly marks: ReadonlyMap<string, Mark>;
  /** Flows of the GROUP BY keys of the rows that an aggregate reads; empty for any other expression. */
  readonly groups: FlowSet;
  /** Records the comparisons of the expression. */
  readonly comparisons: Comparisons;
  /**
   * Whether the expression is in a correlated subquery: an aggregate may then have only one row for each row of the
   * outer query.
   */
  readonly isCorrelated: boolean;
  /** Cache of the values of expressions in this scope, since a predicate is traced for several purposes. */
  readonly values: Map<Expression, Value>;
}

export interface Mark {
  readonly mask: string;
  readonly yields: State;
}
