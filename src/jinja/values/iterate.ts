import { characters, textLength } from '../python/text.ts';
import { PythonError } from './python-error.ts';
import { Dict, Generator, HostObject, PySet, Tuple, typeName, Undefined, type Value, View } from './value.ts';

/** What a loop over the value visits. A generator is used up by it. @throws {PythonError} when it cannot be looped over. */
export function iterate(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value;
  const items = itemsOf(value);
  if (items === undefined) throw new PythonError('TypeError', `'${typeName(value)}' object is not iterable`);
  return items;
}

/**
 * Like {@link iterate}, but takes the items of a generator one by one, and sees a list grow as Python's iterators do.
 * @throws {PythonError} when it cannot be looped over.
 */
export function walk(value: Value): Iterable<Value> {
  return value instanceof Generator ? itemsLeft(value) : iterate(value);
}

function* itemsLeft(generator: Generator): Iterable<Value> {
  for (let item = generator.next(); item !== undefined; item = generator.next()) yield item;
}

/** Whether a loop over the value visits anything or nothing, rather than fails. Uses up no generator. */
export function isIterable(value: Value): boolean {
  return value instanceof Generator || itemsOf(value) !== undefined;
}

function itemsOf(value: Value): readonly Value[] | undefined {
  if (typeof value === 'string') return characters(value);
  if (Array.isArray(value)) return value;
  if (value instanceof Tuple) return value.items;
  if (value instanceof Dict) return value.keys();
  if (value instanceof PySet) return value.values();
  if (value instanceof View) return value.items();
  if (value instanceof Generator) return value.rest();
  if (value instanceof Undefined) {
    if (value.isForbidden) throw value.error();
    return [];
  }
  return value instanceof HostObject ? value.items() : undefined;
}

/** Python's len(). @throws {PythonError} for what has no length. */
export function lengthOf(value: Value): number {
  if (typeof value === 'string') return textLength(value);
  if (value instanceof Dict || value instanceof PySet) return value.size;
  if (value instanceof HostObject) return value.length() ?? noLength(value);
  const items = value instanceof Generator ? undefined : itemsOf(value);
  return items === undefined ? noLength(value) : items.length;
}

function noLength(value: Value): never {
  throw new PythonError('TypeError', `object of type '${typeName(value)}' has no len()`);
}
