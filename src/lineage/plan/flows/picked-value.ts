import type { BoundAggregate, BoundWindow } from '../read/expression.ts';
import { aggregateFlows } from './change-flows.ts';
import type { FlowSet } from './flow-set.ts';
import { aggregateKind, words } from './function-kinds.ts';
import { listOf, mapValue, type Value, withFlows } from './value.ts';

/**
 * Value of an aggregate or a window that takes a struct unchanged from one row, or from each row into a list. Each field
 * of the result has the flows of that field alone: `arg_max(person, updated_at).city`.
 *
 * @param values the arguments
 * @param influences flows that decide which row, or which rows in which order
 * @returns `undefined` for any other call, and if the flows of the fields are not known separately
 */
export function pickedValue(
  call: BoundAggregate | BoundWindow,
  [picked, ...keys]: readonly Value[],
  influences: FlowSet,
): Value | undefined {
  const name = call.type === 'BOUND_AGGREGATE' ? call.name : (call.name ?? call.window);
  // Whether a row of a list is a duplicate depends on all its fields.
  if (!picked?.fields || call.isDistinct) return undefined;
  const value = mapValue(picked, (flows) => aggregateFlows(flows, call.offset));
  // A third argument makes `arg_max` give a list of several rows.
  if (aggregateKind(name) === 'keeps-first' ? keys.length === 1 : ONE_ROW.has(name) && keys.length === 0) {
    return withFlows(value, influences);
  }
  return EACH_ROW.has(name) && keys.length === 0 ? listOf(value, influences) : undefined;
}

const ONE_ROW: ReadonlySet<string> = new Set(
  words('any_value arbitrary first last WINDOW_FIRST_VALUE WINDOW_LAST_VALUE WINDOW_LAG WINDOW_LEAD'),
);
const EACH_ROW: ReadonlySet<string> = new Set(words('array_agg list'));
