import type { BoundFunction, Lambda } from '../read/expression.ts';
import { influenceOf, transformFlows } from './change-flows.ts';
import { sizesIn, union } from './flow-set.ts';
import {
  elementOf,
  flowsOf,
  listOf,
  mapValue,
  NO_VALUE,
  type TracedColumn,
  type Value,
  wholeValue,
  withFlows,
} from './value.ts';

/** Whether the elements of a call's list are followed through its lambda. */
export function followsLambda({ name }: BoundFunction): boolean {
  return LIST_FILTERS.has(name) || LIST_TRANSFORMS.has(name);
}

/** The columns that the body of a lambda reads: its parameters, then what it takes from outside. */
export function lambdaColumns(
  call: BoundFunction,
  { hasIndex }: Lambda,
  [list = NO_VALUE, ...captured]: readonly Value[],
): readonly TracedColumn[] {
  const element = elementOf(list) ?? wholeValue(flowsOf(list));
  const parameters = (hasIndex ? [NO_VALUE, element] : [element]).map((value) => ({ type: undefined, value }));
  const outer = captured.map((value, index) => ({ type: call.children[index + 1]?.valueType, value }));
  return [...parameters, ...outer];
}

/**
 * The elements of a list after a lambda: `list_transform` computes new elements, `list_filter` keeps them unchanged.
 *
 * @param made the value of the lambda's body
 */
export function lambdaValue(call: BoundFunction, [list = NO_VALUE]: readonly Value[], made: Value): Value {
  if (LIST_FILTERS.has(call.name)) {
    const kept = mapValue(list, (flows) => transformFlows(flows, call.offset));
    return withFlows(kept, influenceOf(flowsOf(made), 'CONDITIONAL', call.offset));
  }
  const elements = mapValue(made, (flows) => transformFlows(flows, call.offset));
  const length = elementOf(list) ? list.flows : flowsOf(list);
  return listOf(elements, union(influenceOf(length, 'CONDITIONAL', call.offset), sizesIn(length)));
}

/** Functions that compute each element of a list anew by a lambda. */
const LIST_TRANSFORMS: ReadonlySet<string> = new Set([
  'apply',
  'array_apply',
  'array_transform',
  'list_apply',
  'list_transform',
]);
/** Functions that keep some elements of a list by a lambda. */
const LIST_FILTERS: ReadonlySet<string> = new Set(['array_filter', 'filter', 'list_filter']);
