import { UnknownFlow } from '../unknown-flow.ts';
import { influenceOf, shownByCount } from './flows/change-flows.ts';
import { directFlows, type FlowSet, generated, union } from './flows/flow-set.ts';
import { columnOf } from './flows/local-flow.ts';
import { flowsOf, mapValue, mergeValues, NO_VALUE, type TracedColumn } from './flows/value.ts';
import type { SetOperation } from './read/operator.ts';
import { bindColumns, type Rows, representatives, type Trace, type Walk, withGenerated } from './walk.ts';

/**
 * A UNION, EXCEPT or INTERSECT. A row that EXCEPT drops shows that its right side has that row. A value that INTERSECT
 * gives is in both sides, so it flows from both.
 */
export function traceSetOperation({ type, tableIndex }: SetOperation, inputs: readonly Rows[], walk: Walk): Rows {
  const [first, ...others] = inputs;
  if (!first) throw new UnknownFlow('plan with a set operation over nothing');
  const pooled = type === 'LOGICAL_EXCEPT' ? first.columns : others.reduce(mergeColumns, first.columns);
  const columns = withGenerated(pooled, tableIndex).map((column, index) => {
    const places = new Set(inputs.map((input) => placesOf(input.columns[index])));
    return places.size < 2 ? column : { ...column, value: mapValue(column.value, shownByDistinct) };
  });
  for (const index of columns.keys()) {
    const values = inputs.map((input) => flowsOf(input.columns[index]?.value ?? NO_VALUE));
    if (type === 'LOGICAL_EXCEPT') walk.comparisons.compare(values);
    else walk.comparisons.merge(values);
  }
  const compared = type === 'LOGICAL_UNION' ? [] : inputs.flatMap((input) => input.columns);
  const rows = union(
    ...inputs.map((input) => input.rows),
    influenceOf(union(...compared.map(({ value }) => flowsOf(value))), 'FILTER'),
  );
  const order = union(...inputs.map((input) => input.order));
  const kept = type === 'LOGICAL_UNION' ? columns : representatives(columns, order);
  const size = union(...inputs.map((input) => input.size), generated(tableIndex));
  return bindColumns(walk, tableIndex, { columns: kept, rows, order, size });
}

/** The columns that a value comes from, as a text. */
function placesOf(column: TracedColumn | undefined): string {
  return [...new Set([...directFlows(flowsOf(column?.value ?? NO_VALUE)).values()].map(columnOf))].sort().join('\n');
}

/** Values of one input of a set operation may equal those of another. */
function shownByDistinct(flows: FlowSet): FlowSet {
  return shownByCount(flows, 'different values');
}

export function mergeColumns(columns: readonly TracedColumn[], { columns: others }: Trace): readonly TracedColumn[] {
  if (columns.length !== others.length) throw new UnknownFlow('plan with a set operation over rows of different width');
  return columns.map((column, index) => {
    const other = others[index];
    const value = other ? mergeValues(column.value, other.value) : column.value;
    return value === column.value ? column : { type: column.type, value };
  });
}
