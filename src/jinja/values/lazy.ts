import { PythonError } from './python-error.ts';
import { Generator, type Value } from './value.ts';

/** Each generator that reads through another takes some of the stack. */
const MAX_DEPTH = 100;

/** A generator of what is computed from the items of `source`, when they are asked for. */
export function lazily(source: Value, items: Iterable<Value>): Generator {
  const depth = source instanceof Generator ? source.depth + 1 : 0;
  if (depth > MAX_DEPTH) {
    throw new PythonError(
      'LimitError',
      `more than ${MAX_DEPTH} lazy filters behind each other: put \`| list\` between them`,
    );
  }
  return new Generator(items, 'generator', depth);
}
