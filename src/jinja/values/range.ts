import { integerArgument } from './arguments.ts';
import { areEqual } from './comparison.ts';
import { MAX_RANGE } from './limits.ts';
import { type NativeFunction, native } from './native-function.ts';
import { reprValue } from './print-value.ts';
import { PythonError } from './python-error.ts';
import { type Value, View } from './value.ts';

/**
 * The value of a call `range(…)`.
 * @throws {PythonError} TypeError or ValueError as in Python; LimitError as {@link rangeOf}
 */
export function makeRange(args: readonly Value[]): View {
  if (args.length === 0 || args.length > 3) {
    throw new PythonError('TypeError', `range expected 1 to 3 arguments, got ${args.length}`);
  }
  const bounds = args.map((argument) => integerArgument(argument));
  const [start = 0, stop = 0, step = 1] = bounds.length === 1 ? [0, ...bounds] : bounds;
  if (step === 0) throw new PythonError('ValueError', 'range() arg 3 must not be zero');
  return rangeOf(start, stop, step);
}

/**
 * The numbers from `start` up to, not including, `stop`.
 * @throws {PythonError} LimitError beyond the sandbox's longest range
 */
export function rangeOf(start: number, stop: number, step: number): View {
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (length > MAX_RANGE) {
    throw new PythonError(
      'LimitError',
      `a range of ${length} numbers is longer than the ${MAX_RANGE} a sandbox allows`,
    );
  }
  const items = Array.from({ length }, (_, index) => start + index * step);
  return new View('range', () => items, { bounds: { start, stop, step } });
}

/** Python's methods of range. */
export const RANGE_METHODS: ReadonlyMap<string, NativeFunction<View>> = new Map<string, NativeFunction<View>>([
  ['count', native('value', (range, [item = null]) => range.items().filter((other) => areEqual(other, item)).length)],
  ['index', native('value', (range, [item = null]) => indexIn(range, item))],
]);

function indexIn(range: View, item: Value): number {
  const index = range.items().findIndex((other) => areEqual(other, item));
  if (index === -1) throw new PythonError('ValueError', `${reprValue(item)} is not in range`);
  return index;
}
