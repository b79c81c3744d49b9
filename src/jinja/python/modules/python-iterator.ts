import { MAX_ITEMS } from '../../values/limits.ts';
import { PythonError } from '../../values/python-error.ts';
import { sizeOf } from '../../values/size.ts';
import { Generator, Tuple, type Value } from '../../values/value.ts';

/** The longest chain of iterators that read from each other: each takes some of the stack. */
const MAX_DEPTH = 100;

/**
 * Makes an iterator that computes each item when it is read. `sources` are the values it reads from. It may be endless;
 * reading more items than a list may have is a LimitError.
 * @throws {PythonError} LimitError for too many iterators that read from each other
 */
export function pythonIterator(typeName: string, sources: readonly Value[], items: Iterable<Value>): Generator {
  const depths = sources.map((source) => (source instanceof Generator ? source.depth + 1 : 0));
  const depth = depths.reduce((most, other) => Math.max(most, other), 0);
  if (depth > MAX_DEPTH) {
    throw new PythonError(
      'LimitError',
      `more than ${MAX_DEPTH} iterators behind each other: put \`| list\` between them`,
    );
  }
  return new Generator(bounded(items), typeName, depth);
}

/** The parts that all items of an iterator together may have: a million tuples of a million would take all memory. */
const MAX_SIZE = 10 * MAX_ITEMS;

function* bounded(items: Iterable<Value>): Iterable<Value> {
  let count = 0;
  let size = 0;
  for (const item of items) {
    size += sizeOf(item);
    if (++count > MAX_ITEMS || size > MAX_SIZE) {
      throw new PythonError('LimitError', `an iterator gives too many items: cut it with islice, zip or takewhile`);
    }
    yield item;
  }
}

/** {@link zipItems} as tuples (Python: zip). */
export function* zipTuples(sources: readonly Iterable<Value>[]): Iterable<Value> {
  for (const items of zipItems(sources)) yield new Tuple(items);
}

/** Takes items from several sources at once, until the first of them has no more. */
export function* zipItems(sources: readonly Iterable<Value>[]): Iterable<readonly Value[]> {
  const iterators = sources.map((source) => source[Symbol.iterator]());
  while (iterators.length > 0) {
    const items: Value[] = [];
    for (const iterator of iterators) {
      const step = iterator.next();
      if (step.done) return;
      items.push(step.value);
    }
    yield items;
  }
}
