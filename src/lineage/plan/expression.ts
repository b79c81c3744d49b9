import type { ByteOffset } from '../../warehouse/offset.ts';

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
  /** What the value is, to hold a BOUND_REF against the column it points at. */
  readonly valueType: TypeKey;
  /** Its place in the planned text; not every expression has one. */
  readonly offset: ByteOffset | undefined;
}

export interface BoundRef extends BoundExpression {
  readonly type: 'BOUND_REF';
  readonly index: number;
}

/** Only below a GET with a child: names its column by the index of the operator that made it. */
export interface BoundColumnRef extends BoundExpression {
  readonly type: 'BOUND_COLUMN_REF';
  readonly tableIndex: number;
  readonly columnIndex: number;
}

/** `text` and `number` only where a function's meaning hangs on it: a field's name, a JSON path, a length. */
export interface BoundConstant extends BoundExpression {
  readonly type: 'BOUND_CONSTANT';
  readonly value: string | number | undefined;
}

export interface BoundCast extends BoundExpression {
  readonly type: 'BOUND_CAST';
  readonly child: Expression;
  /** Of a struct result: its field names, in order. */
  readonly fieldNames: readonly string[];
}

export interface BoundFunction extends BoundExpression {
  readonly type: 'BOUND_FUNCTION';
  readonly name: string;
  /** Every column a lambda's body can see is among them as a captured one. */
  readonly children: readonly Expression[];
  /** What each child is called, as in `struct_insert(s, a := 1)`; empty where it has no name. */
  readonly argumentNames: readonly string[];
  /** Of a struct result: its field names, in order. */
  readonly fieldNames: readonly string[];
  readonly lambda: Lambda | undefined;
}

/**
 * Its references count in a frame of their own: the parameters in reverse, then the captured values, which are the
 * function's children behind the list. In a nested lambda the outer parameters are among the captured values.
 */
export interface Lambda {
  readonly body: Expression;
  readonly hasIndex: boolean;
  /** Of `list_reduce`: the second child is where it begins. */
  readonly hasInitial: boolean;
}

/** Comparisons, AND and OR, BETWEEN: a boolean over all children. */
export interface BoundComparison extends BoundExpression {
  readonly type: 'BOUND_COMPARISON' | 'BOUND_CONJUNCTION' | 'BOUND_BETWEEN';
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
  /** THEN and ELSE. */
  readonly results: readonly Expression[];
}

export interface BoundAggregate extends BoundExpression {
  readonly type: 'BOUND_AGGREGATE';
  readonly name: string;
  readonly children: readonly Expression[];
  readonly filter: Expression | undefined;
  readonly orders: readonly Expression[];
}

export interface BoundWindow extends BoundExpression {
  readonly type: 'BOUND_WINDOW';
  /** `WINDOW_AGGREGATE` (then `name` says which) or `WINDOW_RANK`, `WINDOW_LAG`, … */
  readonly window: string;
  readonly name: string | undefined;
  readonly children: readonly Expression[];
  /**
   * What the result is made of besides `children`: the default, and numbers that count rows (offset, edges of the frame),
   * since who has numbered the rows gets these numbers back. Between values that are there, `fill` computes with those it
   * is ordered by.
   */
  readonly values: readonly Expression[];
  /** All that decides over the rows looked at: partitions, orders, filter. */
  readonly influences: readonly Expression[];
  /** The frame is all rows there are: a sum over it gives nobody's own value away, by subtraction or in a group of one. */
  readonly allRows: boolean;
  /** The frame begins and ends between peers, so the order among them does not show in it. */
  readonly wholePeers: boolean;
}

export interface BoundUnnest extends BoundExpression {
  readonly type: 'BOUND_UNNEST';
  readonly child: Expression;
}

/** What this version does not know, or knows and does not follow. Never guessed about. */
export interface Unrecognized<What extends string> {
  readonly type: 'unrecognized';
  readonly what: What;
  readonly name: string;
}

/** A type in a form that can be compared: the id, and for nested types all that is inside. */
export type TypeKey = string;
