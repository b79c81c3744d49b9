import { unreachable } from '../../unreachable.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import { Comparisons, type Revealed } from './comparisons.ts';
import { isCorrelation } from './correlation.ts';
import { influenceOf, transformFlows } from './flows/change-flows.ts';
import { directFlows, type FlowSet, generated, NO_FLOWS, rowOrderFlows, sizesIn, union } from './flows/flow-set.ts';
import { CATALOG_FUNCTIONS, ROW_MAKERS, TABLE_FUNCTIONS } from './flows/function-kinds.ts';
import { piecesIn, roundsIn, sizeFlows } from './flows/size-flows.ts';
import { flowsOf, mergeValues, NO_VALUE, wholeValue } from './flows/value.ts';
import type { ChunkGet } from './read/leaf-operator.ts';
import type { DelimJoin, ExpressionGet, Get, Operator, Pivot, Projection, RecursiveCte } from './read/operator.ts';
import { ORDER } from './row-order.ts';
import { traceAggregate, traceWindow } from './trace-aggregate.ts';
import { allFlows, traceExpression } from './trace-expression.ts';
import { traceAnyJoin, traceDelimGet, traceJoin, tracePairingJoin } from './trace-join.ts';
import { pivotGrouping, tracePivot, tracePivotKeys } from './trace-pivot.ts';
import { traceDistinct, traceFilter, traceLimit, traceOrderBy, traceSample } from './trace-rows.ts';
import { mergeColumns, traceSetOperation } from './trace-set-operation.ts';
import { traceTable } from './trace-table.ts';
import { lengthsIn, traceUnnest } from './trace-unnest.ts';
import {
  bindColumns,
  pickColumns,
  type Rows,
  representatives,
  requireFound,
  scopeOf,
  type TraceContext,
  traceColumns,
  type Walk,
  withGenerated,
  withoutSources,
  withRowFlows,
} from './walk.ts';

/**
 * The flows out of a query.
 *
 * @throws {UnknownFlow} for a plan this version cannot follow
 */
export function tracePlan(plan: Operator, context: TraceContext): Revealed {
  const comparisons = new Comparisons();
  const walk: Walk = { context, bindings: new Map(), ctes: new Map(), delims: [], comparisons, orders: [] };
  const { columns, rows, order, size } = traceOperator(plan, walk);
  return comparisons.reveal({ columns, rows: union(rows, rowOrderFlows(order)), size });
}

/** Walks a plan from the root down, and adds the orders of an operator's inputs to its own. */
function traceOperator(operator: Operator, walk: Walk): Rows {
  const orders: FlowSet[] = [];
  const made = traceRows(operator, { ...walk, orders });
  const order = ORDER[operator.type] === 'extends' ? union(...orders, made.order) : made.order;
  walk.orders.push(order);
  return order === made.order ? made : { ...made, order };
}

/**
 * Traces the inputs of an operator and calls the function for its type. The `order` of the result is only what the
 * operator adds to the order of its inputs, unless {@link ORDER} says `replaces`.
 */
function traceRows(operator: Operator, walk: Walk): Rows {
  switch (operator.type) {
    case 'LOGICAL_GET':
      return traceGet(operator, walk);
    case 'LOGICAL_PROJECTION':
      return traceProjection(operator, traceOperator(operator.child, walk), walk);
    case 'LOGICAL_FILTER':
      return traceFilter(operator, traceOperator(operator.child, walk), walk);
    case 'LOGICAL_AGGREGATE_AND_GROUP_BY':
      return traceAggregate(operator, traceOperator(operator.child, walk), walk);
    case 'LOGICAL_WINDOW':
      return traceWindow(operator, traceOperator(operator.child, walk), walk);
    case 'LOGICAL_UNNEST':
      return traceUnnest(operator, traceOperator(operator.child, walk), walk);
    case 'LOGICAL_COMPARISON_JOIN':
    case 'LOGICAL_ASOF_JOIN':
      return traceJoin(operator, traceOperator(operator.left, walk), traceOperator(operator.right, walk), walk);
    case 'LOGICAL_DELIM_JOIN':
      return traceDelimJoin(operator, walk);
    case 'LOGICAL_ANY_JOIN':
      return traceAnyJoin(operator, traceOperator(operator.left, walk), traceOperator(operator.right, walk), walk);
    case 'LOGICAL_CROSS_PRODUCT':
    case 'LOGICAL_POSITIONAL_JOIN':
      return tracePairingJoin(operator, traceOperator(operator.left, walk), traceOperator(operator.right, walk));
    case 'LOGICAL_DELIM_GET':
      return traceDelimGet(operator, walk);
    case 'LOGICAL_UNION':
    case 'LOGICAL_EXCEPT':
    case 'LOGICAL_INTERSECT':
      return traceSetOperation(
        operator,
        operator.children.map((child) => traceOperator(child, walk)),
        walk,
      );
    case 'LOGICAL_DISTINCT':
      return traceDistinct(operator, traceOperator(operator.child, walk), walk);
    case 'LOGICAL_ORDER_BY':
      return traceOrderBy(operator, traceOperator(operator.child, walk), walk);
    case 'LOGICAL_LIMIT':
      return traceLimit(operator, traceOperator(operator.child, walk), walk);
    case 'LOGICAL_SAMPLE':
      return traceSample(operator, traceOperator(operator.child, walk));
    case 'LOGICAL_MATERIALIZED_CTE':
      walk.ctes.set(operator.tableIndex, traceOperator(operator.definition, walk));
      return traceOperator(operator.child, walk);
    case 'LOGICAL_RECURSIVE_CTE':
      return traceRecursiveCte(operator, walk);
    case 'LOGICAL_CTE_REF':
      return bindColumns(walk, operator.tableIndex, requireFound(walk.ctes.get(operator.cteIndex), 'a CTE'));
    case 'LOGICAL_PIVOT':
      return tracePivotAndKeys(operator, walk);
    case 'LOGICAL_EXPRESSION_GET':
      return traceExpressionGet(operator, walk);
    case 'LOGICAL_CHUNK_GET':
      return bindColumns(walk, operator.tableIndex, generatedRows(operator));
    case 'LOGICAL_DUMMY_SCAN':
      return bindColumns(walk, operator.tableIndex, withoutSources(operator.types));
    case 'LOGICAL_EMPTY_RESULT':
      return withoutSources(operator.types);
    case 'unrecognized':
      throw new UnknownFlow(`plan operator ${operator.name}`);
    default:
      return unreachable(operator);
  }
}

function traceGet(get: Get, walk: Walk): Rows {
  if (get.table) return bindColumns(walk, get.tableIndex, traceTable(get, get.table, walk));
  const { functionName } = get;
  if (!TABLE_FUNCTIONS.has(functionName) && !CATALOG_FUNCTIONS.has(functionName))
    throw new UnknownFlow(`table function ${functionName}`);
  const input = get.child ? traceOperator(get.child, walk) : withoutSources([]);
  const passed = new Set(get.projectedInput);
  const read = union(...input.columns.filter((_, index) => !passed.has(index)).map((column) => flowsOf(column.value)));
  const made = ROW_MAKERS.has(functionName) ? sizeFlows(read) : read;
  const own = get.columns.map(({ type }) => ({ type, value: wholeValue(transformFlows(made, undefined)) }));
  const columns = [...withGenerated(own, get.tableIndex), ...pickColumns(input.columns, get.projectedInput)];
  return bindColumns(walk, get.tableIndex, {
    columns,
    rows: union(input.rows, influenceOf(read, 'FILTER')),
    order: input.order,
    size: union(
      input.size,
      ROW_MAKERS.has(functionName) ? directFlows(made) : sizesIn(read),
      ...input.columns.map(({ value }, index) => (passed.has(index) ? NO_FLOWS : piecesIn(lengthsIn(value)))),
      generated(get.tableIndex),
    ),
  });
}

function traceProjection({ tableIndex, expressions }: Projection, input: Rows, walk: Walk): Rows {
  return bindColumns(walk, tableIndex, { ...input, columns: traceColumns(expressions, input, walk) });
}

function traceDelimJoin(join: DelimJoin, walk: Walk): Rows {
  const left = traceOperator(join.left, walk);
  walk.delims.push({ ...left, columns: traceColumns(join.duplicateEliminated, left, walk) });
  const right = traceOperator(join.right, walk);
  walk.delims.pop();
  const correlations = join.conditions.filter((condition) => isCorrelation(condition, join));
  const conditions = join.conditions.filter((condition) => !correlations.includes(condition));
  const rows = traceJoin({ ...join, conditions }, left, right, walk);
  // Equal values share one run of the subquery, which may bring their rows together.
  const grouped = allFlows(
    correlations.map((condition) => condition.left),
    scopeOf(left, walk),
  );
  return { ...rows, order: union(rows.order, influenceOf(grouped, 'JOIN')) };
}

/**
 * A recursive CTE. Merges the flows of both queries until nothing changes; that ends, since the sets only grow. A limit
 * on the rounds would lose flows through many columns.
 */
function traceRecursiveCte({ tableIndex, anchor, recursion, unionAll, keyTargets }: RecursiveCte, walk: Walk): Rows {
  const first = traceOperator(anchor, walk);
  let current = {
    ...first,
    columns: withGenerated(first.columns, tableIndex),
    size: union(first.size, generated(tableIndex)),
  };
  for (;;) {
    const before = current;
    walk.ctes.set(tableIndex, before);
    const next = traceOperator(recursion, walk);
    const columns = mergeColumns(before.columns, next);
    const keys = influenceOf(allFlows(keyTargets, scopeOf({ columns }, walk)), 'GROUP_BY');
    const compared = unionAll ? [] : columns.map(({ value }) => influenceOf(flowsOf(value), 'GROUP_BY'));
    const order = union(before.order, next.order);
    // Of rows with the same key, the last one stays.
    const chosen = keyTargets.length === 0 ? NO_FLOWS : union(keys, order);
    const rows = union(before.rows, next.rows, chosen, ...compared);
    const distinct = unionAll ? columns : representatives(columns, order);
    const keyed = distinct.map((column) => withRowFlows(column, chosen));
    const size = union(before.size, next.size, roundsIn(next.rows));
    current = { columns: keyed, rows, order, size };
    const isSame =
      rows === before.rows &&
      size === before.size &&
      order === before.order &&
      keyed.every(({ value }, index) => value === before.columns[index]?.value);
    if (isSame) return bindColumns(walk, tableIndex, before);
  }
}

function tracePivotAndKeys(pivot: Pivot, walk: Walk): Rows {
  const input = traceOperator(pivot.child, walk);
  const grouping = pivotGrouping(pivot);
  const on = tracePivotKeys(pivot, grouping, traceOperator(grouping.child, walk), walk);
  return tracePivot(pivot, input, on, walk);
}

function generatedRows({ tableIndex, types }: ChunkGet): Rows {
  const rows = withoutSources(types);
  return { ...rows, columns: withGenerated(rows.columns, tableIndex), size: generated(tableIndex) };
}

function traceExpressionGet({ tableIndex, types, rows, child }: ExpressionGet, walk: Walk): Rows {
  const input = child ? traceOperator(child, walk) : withoutSources([]);
  const scope = scopeOf(input, walk);
  const columns = types.map((type, index) => {
    const values = rows.map((row) => traceExpression(requireFound(row[index], 'a value'), scope));
    return { type, value: values.reduce(mergeValues, NO_VALUE) };
  });
  const size = union(input.size, generated(tableIndex));
  return bindColumns(walk, tableIndex, { ...input, columns: withGenerated(columns, tableIndex), size });
}
