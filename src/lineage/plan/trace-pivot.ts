import { UnknownFlow } from '../unknown-flow.ts';
import { influenceOf, transformFlows } from './flows/change-flows.ts';
import { type FlowSet, union, withoutGenerated } from './flows/flow-set.ts';
import { flowsOf, wholeValue } from './flows/value.ts';
import type { Aggregate, Pivot } from './read/operator.ts';
import { traceExpression } from './trace-expression.ts';
import { bindColumns, type Rows, requireFound, scopeOf, type Walk } from './walk.ts';

/**
 * A PIVOT over many values. The child's last column has the names of the values in each list, which decide the column
 * that a value goes into.
 *
 * @param on flows of each expression that the PIVOT turns on ({@link tracePivotKeys})
 */
export function tracePivot(pivot: Pivot, input: Rows, on: readonly FlowSet[], walk: Walk): Rows {
  walk.context.onPivot?.(pivot.pivotIndex, { names: pivot.names, on });
  const names = requireFound(input.columns.at(-1), 'the pivoted names');
  const influences = influenceOf(flowsOf(names.value), 'CONDITIONAL');
  const columns = pivot.types.map((type, index) => {
    if (index < pivot.groupCount) return { type, value: requireFound(input.columns[index], 'a pivot group').value };
    const list = requireFound(
      input.columns[pivot.groupCount + ((index - pivot.groupCount) % pivot.aggregateCount)],
      'a pivoted list',
    );
    return { type, value: wholeValue(union(transformFlows(flowsOf(list.value), undefined), influences)) };
  });
  return bindColumns(walk, pivot.pivotIndex, { ...input, columns });
}

/** The aggregate below a PIVOT: its groups are the columns that stay, then the expressions that the PIVOT turns on. */
export function pivotGrouping({ child: named, groupCount }: Pivot): Aggregate {
  const lists = named.type === 'LOGICAL_PROJECTION' ? named.child : undefined;
  const unnamed = lists?.type === 'LOGICAL_AGGREGATE_AND_GROUP_BY' ? lists.child : undefined;
  const grouped = unnamed?.type === 'LOGICAL_PROJECTION' ? unnamed.child : undefined;
  if (grouped?.type !== 'LOGICAL_AGGREGATE_AND_GROUP_BY' || grouped.groups.length <= groupCount) {
    throw new UnknownFlow('a PIVOT whose plan is not what this version knows');
  }
  return grouped;
}

/**
 * Flows of each expression that the PIVOT turns on.
 *
 * @param input the traced rows of the child of {@link pivotGrouping}
 */
export function tracePivotKeys(
  { groupCount }: Pivot,
  { groups }: Aggregate,
  input: Rows,
  walk: Walk,
): readonly FlowSet[] {
  const scope = scopeOf(input, walk);
  return groups.slice(groupCount).map((expression) => withoutGenerated(flowsOf(traceExpression(expression, scope))));
}
