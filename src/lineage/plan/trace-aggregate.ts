import type { Expression } from './expression.ts';
import { type FlowSet, flowSet, influence, NO_FLOWS, union } from './flow-set.ts';
import { isOrdered, isOrderedWindow } from './function-kinds.ts';
import type { Aggregate, Window } from './operator.ts';
import { flowsOf, wholeValue } from './value.ts';
import { pick, type Rows, traceColumns, type Walk, withRows } from './walk.ts';

export function traceAggregate(aggregate: Aggregate, input: Rows, walk: Walk): Rows {
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

export function traceWindow({ windowIndex, expressions }: Window, input: Rows, walk: Walk): Rows {
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
