import type { JsonPath } from '../../project/node.ts';
import type { ColumnRef } from '../flow.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import type { Comparisons } from './comparisons.ts';
import { type FlowSet, generated, hasValue, NO_FLOWS } from './flows/flow-set.ts';
import { haveSpellings } from './flows/function-kinds.ts';
import { flowsOf, NO_VALUE, type TracedColumn, withFlows } from './flows/value.ts';
import type { Expression, TypeKey } from './read/expression.ts';
import type { TableName } from './read/leaf-operator.ts';
import type { Mark, Scope } from './scope.ts';
import { traceExpression } from './trace-expression.ts';

/** The flows out of a query: those into each output column, and those that decide which rows there are or sort them. */
export interface Trace {
  readonly columns: readonly TracedColumn[];
  readonly rows: FlowSet;
}

/** The flows out of an operator. */
export interface Rows extends Trace {
  /**
   * Flows that decide only the order of rows. They show in the result only if LIMIT, a window or first() picks rows or
   * values by that order.
   */
  readonly order: FlowSet;
  /** Flows of values that set the number of rows: `n` in `range(n)` or LIMIT n. */
  readonly size: FlowSet;
}

/** The part of the project that a walk over a plan needs. */
export interface TraceContext {
  /** The unique id of a table's node or source; `undefined` for a table that is not the project's. */
  readonly ownerOf: (table: TableName) => string | undefined;
  /** The declared paths in a column of JSON; empty for any other column. */
  readonly pathsOf: (column: ColumnRef) => readonly JsonPath[];
  /** Marks of declared masks by the name of their struct field. */
  readonly marks: ReadonlyMap<string, Mark>;
  /**
   * Called for every PIVOT that is one operator of the plan (DuckDB: `pivot_filter_threshold`), perhaps more than once.
   */
  readonly onPivot?: (pivotIndex: number, pivot: TracedPivot) => void;
}

/** The columns of a PIVOT, whose names come from data. */
export interface TracedPivot {
  readonly names: readonly string[];
  /** Flows into the names, for each expression that the PIVOT turns on. */
  readonly on: readonly FlowSet[];
}

/** State of one walk over a plan, which the functions of all its operators share. */
export interface Walk {
  readonly context: TraceContext;
  readonly bindings: Map<number, readonly TracedColumn[]>;
  readonly ctes: Map<number, Rows>;
  /** Rows that enclosing DELIM_JOINs hand to the DELIM_GETs on their right side; the nearest is last. */
  readonly delims: Rows[];
  readonly comparisons: Comparisons;
  /** Flows that decide the row order of the operators directly below. */
  readonly orders: FlowSet[];
}

export function traceColumns(expressions: readonly Expression[], input: Rows, walk: Walk): readonly TracedColumn[] {
  return traceIn(scopeOf(input, walk), expressions);
}

export function traceIn(scope: Scope, expressions: readonly Expression[]): readonly TracedColumn[] {
  return expressions.map((expression) => ({ type: expression.valueType, value: traceExpression(expression, scope) }));
}

/** Scope of the expressions over an operator's input. */
export function scopeOf({ columns }: Pick<Trace, 'columns'>, { bindings, context, delims, comparisons }: Walk): Scope {
  const isCorrelated = delims.length > 0;
  return { columns, bindings, marks: context.marks, groups: NO_FLOWS, comparisons, isCorrelated, values: new Map() };
}

/** Keeps the columns of an operator under its table index, for references from below a table function. */
export function bindColumns(walk: Walk, tableIndex: number, trace: Rows): Rows {
  walk.bindings.set(tableIndex, trace.columns);
  return trace;
}

/** Adds flows to the value of a column that also depends on which rows there are. */
export function withRowFlows(column: TracedColumn, rows: FlowSet): TracedColumn {
  const value = withFlows(column.value, rows);
  return value === column.value ? column : { type: column.type, value };
}

/**
 * Columns of rows that each stand for several equal rows. If values compare equal and yet differ, the order of rows
 * decides which one is kept.
 */
export function representatives(columns: readonly TracedColumn[], order: FlowSet): readonly TracedColumn[] {
  return columns.map((column) => (haveSpellings(column.type) ? withRowFlows(column, order) : column));
}

/** Marks columns without flows as generated: the query makes their values itself. */
export function withGenerated(columns: readonly TracedColumn[], tableIndex: number): readonly TracedColumn[] {
  return columns.map((column) =>
    hasValue(flowsOf(column.value)) ? column : withRowFlows(column, generated(tableIndex)),
  );
}

/** Rows of constants: nothing flows into them. */
export function withoutSources(types: readonly TypeKey[]): Rows {
  return { columns: types.map((type) => ({ type, value: NO_VALUE })), rows: NO_FLOWS, order: NO_FLOWS, size: NO_FLOWS };
}

/** @throws {UnknownFlow} for a position without a column */
export function pickColumns(columns: readonly TracedColumn[], positions: readonly number[]): readonly TracedColumn[] {
  return positions.map((position) => requireFound(columns[position], 'a column'));
}

/** @throws {UnknownFlow} for a reference of the plan to something that is not there */
export function requireFound<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new UnknownFlow(`plan with a reference to ${what} that is not there`);
  return found;
}
