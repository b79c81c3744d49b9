import { PythonError } from './python-error.ts';
import { Generator, type Value } from './value.ts';

/** The longest chain of generators that read from each other: each takes some of the stack. */
const MAX_DEPTH = 100;

/**
 * Makes the generator that a lazy filter gives. `items` computes each item from `source` when it is read.
 * @throws {PythonError} LimitError for too many lazy filters in a chain
 */
export function makeGenerator(source: Value, items: Iterable<Value>): Generator {
  const depth = source instanceof Generator ? source.depth + 1 : 0;
  if (depth > MAX_DEPTH) {
    throw new PythonError(
      'LimitError',
      `more than ${MAX_DEPTH} lazy filters behind each other: put \`| list\` between them`,
    );
  }
  return new Generator(items, 'generator', depth);
}
