import { aggregateFlows, influenceOf, transformFlows } from './flows/change-flows.ts';
import { directFlows, type FlowSet, filterFlows, generated, NO_FLOWS, sizesOfKeys, union } from './flows/flow-set.ts';
import { aggregateKind, countsRows, isOrdered, isOrderedWindow, WINDOWS } from './flows/function-kinds.ts';
import { isGenerated } from './flows/local-flow.ts';
import { ELEMENT, ONE_ROW, pinToOneRow, ROW_KEY, summarizeFlows } from './flows/summary-flows.ts';
import { flowsOf, mapValue, wholeValue } from './flows/value.ts';
import type { BoundWindow, Expression, TypeKey } from './read/expression.ts';
import type { Aggregate, Window } from './read/operator.ts';
import type { Scope } from './scope.ts';
import {
  pickColumns,
  type Rows,
  representatives,
  scopeOf,
  traceColumns,
  traceIn,
  type Walk,
  withGenerated,
  withRowFlows,
} from './walk.ts';

export function traceAggregate(aggregate: Aggregate, input: Rows, walk: Walk): Rows {
  const groups = representatives(traceColumns(aggregate.groups, input, walk), input.order);
  for (const { value } of groups) walk.comparisons.sort(flowsOf(value));
  const keys = union(...groups.map(({ value }) => flowsOf(value)));
  const grouping = influenceOf(keys, 'GROUP_BY');
  const rows = union(input.rows, grouping);
  // Every aggregate depends on which rows there are, also without GROUP BY: at least on their number.
  const scope = { ...scopeOf(input, walk), groups: walk.comparisons.withEqual(keys) };
  const ordered = union(rows, input.order);
  const sizes = sizesOfGroups(input.size, scope);
  const aggregates = traceIn(scope, aggregate.expressions).map((column, index) => {
    const expression = aggregate.expressions[index];
    const seen = seesOrder(expression) ? ordered : rows;
    const values = [...directFlows(flowsOf(column.value)).values()];
    const isOfNumbers = values.length > 0 && values.every(isGenerated);
    const made = withRowFlows(column, union(seen, countedFlows(expression, sizes, isOfNumbers)));
    const place = isNested(column.type) ? ELEMENT : ONE_ROW;
    if (place === ONE_ROW && aggregate.groups.length > 0) return made;
    return { ...made, value: mapValue(made.value, (flows) => pinToOneRow(flows, place)) };
  });
  const groupings = aggregate.groupingFunctions.map((positions) => ({
    type: 'BIGINT',
    value: wholeValue(
      influenceOf(union(...pickColumns(groups, positions).map(({ value }) => flowsOf(value))), 'GROUP_BY'),
    ),
  }));
  walk.bindings.set(aggregate.groupIndex, groups);
  walk.bindings.set(aggregate.aggregateIndex, aggregates);
  if (aggregate.groupingsIndex !== undefined) walk.bindings.set(aggregate.groupingsIndex, groupings);
  const order = aggregate.groups.length > 0 ? input.order : NO_FLOWS;
  const size = aggregate.groups.length > 0 ? sizesOfKeys(input.size, keys) : NO_FLOWS;
  return { columns: [...groups, ...aggregates, ...groupings], rows, order, size };
}

/** Whether values of a type have elements. Each is a value of its own, of which nobody counts how many a later sum adds up. */
function isNested(type: TypeKey | undefined): boolean {
  return type !== undefined && /^(LIST|ARRAY|MAP)\b/.test(type);
}

/** Flows of the number of rows in each group: `kept` into aggregates such as a list, `summarized` into a count. */
interface GroupSizes {
  readonly kept: FlowSet;
  readonly summarized: FlowSet;
}

function sizesOfGroups(size: FlowSet, { groups, isCorrelated }: Scope): GroupSizes {
  const kept = aggregateFlows(size, undefined);
  return { kept, summarized: isCorrelated ? kept : summarizeFlows(size, undefined, groups) };
}

/**
 * Flows of the number of rows into an aggregate: a count is that number, a list has it as its length, and the largest of
 * the numbers that the query gives its rows may be it.
 */
function countedFlows(
  expression: Expression | undefined,
  { kept, summarized }: GroupSizes,
  isOfNumbers: boolean,
): FlowSet {
  if (expression?.type !== 'BOUND_AGGREGATE') return NO_FLOWS;
  if (!countsRows(expression.name) && !isOfNumbers) return NO_FLOWS;
  return aggregateKind(expression.name).startsWith('keeps') ? kept : summarized;
}

/** Whether an aggregate depends on the order of rows: one that keeps values may keep the first. */
function seesOrder(expression: Expression | undefined): boolean {
  return expression?.type !== 'BOUND_AGGREGATE' || isOrdered(expression.name, expression.children);
}

export function traceWindow({ windowIndex, expressions }: Window, input: Rows, walk: Walk): Rows {
  const traced = withGenerated(traceColumns(expressions, input, walk), windowIndex);
  // A window leaves its rows in the order of its keys, and the next window reads them in that order.
  const order = union(input.order, ...traced.map(({ value }) => influencesOf(flowsOf(value))));
  const windows = traced.map((column, index) => {
    const expression = expressions[index];
    const isSeen = expression?.type !== 'BOUND_WINDOW' || isOrderedWindow(expression);
    const seen = isSeen ? union(input.rows, order) : input.rows;
    const key = expression?.type === 'BOUND_WINDOW' && numbersRows(expression) ? ROW_KEY : NO_FLOWS;
    return withRowFlows(column, union(seen, key, numberedFlows(expression, input.size)));
  });
  walk.bindings.set(windowIndex, windows);
  return {
    columns: [...input.columns, ...windows],
    rows: input.rows,
    order,
    size: union(input.size, generated(windowIndex)),
  };
}

/** Flows of the number of rows into a window that numbers or counts them. */
function numberedFlows(expression: Expression | undefined, size: FlowSet): FlowSet {
  if (size.size === 0 || expression?.type !== 'BOUND_WINDOW') return NO_FLOWS;
  const { name, window } = expression;
  const isCounting = name === undefined ? WINDOWS.get(window) === 'rank' : countsRows(name);
  return isCounting ? transformFlows(size, undefined) : NO_FLOWS;
}

/** Whether a window gives each row of a query another number. */
function numbersRows({ window, isPartitioned }: BoundWindow): boolean {
  return window === 'WINDOW_ROW_NUMBER' && !isPartitioned;
}

/** Flows of the keys, the frame and the filter of a window, without those of its arguments. */
function influencesOf(flows: FlowSet): FlowSet {
  return filterFlows(flows, ({ type }) => type === 'INDIRECT');
}
