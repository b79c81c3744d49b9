import type { Expression, TypeKey, Unrecognized } from './expression.ts';
import type { ChunkGet, CteRef, DelimGet, EmptyResult, GetColumn, TableName } from './leaf-operator.ts';

/**
 * DuckDB's bound logical plan, as `json_serialize_plan` gives it before any optimization, decoded to the fields that
 * the walker needs. Operators and expressions keep DuckDB's names (DuckDB 1.5: `LogicalOperatorType`,
 * `ExpressionClass`).
 *
 * A `BOUND_REF` counts in the columns of the operator below. An operator's comment says which columns these are where
 * it is not obvious.
 */
export type Operator =
  | Get
  | Projection
  | Filter
  | Aggregate
  | Window
  | Unnest
  | ComparisonJoin
  | DelimJoin
  | AnyJoin
  | PairingJoin
  | DelimGet
  | SetOperation
  | Distinct
  | OrderBy
  | Limit
  | Sample
  | MaterializedCte
  | RecursiveCte
  | CteRef
  | Pivot
  | ExpressionGet
  | ChunkGet
  | EmptyResult
  | Unrecognized<'operator'>;

/** A scan, or a call of a table function: with a `child` when its arguments come from rows (in-out functions). */
export interface Get {
  readonly type: 'LOGICAL_GET';
  readonly tableIndex: number;
  /** `undefined` for a table function. */
  readonly table: TableName | undefined;
  readonly functionName: string;
  readonly columns: readonly GetColumn[];
  readonly child: Operator | undefined;
  /**
   * Positions of the child's columns that the result has after the function's own columns. All other columns of the
   * child are arguments.
   */
  readonly projectedInput: readonly number[];
}

export interface Projection {
  readonly type: 'LOGICAL_PROJECTION';
  readonly tableIndex: number;
  readonly child: Operator;
  readonly expressions: readonly Expression[];
}

/** A WHERE, HAVING or QUALIFY. */
export interface Filter {
  readonly type: 'LOGICAL_FILTER';
  readonly child: Operator;
  readonly expressions: readonly Expression[];
  readonly keep: 'all' | readonly number[];
}

/** GROUP BY or an aggregate. Its columns: the groups, the aggregates, and one number for each GROUPING(…). */
export interface Aggregate {
  readonly type: 'LOGICAL_AGGREGATE_AND_GROUP_BY';
  readonly child: Operator;
  readonly groupIndex: number;
  readonly aggregateIndex: number;
  /** Table index of the GROUPING(…) columns; `undefined` if the query has none. */
  readonly groupingsIndex: number | undefined;
  readonly groups: readonly Expression[];
  readonly expressions: readonly Expression[];
  /** Positions in `groups`, one list for each GROUPING(…). */
  readonly groupingFunctions: readonly (readonly number[])[];
}

/** Window functions over the rows of the child. Its columns are the child's, then the window expressions. */
export interface Window {
  readonly type: 'LOGICAL_WINDOW';
  readonly child: Operator;
  readonly windowIndex: number;
  readonly expressions: readonly Expression[];
}

/** An `unnest` in a select list. Its columns are the child's, then the elements. */
export interface Unnest {
  readonly type: 'LOGICAL_UNNEST';
  readonly child: Operator;
  readonly unnestIndex: number;
  readonly expressions: readonly Expression[];
}

export type JoinType = 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'SINGLE' | 'SEMI' | 'ANTI' | 'MARK';

/** A reference in `left` counts in the left child's columns, one in `right` in the right child's. */
export interface JoinCondition {
  /** `COMPARE_EQUAL`, … */
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
}

export interface ComparisonJoin {
  readonly type: 'LOGICAL_COMPARISON_JOIN' | 'LOGICAL_ASOF_JOIN';
  readonly joinType: JoinType;
  readonly left: Operator;
  readonly right: Operator;
  readonly conditions: readonly JoinCondition[];
  /** References count in the columns of both children, left ones first. */
  readonly predicate: Expression | undefined;
  readonly markIndex: number;
}

/** A correlated subquery. Its right side reads `duplicateEliminated`, columns of the left one, by DELIM_GETs. */
export interface DelimJoin extends Omit<ComparisonJoin, 'type'> {
  readonly type: 'LOGICAL_DELIM_JOIN';
  readonly duplicateEliminated: readonly Expression[];
}

/** References in `condition` count in the columns of both children, also for SEMI and ANTI. */
export interface AnyJoin {
  readonly type: 'LOGICAL_ANY_JOIN';
  readonly joinType: JoinType;
  readonly left: Operator;
  readonly right: Operator;
  readonly condition: Expression;
  readonly markIndex: number;
}

export interface PairingJoin {
  readonly type: 'LOGICAL_CROSS_PRODUCT' | 'LOGICAL_POSITIONAL_JOIN';
  readonly left: Operator;
  readonly right: Operator;
}

/** A UNION, EXCEPT or INTERSECT. Columns are paired by position; UNION may have more than two children. */
export interface SetOperation {
  readonly type: 'LOGICAL_UNION' | 'LOGICAL_EXCEPT' | 'LOGICAL_INTERSECT';
  readonly tableIndex: number;
  readonly children: readonly Operator[];
}

export interface Distinct {
  readonly type: 'LOGICAL_DISTINCT';
  readonly child: Operator;
  readonly targets: readonly Expression[];
  /** The order that decides which row of its group a DISTINCT ON keeps. */
  readonly orders: readonly Expression[];
}

export interface OrderBy {
  readonly type: 'LOGICAL_ORDER_BY';
  readonly child: Operator;
  readonly orders: readonly Expression[];
}

export interface Limit {
  readonly type: 'LOGICAL_LIMIT';
  readonly child: Operator;
  /** LIMIT and OFFSET, where they are no constants. */
  readonly expressions: readonly Expression[];
  /** Largest number of rows that it gives, if that is a constant. */
  readonly most: number | undefined;
}

export interface Sample {
  readonly type: 'LOGICAL_SAMPLE';
  readonly child: Operator;
  /** Largest number of rows that it gives; `undefined` for a percentage of all rows. */
  readonly most: number | undefined;
}

export interface MaterializedCte {
  readonly type: 'LOGICAL_MATERIALIZED_CTE';
  readonly tableIndex: number;
  readonly definition: Operator;
  readonly child: Operator;
}

/** References in `keyTargets` (USING KEY) count in its own columns. */
export interface RecursiveCte {
  readonly type: 'LOGICAL_RECURSIVE_CTE';
  readonly tableIndex: number;
  readonly anchor: Operator;
  readonly recursion: Operator;
  /** False for UNION, which drops a row that equals an earlier one. */
  readonly unionAll: boolean;
  readonly keyTargets: readonly Expression[];
}

/**
 * A PIVOT over many values. Its columns are the groups, then the value columns: these take their values in turn from
 * the child's lists, one list for each aggregate. The child's last column is the list of names.
 */
export interface Pivot {
  readonly type: 'LOGICAL_PIVOT';
  readonly child: Operator;
  readonly pivotIndex: number;
  readonly groupCount: number;
  /** Names of the value columns, without the names of aggregates that DuckDB appends if there are several. */
  readonly names: readonly string[];
  readonly aggregateCount: number;
  readonly types: readonly TypeKey[];
}

/** A VALUES: rows of expressions. The child, mostly a DUMMY_SCAN, gives the columns that they may read. */
export interface ExpressionGet {
  readonly type: 'LOGICAL_EXPRESSION_GET';
  readonly tableIndex: number;
  readonly types: readonly TypeKey[];
  readonly rows: readonly (readonly Expression[])[];
  readonly child: Operator | undefined;
}
