import { characters, checkTextLength } from '../python/text.ts';
import { integerArgument, textArgument } from '../values/arguments.ts';
import { checkItems, operate } from '../values/arithmetic.ts';
import { attributeGetter } from '../values/attribute-path.ts';
import { getOnlyAttribute } from '../values/attributes.ts';
import { iterate, iterateLazily, lengthOf } from '../values/iterate.ts';
import { makeGenerator } from '../values/lazy.ts';
import { mappingEntries } from '../values/mapping-entries.ts';
import { printValue } from '../values/print-value.ts';
import { PythonError } from '../values/python-error.ts';
import { sizeOf } from '../values/size.ts';
import {
  Dict,
  Generator,
  HostObject,
  isTruthy,
  PySet,
  Tuple,
  typeName,
  Undefined,
  type Value,
  View,
} from '../values/value.ts';
import { type FilterEnvironment, filter } from './filter.ts';

export const ATTR = filter('name', (input, [name]) => getOnlyAttribute(input, textArgument(name)));

export const BATCH = filter('linecount fill_with?', (input, [count, fill], environment) =>
  makeGenerator(input, batches(input, integerArgument(count), fill ?? null, environment)),
);

export const DEFAULT = filter('default_value? boolean?', (input, [fallback = '', boolean = false]) =>
  input instanceof Undefined || (isTruthy(boolean) && !isTruthy(input)) ? fallback : input,
);

export const FIRST = filter('', (input) => {
  for (const item of iterateLazily(input)) return item;
  return new Undefined('No first item, sequence was empty.');
});

export const ITEMS = filter('', (input) => {
  if (input instanceof Undefined) return new Generator([]);
  const isMapping = input instanceof Dict || (input instanceof HostObject && input.isMapping());
  if (!isMapping) throw new PythonError('TypeError', 'Can only get item pairs from a mapping.');
  return new Generator(mappingEntries(input).map((entry) => new Tuple(entry)));
});

export const JOIN = filter('d? attribute?', (input, [separator = '', attribute], { meter }) => {
  const getter = attributeGetter(attribute, meter);
  const glue = printValue(separator);
  let length = 0;
  const parts: string[] = [];
  for (const item of iterateLazily(input)) {
    const part = printValue(getter(item));
    length += part.length + glue.length;
    meter.work(part.length + glue.length + 1);
    checkTextLength(length - glue.length);
    parts.push(part);
  }
  return parts.join(glue);
});

export const LAST = filter('', (input) => {
  const items = backwards(input);
  if (!items) throw new PythonError('TypeError', `'${typeName(input)}' object is not reversible`);
  const [last] = items;
  return last === undefined ? new Undefined('No last item, sequence was empty.') : last;
});

export const LENGTH = filter('', (input) => lengthOf(input));

export const LIST = filter('', (input, _, { meter }) => {
  const list: Value[] = [];
  for (const item of iterateLazily(input)) {
    meter.work(1);
    list.push(item);
    checkItems(list.length);
  }
  return list;
});

/** The filter `random` is an error: a build that differs each time cannot be checked. */
export const RANDOM = filter('', () => {
  throw new PythonError(
    'TemplateRuntimeError',
    "the filter 'random' is not supported: a build must give the same each time",
  );
});

export const REVERSE = filter('', (input) => {
  if (typeof input === 'string') return [...characters(input)].reverse().join('');
  const items = backwards(input);
  if (items) return new Generator(items, Array.isArray(input) ? 'list_reverseiterator' : 'reversed');
  if (input instanceof PySet || input instanceof Generator) return [...iterate(input)].reverse();
  throw new PythonError('FilterArgumentError', 'argument must be iterable');
});

export const SLICE = filter('slices fill_with?', (input, [count, fill], environment) =>
  makeGenerator(input, slices(input, integerArgument(count), fill ?? null, environment)),
);

export const SUM = filter('attribute? start?', (input, [attribute, start = 0], { meter }) => {
  if (typeof start === 'string') throw new PythonError('TypeError', 'sum() cannot add texts: use join');
  const getter = attributeGetter(attribute, meter);
  let total: Value = start;
  for (const item of iterateLazily(input)) {
    meter.iterate(1);
    const part = getter(item);
    // `+` copies the whole sum for each list that is added.
    meter.work(20 * (sizeOf(total) + sizeOf(part)));
    total = operate('+', total, part);
  }
  return total;
});

function* batches(input: Value, count: number, fill: Value, { meter }: FilterEnvironment): Iterable<Value> {
  let batch: Value[] = [];
  for (const item of iterateLazily(input)) {
    meter.iterate(1);
    if (batch.length === count) {
      yield batch;
      batch = [];
    }
    batch.push(item);
  }
  if (batch.length === 0) return;
  if (fill !== null && batch.length < count) {
    checkItems(count);
    meter.work(count);
    while (batch.length < count) batch.push(fill);
  }
  yield batch;
}

/** Splits into `count` lists of about the same length. The first ones are longer where it does not divide. */
function* slices(input: Value, count: number, fill: Value, { meter }: FilterEnvironment): Iterable<Value> {
  const items = [...iterate(input)];
  if (count === 0) throw new PythonError('ZeroDivisionError', 'integer division or modulo by zero');
  const length = Math.floor(items.length / count);
  const longer = items.length % count;
  let start = 0;
  for (let index = 0; index < count; index++) {
    meter.iterate(1);
    const end = start + length + (index < longer ? 1 : 0);
    const slice = items.slice(start, end);
    meter.work(slice.length);
    if (fill !== null && index >= longer) slice.push(fill);
    yield slice;
    start = end;
  }
}

/** Python's reversed(); `undefined` for a value without an order. */
function backwards(input: Value): readonly Value[] | undefined {
  const isOrdered =
    typeof input === 'string' ||
    Array.isArray(input) ||
    input instanceof Tuple ||
    input instanceof Dict ||
    input instanceof View ||
    input instanceof Undefined;
  if (isOrdered) return [...iterate(input)].reverse();
  const items = input instanceof HostObject ? input.items() : undefined;
  return items && [...items].reverse();
}
