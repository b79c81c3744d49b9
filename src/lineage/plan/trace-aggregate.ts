import type { Expression } from './expression.ts';
import { type FlowSet, flowSet, influenceOf, NO_FLOWS, union } from './flow-set.ts';
import { isOrdered, isOrderedWindow } from './function-kinds.ts';
import type { Aggregate, Window } from './operator.ts';
import { flowsOf, wholeValue } from './value.ts';
import {
  pickColumns,
  type Rows,
  representatives,
  traceColumns,
  type Walk,
  withGenerated,
  withRowFlows,
} from './walk.ts';

export function traceAggregate(aggregate: Aggregate, input: Rows, walk: Walk): Rows {
  const groups = representatives(traceColumns(aggregate.groups, input, walk), input.order);
  for (const { value } of groups) walk.comparisons.sort(flowsOf(value));
  const grouping = influenceOf(union(...groups.map(({ value }) => flowsOf(value))), 'GROUP_BY');
  const rows = union(input.rows, grouping);
  // Every aggregate tells which rows there were, also without GROUP BY: at least by their number.
  const aggregates = traceColumns(aggregate.expressions, input, walk).map((column, index) =>
    withRowFlows(column, seesOrder(aggregate.expressions[index]) ? union(rows, input.order) : rows),
  );
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
  return { columns: [...groups, ...aggregates, ...groupings], rows, order };
}

/** Whether the order of the rows shows in an aggregate: one that keeps values may keep the first it meets. */
function seesOrder(expression: Expression | undefined): boolean {
  return expression?.type !== 'BOUND_AGGREGATE' || isOrdered(expression.name, expression.children);
}

export function traceWindow({ windowIndex, expressions }: Window, input: Rows, walk: Walk): Rows {
  const traced = withGenerated(traceColumns(expressions, input, walk), windowIndex);
  // A window leaves its rows in the order it needed, and the next window meets them so.
  const order = union(input.order, ...traced.map(({ value }) => influencesOf(flowsOf(value))));
  const windows = traced.map((column, index) => {
    const expression = expressions[index];
    const isSeen = expression?.type !== 'BOUND_WINDOW' || isOrderedWindow(expression);
    return withRowFlows(column, isSeen ? union(input.rows, order) : input.rows);
  });
  walk.bindings.set(windowIndex, windows);
  return { columns: [...input.columns, ...windows], rows: input.rows, order };
}

/** Flows of the keys, frame and filter of a window, without those of the values it looks at. */
function influencesOf(flows: FlowSet): FlowSet {
  return flowSet([...flows.values()].filter(({ type }) => type === 'INDIRECT'));
}
