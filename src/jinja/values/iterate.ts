import { characters, textLength } from '../python/text.ts';
import { PythonError } from './python-error.ts';
import { Dict, Generator, HostObject, PySet, Tuple, typeName, Undefined, type Value, View } from './value.ts';

/**
 * The items that a loop over the value visits. Uses up a generator.
 * @throws {PythonError} TypeError when it is not iterable
 */
export function iterate(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value;
  const items = itemsOf(value);
  if (items === undefined) throw new PythonError('TypeError', `'${typeName(value)}' object is not iterable`);
  return items;
}

/**
 * Like {@link iterate}, but takes the items of a generator one by one, and visits items that are appended to a list
 * meanwhile, as Python's iterators do.
 * @throws {PythonError} TypeError when it is not iterable
 */
export function iterateLazily(value: Value): Iterable<Value> {
  return value instanceof Generator ? itemsLeft(value) : iterate(value);
}

function* itemsLeft(generator: Generator): Iterable<Value> {
  for (let item = generator.next(); item !== undefined; item = generator.next()) yield item;
}

/** Whether a loop over the value is no TypeError. Takes no item of a generator. */
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

/** Python's len(). @throws {PythonError} TypeError for a value without a length */
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
