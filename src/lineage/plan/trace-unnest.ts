import { influenceOf } from './flows/change-flows.ts';
import { type FlowSet, generated, sizesIn, union } from './flows/flow-set.ts';
import { piecesIn } from './flows/size-flows.ts';
import { elementOf, flowsOf, type Value } from './flows/value.ts';
import type { Expression } from './read/expression.ts';
import type { Unnest } from './read/operator.ts';
import type { Scope } from './scope.ts';
import { traceExpression } from './trace-expression.ts';
import { type Rows, scopeOf, traceColumns, type Walk, withGenerated } from './walk.ts';

/** An UNNEST beside the rows of its input (DuckDB: LogicalUnnest): each element of a list makes a row. */
export function traceUnnest({ unnestIndex, expressions }: Unnest, input: Rows, walk: Walk): Rows {
  const elements = withGenerated(traceColumns(expressions, input, walk), unnestIndex);
  walk.bindings.set(unnestIndex, elements);
  const lengths = union(...expressions.map((list) => lengthFlows(list, scopeOf(input, walk))));
  const sizes = elements.map(({ value }) => sizesIn(flowsOf(value)));
  const rows = union(input.rows, influenceOf(lengths, 'FILTER'));
  const size = union(input.size, ...sizes, piecesIn(lengths), generated(unnestIndex));
  return { ...input, columns: [...input.columns, ...elements], rows, size };
}

function lengthFlows(expression: Expression, scope: Scope): FlowSet {
  return lengthsIn(traceExpression(expression.type === 'BOUND_UNNEST' ? expression.child : expression, scope));
}

/** Flows that decide how many elements a list has: the values in a list literal do not. */
export function lengthsIn(list: Value): FlowSet {
  return elementOf(list) ? list.flows : flowsOf(list);
}
