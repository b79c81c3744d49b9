import { unreachable } from '../../unreachable.ts';
import type { ColumnRef } from '../flow.ts';
import { type FlowSet, flowSet, influence, NO_FLOWS, ROWS, transformed, union } from './flow-set.ts';
import { isOrdered, isOrderedWindow, TABLE_FUNCTIONS } from './function-kinds.ts';
import type {
  Aggregate,
  AnyJoin,
  ComparisonJoin,
  DelimGet,
  DelimJoin,
  Distinct,
  Expression,
  ExpressionGet,
  Filter,
  Get,
  GetColumn,
  JoinCondition,
  JoinType,
  Limit,
  Operator,
  OrderBy,
  PairingJoin,
  Pivot,
  Projection,
  RecursiveCte,
  Sample,
  SetOperation,
  TableName,
  TypeKey,
  Unnest,
  Window,
} from './plan.ts';
import { allFlows, type Mark, type Scope, tested, traceExpression } from './trace-expression.ts';
import { UnknownFlow } from './unknown-flow.ts';
import { flowsOf, mergeValues, NO_VALUE, type TracedColumn, wholeValue, withFlows } from './value.ts';

/** What leaves a query: the flows into each output column, and those that decide which rows there are, in what order. */
export interface Trace {
  readonly columns: readonly TracedColumn[];
  readonly rows: FlowSet;
}

/** What leaves an operator. */
interface Rows extends Trace {
  /** Flows that decide the order alone: harmless until LIMIT, a window or a first() turns order into rows and values. */
  readonly order: FlowSet;
}

/** What a query is read with. */
export interface TraceContext {
  /** Whose table it is; `undefined` for one the project does not know. */
  readonly ownerOf: (table: TableName) => string | undefined;
  /** Marks of declared masks by the name of their struct field. */
  readonly marks: ReadonlyMap<string, Mark>;
  /** Is told of every PIVOT the plan keeps as one (DuckDB: `pivot_filter_threshold`), perhaps more than once. */
  readonly seePivot?: (pivotIndex: number, pivot: TracedPivot) => void;
}

/** Columns whose names come from data. */
export interface TracedPivot {
  readonly names: readonly string[];
  /** What flows into the names, for each expression that the PIVOT turns on. */
  readonly on: readonly FlowSet[];
}

/** @throws {UnknownFlow} for a plan this version cannot follow */
export function tracePlan(plan: Operator, context: TraceContext): Trace {
  const { columns, rows, order } = traceOperator(plan, { context, bindings: new Map(), ctes: new Map(), delims: [] });
  const asked = flowSet([...order.values()].filter(({ subtype }) => subtype === 'SORT'));
  return { columns, rows: union(rows, asked) };
}

/** One walk over a plan: what operators left for others to find. */
interface Walk {
  readonly context: TraceContext;
  readonly bindings: Map<number, readonly TracedColumn[]>;
  readonly ctes: Map<number, Rows>;
  /** What enclosing DELIM_JOINs hand to the DELIM_GETs on their other side; the nearest is last. */
  readonly delims: Rows[];
}

function traceOperator(operator: Operator, walk: Walk): Rows {
  switch (operator.type) {
    case 'LOGICAL_GET':
      return traceGet(operator, walk);
    case 'LOGICAL_PROJECTION':
      return traceProjection(operator, walk);
    case 'LOGICAL_FILTER':
      return traceFilter(operator, walk);
    case 'LOGICAL_AGGREGATE_AND_GROUP_BY':
      return traceAggregate(operator, walk);
    case 'LOGICAL_WINDOW':
      return traceWindow(operator, walk);
    case 'LOGICAL_UNNEST':
      return traceUnnest(operator, walk);
    case 'LOGICAL_COMPARISON_JOIN':
    case 'LOGICAL_ASOF_JOIN':
      return traceComparisonJoin(operator, walk);
    case 'LOGICAL_DELIM_JOIN':
      return traceDelimJoin(operator, walk);
    case 'LOGICAL_ANY_JOIN':
      return traceAnyJoin(operator, walk);
    case 'LOGICAL_CROSS_PRODUCT':
    case 'LOGICAL_POSITIONAL_JOIN':
      return tracePairingJoin(operator, walk);
    case 'LOGICAL_DELIM_GET':
      return traceDelimGet(operator, walk);
    case 'LOGICAL_UNION':
    case 'LOGICAL_EXCEPT':
    case 'LOGICAL_INTERSECT':
      return traceSetOperation(operator, walk);
    case 'LOGICAL_DISTINCT':
      return traceDistinct(operator, walk);
    case 'LOGICAL_ORDER_BY':
      return traceOrderBy(operator, walk);
    case 'LOGICAL_LIMIT':
      return traceLimit(operator, walk);
    case 'LOGICAL_SAMPLE':
      return traceSample(operator, walk);
    case 'LOGICAL_MATERIALIZED_CTE':
      walk.ctes.set(operator.tableIndex, traceOperator(operator.definition, walk));
      return traceOperator(operator.child, walk);
    case 'LOGICAL_RECURSIVE_CTE':
      return traceRecursiveCte(operator, walk);
    case 'LOGICAL_CTE_REF':
      return bind(walk, operator.tableIndex, find(walk.ctes.get(operator.cteIndex), 'a CTE'));
    case 'LOGICAL_PIVOT':
      return tracePivot(operator, walk);
    case 'LOGICAL_EXPRESSION_GET':
      return traceExpressionGet(operator, walk);
    case 'LOGICAL_CHUNK_GET':
    case 'LOGICAL_DUMMY_SCAN':
      return bind(walk, operator.tableIndex, withoutSources(operator.types));
    case 'LOGICAL_EMPTY_RESULT':
      return withoutSources(operator.types);
    case 'unrecognized':
      throw new UnknownFlow(`plan operator ${operator.name}`);
    default:
      return unreachable(operator);
  }
}

function traceGet(get: Get, walk: Walk): Rows {
  if (get.table) return bind(walk, get.tableIndex, traceTable(get, get.table, walk));
  if (!TABLE_FUNCTIONS.has(get.functionName)) throw new UnknownFlow(`table function ${get.functionName}`);
  const input = get.child ? traceOperator(get.child, walk) : withoutSources([]);
  const passed = new Set(get.projectedInput);
  const read = union(...input.columns.filter((_, index) => !passed.has(index)).map((column) => flowsOf(column.value)));
  const columns = [
    ...get.columns.map(({ type }) => ({ type, value: wholeValue(transformed(read, undefined)) })),
    ...pick(input.columns, get.projectedInput),
  ];
  return bind(walk, get.tableIndex, {
    columns,
    rows: union(input.rows, influence(read, 'FILTER')),
    order: input.order,
  });
}

function traceTable(get: Get, table: TableName, walk: Walk): Rows {
  const uniqueId = walk.context.ownerOf(table);
  if (uniqueId === undefined || get.child)
    throw new UnknownFlow(`table ${table.schema}.${table.name}, which is no part of the project`);
  const rows = sourceFlow({ uniqueId, column: ROWS });
  return {
    columns: get.columns.map((column) => ({
      type: column.type,
      value: wholeValue(columnFlows(column, uniqueId, rows)),
    })),
    rows: influence(rows, 'FILTER'),
    order: NO_FLOWS,
  };
}

function columnFlows(column: GetColumn, uniqueId: string, rows: FlowSet): FlowSet {
  return column.kind === 'virtual' ? rows : sourceFlow({ uniqueId, column: column.name });
}

function sourceFlow(source: ColumnRef): FlowSet {
  return flowSet([{ type: 'DIRECT', subtype: 'IDENTITY', source, state: 'clear', masks: [], offset: undefined }]);
}

function traceProjection({ child, tableIndex, expressions }: Projection, walk: Walk): Rows {
  const input = traceOperator(child, walk);
  return bind(walk, tableIndex, { ...input, columns: traceColumns(expressions, input, walk) });
}

/**
 * WHERE, HAVING and QUALIFY (DuckDB: LogicalFilter). No column changes, but whether a row is there at all now tells
 * something about every column the predicates read.
 */
function traceFilter({ child, expressions, keep }: Filter, walk: Walk): Rows {
  const filtered = traceRows(child, expressions, 'FILTER', walk);
  return keep === 'all' ? filtered : { ...filtered, columns: pick(filtered.columns, keep) };
}

function traceRows(
  child: Operator,
  expressions: readonly Expression[],
  subtype: 'FILTER' | 'GROUP_BY',
  walk: Walk,
): Rows {
  const input = traceOperator(child, walk);
  const read = allFlows(expressions, scopeOf(input, walk));
  return { ...input, rows: union(input.rows, influence(read, subtype)) };
}

function traceOrderBy({ child, orders }: OrderBy, walk: Walk): Rows {
  const input = traceOperator(child, walk);
  const keys = influence(allFlows(orders, scopeOf(input, walk)), 'SORT');
  return { ...input, order: union(input.order, keys) };
}

function traceAggregate(aggregate: Aggregate, walk: Walk): Rows {
  const input = traceOperator(aggregate.child, walk);
  const groups = traceColumns(aggregate.groups, input, walk);
  const grouping = influence(union(...groups.map(({ value }) => flowsOf(value))), 'GROUP_BY');
  const rows = union(input.rows, grouping);
  // Which rows there were shows in every aggregate, also without GROUP BY: in the count, if nowhere else.
  const aggregates = traceColumns(aggregate.expressions, input, walk).map((column, index) =>
    withRows(column, seesOrder(aggregate.expressions[index]) ? union(rows, input.order) : rows),
  );
  const groupings = aggregate.groupingFunctions.map((positions) => ({
    type: 'BIGINT',
    value: wholeValue(influence(union(...pick(groups, positions).map(({ value }) => flowsOf(value))), 'GROUP_BY')),
  }));
  walk.bindings.set(aggregate.groupIndex, groups);
  walk.bindings.set(aggregate.aggregateIndex, aggregates);
  if (aggregate.groupingsIndex !== undefined) walk.bindings.set(aggregate.groupingsIndex, groupings);
  return { columns: [...groups, ...aggregates, ...groupings], rows, order: NO_FLOWS };
}

/** What keeps values may keep the first ones it meets. */
function seesOrder(expression: Expression | undefined): boolean {
  return expression?.type !== 'BOUND_AGGREGATE' || isOrdered(expression.name);
}

function traceWindow({ child, windowIndex, expressions }: Window, walk: Walk): Rows {
  const input = traceOperator(child, walk);
  const traced = traceColumns(expressions, input, walk);
  // Rows leave a window in the order it needed, and so meet the next one.
  const order = union(input.order, ...traced.map(({ value }) => influencesOf(flowsOf(value))));
  const windows = traced.map((column, index) => {
    const expression = expressions[index];
    const isSeen = expression?.type !== 'BOUND_WINDOW' || isOrderedWindow(expression);
    return withRows(column, isSeen ? union(input.rows, order) : input.rows);
  });
  walk.bindings.set(windowIndex, windows);
  return { columns: [...input.columns, ...windows], rows: input.rows, order };
}

/** Keys, frames and filters of a window, not what it looks at. */
function influencesOf(flows: FlowSet): FlowSet {
  return flowSet([...flows.values()].filter(({ type }) => type === 'INDIRECT'));
}

function traceUnnest({ child, unnestIndex, expressions }: Unnest, walk: Walk): Rows {
  const input = traceOperator(child, walk);
  const elements = traceColumns(expressions, input, walk);
  walk.bindings.set(unnestIndex, elements);
  const lengths = influence(union(...elements.map(({ value }) => flowsOf(value))), 'FILTER');
  return { ...input, columns: [...input.columns, ...elements], rows: union(input.rows, lengths) };
}

function traceComparisonJoin(join: ComparisonJoin, walk: Walk): Rows {
  return traceJoin(join, traceOperator(join.left, walk), traceOperator(join.right, walk), walk);
}

function traceDelimJoin(join: DelimJoin, walk: Walk): Rows {
  const left = traceOperator(join.left, walk);
  walk.delims.push({ ...left, columns: traceColumns(join.duplicateEliminated, left, walk) });
  const right = traceOperator(join.right, walk);
  walk.delims.pop();
  return traceJoin(join, left, right, walk);
}

function traceJoin(
  { joinType, conditions, predicate, markIndex }: Omit<ComparisonJoin, 'type' | 'left' | 'right'>,
  left: Rows,
  right: Rows,
  walk: Walk,
): Rows {
  const both = [...left.columns, ...right.columns];
  const compared = union(
    ...conditions.map((condition) => traceCondition(condition, joinType, left, right, walk)),
    predicate ? allFlows([predicate], scopeOf({ columns: both }, walk)) : NO_FLOWS,
  );
  return joined(joinType, left, right, compared, markIndex, walk);
}

/** Of a MARK join the result of the comparison is a value. */
function traceCondition(condition: JoinCondition, joinType: JoinType, left: Rows, right: Rows, walk: Walk): FlowSet {
  const sides = [
    [condition.left, left],
    [condition.right, right],
  ] as const;
  return union(
    ...sides.map(([expression, side]) => {
      const read = allFlows([expression], scopeOf(side, walk));
      return joinType === 'MARK' ? tested(expression, read, undefined) : read;
    }),
  );
}

function traceAnyJoin(join: AnyJoin, walk: Walk): Rows {
  const left = traceOperator(join.left, walk);
  const right = traceOperator(join.right, walk);
  const both = [...left.columns, ...right.columns];
  const compared = allFlows([join.condition], scopeOf({ columns: both }, walk));
  return joined(join.joinType, left, right, compared, join.markIndex, walk);
}

function joined(joinType: JoinType, left: Rows, right: Rows, compared: FlowSet, markIndex: number, walk: Walk): Rows {
  const rows = union(left.rows, right.rows, influence(compared, 'JOIN'));
  const order = union(left.order, right.order);
  switch (joinType) {
    case 'INNER':
    case 'LEFT':
    case 'RIGHT':
    case 'FULL':
      return { columns: [...left.columns, ...right.columns], rows, order };
    case 'SINGLE':
      return traceSingle(left, right, compared);
    case 'SEMI':
    case 'ANTI':
      return { columns: left.columns, rows, order };
    case 'MARK':
      return traceMark(left, right, compared, markIndex, walk);
    default:
      return unreachable(joinType);
  }
}

/** A scalar subquery: all rows stay, and its value is there or NULL by what was compared. */
function traceSingle(left: Rows, right: Rows, compared: FlowSet): Rows {
  const found = union(right.rows, right.order, influence(compared, 'JOIN'));
  const columns = [...left.columns, ...right.columns.map((column) => withRows(column, found))];
  return { columns, rows: left.rows, order: union(left.order, found) };
}

/**
 * IN, ANY, EXISTS: all rows stay, in an order that looking for partners may change, and a column says which found one. It
 * also tells which rows the right side has.
 */
function traceMark(left: Rows, right: Rows, compared: FlowSet, markIndex: number, walk: Walk): Rows {
  const found = union(compared, right.rows);
  const mark: TracedColumn = { type: 'BOOLEAN', value: wholeValue(found) };
  walk.bindings.set(markIndex, [mark]);
  const order = union(left.order, right.order, right.rows, influence(compared, 'JOIN'));
  return { columns: [...left.columns, mark], rows: left.rows, order };
}

/** Which rows meet depends, for POSITIONAL JOIN, on the order of both sides. */
function tracePairingJoin(join: PairingJoin, walk: Walk): Rows {
  const left = traceOperator(join.left, walk);
  const right = traceOperator(join.right, walk);
  const order = union(left.order, right.order);
  const rows = union(left.rows, right.rows, join.type === 'LOGICAL_POSITIONAL_JOIN' ? order : NO_FLOWS);
  return { columns: [...left.columns, ...right.columns], rows, order };
}

function traceDelimGet({ tableIndex, types }: DelimGet, walk: Walk): Rows {
  const source = find(walk.delims.at(-1), 'a correlated column');
  if (source.columns.length !== types.length) throw new UnknownFlow('plan with correlated columns that do not match');
  return bind(walk, tableIndex, source);
}

/**
 * EXCEPT tells by a missing row what its right side has. A value INTERSECT gives is one of its right side, too: both
 * sides are where it comes from.
 */
function traceSetOperation({ type, tableIndex, children }: SetOperation, walk: Walk): Rows {
  const inputs = children.map((child) => traceOperator(child, walk));
  const [first, ...others] = inputs;
  if (!first) throw new UnknownFlow('plan with a set operation over nothing');
  const columns = type === 'LOGICAL_EXCEPT' ? first.columns : others.reduce(mergeColumns, first.columns);
  const compared = type === 'LOGICAL_UNION' ? [] : inputs.flatMap((input) => input.columns);
  const rows = union(
    ...inputs.map((input) => input.rows),
    influence(union(...compared.map(({ value }) => flowsOf(value))), 'FILTER'),
  );
  return bind(walk, tableIndex, { columns, rows, order: union(...inputs.map((input) => input.order)) });
}

function mergeColumns(columns: readonly TracedColumn[], { columns: others }: Trace): readonly TracedColumn[] {
  if (columns.length !== others.length) throw new UnknownFlow('plan with a set operation over rows of different width');
  return columns.map((column, index) => {
    const other = others[index];
    const value = other ? mergeValues(column.value, other.value) : column.value;
    return value === column.value ? column : { type: column.type, value };
  });
}

function traceDistinct({ child, targets, orders }: Distinct, walk: Walk): Rows {
  const { columns, rows, order } = traceRows(child, [...targets, ...orders], 'GROUP_BY', walk);
  return { columns, rows: union(rows, targets.length < columns.length ? order : NO_FLOWS), order };
}

function traceLimit({ child, expressions }: Limit, walk: Walk): Rows {
  const { columns, rows, order } = traceRows(child, expressions, 'FILTER', walk);
  return { columns, rows: union(rows, order), order };
}

/** Which rows are drawn depends, for a seed that is given, on the order they come in. */
function traceSample({ child }: Sample, walk: Walk): Rows {
  const { columns, rows, order } = traceOperator(child, walk);
  return { columns, rows: union(rows, order), order };
}

/** Merged until nothing changes; sets only grow, so it ends. A cap on the rounds would lose flows through many columns. */
function traceRecursiveCte({ tableIndex, anchor, recursion, unionAll, keyTargets }: RecursiveCte, walk: Walk): Rows {
  let current = traceOperator(anchor, walk);
  for (;;) {
    const before = current;
    walk.ctes.set(tableIndex, before);
    const next = traceOperator(recursion, walk);
    const columns = mergeColumns(before.columns, next);
    const keys = influence(allFlows(keyTargets, scopeOf({ columns }, walk)), 'GROUP_BY');
    const compared = unionAll ? [] : columns.map(({ value }) => influence(flowsOf(value), 'GROUP_BY'));
    const order = union(before.order, next.order);
    // Of rows with the same key the last one stays.
    const chosen = keyTargets.length === 0 ? NO_FLOWS : union(keys, order);
    const rows = union(before.rows, next.rows, chosen, ...compared);
    const keyed = columns.map((column) => withRows(column, chosen));
    current = { columns: keyed, rows, order };
    const isSame =
      rows === before.rows &&
      order === before.order &&
      keyed.every(({ value }, index) => value === before.columns[index]?.value);
    if (isSame) return bind(walk, tableIndex, before);
  }
}

/** The last column of the child names the values of each list: it decides which column a value lands in. */
function tracePivot(pivot: Pivot, walk: Walk): Rows {
  const input = traceOperator(pivot.child, walk);
  walk.context.seePivot?.(pivot.pivotIndex, { names: pivot.names, on: tracePivoted(pivot, walk) });
  const names = find(input.columns.at(-1), 'the pivoted names');
  const influences = influence(flowsOf(names.value), 'CONDITIONAL');
  const columns = pivot.types.map((type, index) => {
    if (index < pivot.groupCount) return { type, value: find(input.columns[index], 'a pivot group').value };
    const list = find(
      input.columns[pivot.groupCount + ((index - pivot.groupCount) % pivot.aggregateCount)],
      'a pivoted list',
    );
    return { type, value: wholeValue(union(transformed(flowsOf(list.value), undefined), influences)) };
  });
  return bind(walk, pivot.pivotIndex, { ...input, columns });
}

/** Below the lists of values and names, rows are grouped by what stays and then by what the PIVOT turns on. */
function tracePivoted({ child: named, groupCount }: Pivot, walk: Walk): readonly FlowSet[] {
  const lists = named.type === 'LOGICAL_PROJECTION' ? named.child : undefined;
  const unnamed = lists?.type === 'LOGICAL_AGGREGATE_AND_GROUP_BY' ? lists.child : undefined;
  const grouped = unnamed?.type === 'LOGICAL_PROJECTION' ? unnamed.child : undefined;
  if (grouped?.type !== 'LOGICAL_AGGREGATE_AND_GROUP_BY' || grouped.groups.length <= groupCount) {
    throw new UnknownFlow('a PIVOT whose plan is not what this version knows');
  }
  const scope = scopeOf(traceOperator(grouped.child, walk), walk);
  return grouped.groups.slice(groupCount).map((expression) => flowsOf(traceExpression(expression, scope)));
}

function traceExpressionGet({ tableIndex, types, rows, child }: ExpressionGet, walk: Walk): Rows {
  const input = child ? traceOperator(child, walk) : withoutSources([]);
  const scope = scopeOf(input, walk);
  const columns = types.map((type, index) => {
    const values = rows.map((row) => traceExpression(find(row[index], 'a value'), scope));
    return { type, value: values.reduce(mergeValues, NO_VALUE) };
  });
  return bind(walk, tableIndex, { ...input, columns });
}

function traceColumns(expressions: readonly Expression[], input: Rows, walk: Walk): readonly TracedColumn[] {
  const scope = scopeOf(input, walk);
  return expressions.map((expression) => ({ type: expression.valueType, value: traceExpression(expression, scope) }));
}

function scopeOf({ columns }: Pick<Trace, 'columns'>, { bindings, context, delims }: Walk): Scope {
  return { columns, bindings, marks: context.marks, isCorrelated: delims.length > 0 };
}

function bind(walk: Walk, tableIndex: number, trace: Rows): Rows {
  walk.bindings.set(tableIndex, trace.columns);
  return trace;
}

function withRows(column: TracedColumn, rows: FlowSet): TracedColumn {
  const value = withFlows(column.value, rows);
  return value === column.value ? column : { type: column.type, value };
}

function withoutSources(types: readonly TypeKey[]): Rows {
  return { columns: types.map((type) => ({ type, value: NO_VALUE })), rows: NO_FLOWS, order: NO_FLOWS };
}

function pick(columns: readonly TracedColumn[], positions: readonly number[]): readonly TracedColumn[] {
  return positions.map((position) => find(columns[position], 'a column'));
}

function find<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new UnknownFlow(`plan with a reference to ${what} that is not there`);
  return found;
}
