import type { ByteOffset } from '../../../warehouse/offset.ts';

/** A bound expression of a plan: `operator.ts` says what a plan is, and which columns a reference counts in. */
export type Expression =
  | BoundRef
  | BoundColumnRef
  | BoundConstant
  | BoundCast
  | BoundFunction
  | BoundComparison
  | BoundOperator
  | BoundCase
  | BoundAggregate
  | BoundWindow
  | BoundUnnest
  | (Unrecognized<'expression'> & BoundExpression);

interface BoundExpression {
  /** The value's type; a BOUND_REF must have that of the column it points at. */
  readonly valueType: TypeKey;
  /** Place of the expression in the planned text; the plan does not give it for every expression. */
  readonly offset: ByteOffset | undefined;
}

export interface BoundRef extends BoundExpression {
  readonly type: 'BOUND_REF';
  readonly index: number;
}

/** Names a column by the index of the operator that made it; occurs only below a GET with a child. */
export interface BoundColumnRef extends BoundExpression {
  readonly type: 'BOUND_COLUMN_REF';
  readonly tableIndex: number;
  readonly columnIndex: number;
}

/** `value` is given where a function's meaning depends on it: a field's name, a JSON path, a length. */
export interface BoundConstant extends BoundExpression {
  readonly type: 'BOUND_CONSTANT';
  readonly value: string | number | undefined;
}

export interface BoundCast extends BoundExpression {
  readonly type: 'BOUND_CAST';
  readonly child: Expression;
  /** Whether a value that cannot be cast becomes NULL. */
  readonly isTry: boolean;
  /** The field names of a struct result, in order; empty for any other. */
  readonly fieldNames: readonly string[];
}

export interface BoundFunction extends BoundExpression {
  readonly type: 'BOUND_FUNCTION';
  readonly name: string;
  /** The arguments. Each column that a lambda's body sees is among them, as a captured value. */
  readonly children: readonly Expression[];
  /** The name of each child, as in `struct_insert(s, a := 1)`; empty for a child without one. */
  readonly argumentNames: readonly string[];
  /** The field names of a struct result, in order; empty for any other. */
  readonly fieldNames: readonly string[];
  readonly lambda: Lambda | undefined;
}

/**
 * A function that is an argument. Its references count in a frame of their own: the parameters in reverse, then the
 * captured values, which are the function's children behind the list. In a nested lambda the outer parameters are among
 * the captured values.
 */
export interface Lambda {
  readonly body: Expression;
  readonly hasIndex: boolean;
  /** `list_reduce` with an initial value, which is the second child. */
  readonly hasInitial: boolean;
}

/** A boolean over all children: a comparison, AND, OR, BETWEEN. */
export interface BoundComparison extends BoundExpression {
  readonly type: 'BOUND_COMPARISON' | 'BOUND_CONJUNCTION' | 'BOUND_BETWEEN';
  /** `COMPARE_EQUAL`, `CONJUNCTION_AND`, … */
  readonly operator: string;
  readonly children: readonly Expression[];
}

/** `operator` is `OPERATOR_COALESCE`, `OPERATOR_NOT`, `COMPARE_IN`, … */
export interface BoundOperator extends BoundExpression {
  readonly type: 'BOUND_OPERATOR';
  readonly operator: string;
  readonly children: readonly Expression[];
}

export interface BoundCase extends BoundExpression {
  readonly type: 'BOUND_CASE';
  readonly whens: readonly Expression[];
  /** The expressions of THEN and ELSE. */
  readonly results: readonly Expression[];
}

export interface BoundAggregate extends BoundExpression {
  readonly type: 'BOUND_AGGREGATE';
  readonly name: string;
  readonly children: readonly Expression[];
  readonly filter: Expression | undefined;
  readonly orders: readonly Expression[];
  readonly isDistinct: boolean;
}

export interface BoundWindow extends BoundExpression {
  readonly type: 'BOUND_WINDOW';
  /** `WINDOW_AGGREGATE` (then `name` says which) or `WINDOW_RANK`, `WINDOW_LAG`, … */
  readonly window: string;
  readonly name: string | undefined;
  readonly children: readonly Expression[];
  /**
   * Expressions besides `children` whose values can be in the result: the default, and row counts (offset, edges of the
   * frame), since a query that numbers its rows reads these counts back. `fill` also computes with the values it is
   * ordered by.
   */
  readonly values: readonly Expression[];
  readonly isPartitioned: boolean;
  /** Expressions that decide which rows the window looks at: partitions, orders, filter. */
  readonly influences: readonly Expression[];
  /**
   * Whether the frame always has all rows. A sum over all rows gives no single value away: no two frames differ by one
   * row, and no frame has only one.
   */
  readonly allRows: boolean;
  /** Whether the frame never splits peers, so that its result does not depend on the order among peers. */
  readonly wholePeers: boolean;
  readonly isDistinct: boolean;
}

export interface BoundUnnest extends BoundExpression {
  readonly type: 'BOUND_UNNEST';
  readonly child: Expression;
}

/** An operator or expression that this version does not support. The walker refuses it and guesses nothing. */
export interface Unrecognized<What extends string> {
  readonly type: 'unrecognized';
  readonly what: What;
  readonly name: string;
}

/** A type as a text, for comparison: its id, and for a nested type the types inside of it. */
export type TypeKey = string;
