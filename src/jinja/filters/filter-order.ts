import { integerArgument, textArgument } from '../values/arguments.ts';
import { attributeGetter, attributeGetters, type Getter, ignoringCase } from '../values/attribute-path.ts';
import { areEqual, orderOf } from '../values/comparison.ts';
import { iterate, iterateLazily } from '../values/iterate.ts';
import { makeGenerator } from '../values/lazy.ts';
import { mappingEntries } from '../values/mapping-entries.ts';
import type { Meter } from '../values/meter.ts';
import { PythonError } from '../values/python-error.ts';
import { weightOf } from '../values/size.ts';
import { isTruthy, PySet, Tuple, Undefined, type Value } from '../values/value.ts';
import { type Filter, filter } from './filter.ts';

export const DICTSORT = filter('case_sensitive? by? reverse?', (input, [isExact, by, reverse], { meter }) => {
  const position = by === undefined ? 'key' : textArgument(by);
  if (position !== 'key' && position !== 'value') {
    throw new PythonError('FilterArgumentError', `dictsort sorts by 'key' or by 'value'`);
  }
  const entries = mappingEntries(input).map((entry) => new Tuple(entry));
  const getter: Getter = (entry) =>
    entry instanceof Tuple ? (entry.items[position === 'key' ? 0 : 1] ?? null) : entry;
  return sortedBy(entries, caseOf(getter, isExact, meter), integerArgument(reverse, 0) !== 0, meter);
});

export const GROUPBY = filter(
  'attribute default? case_sensitive?',
  (input, [attribute, fallback, isExact], { meter }) => {
    const getter = attributeGetter(attribute, meter, fallback);
    const keyOf = caseOf(getter, isExact, meter);
    const groups: { readonly key: Value; readonly items: Value[] }[] = [];
    for (const item of sortedBy(iterate(input), keyOf, false, meter)) {
      const key = keyOf(item);
      const last = groups.at(-1);
      if (last && isSame(last.key, key, meter)) last.items.push(item);
      else groups.push({ key, items: [item] });
    }
    // A group is named by its first item's key, in the case that it has there.
    return groups.map(({ key, items }) => {
      const [first = null] = items;
      return new Tuple([isTrue(isExact) ? key : getter(first), items], ['grouper', 'list']);
    });
  },
);

export const MAX = extreme((order) => order > 0);
export const MIN = extreme((order) => order < 0);

export const SORT = filter('reverse? case_sensitive? attribute?', (input, [reverse, isExact, attribute], { meter }) => {
  const keys = attributeGetters(attribute, meter).map((getter) => caseOf(getter, isExact, meter));
  const items = iterate(input);
  // Python compares lists of keys, which skips equal ones: two None can be sorted, None and 1 cannot.
  return sortedBy(items, (item) => keys.map((key) => key(item)), integerArgument(reverse, 0) !== 0, meter);
});

export const UNIQUE = filter('case_sensitive? attribute?', (input, [isExact, attribute], { meter }) => {
  const keyOf = caseOf(attributeGetter(attribute, meter), isExact, meter);
  return makeGenerator(input, firsts(input, keyOf, meter));
});

function* firsts(input: Value, keyOf: Getter, meter: Meter): Iterable<Value> {
  const seen = new PySet();
  for (const item of iterateLazily(input)) {
    meter.iterate(1);
    const key = keyOf(item);
    meter.work(weightOf(key));
    if (seen.has(key)) continue;
    seen.add(key);
    yield item;
  }
}

function extreme(isBetter: (order: number) => boolean): Filter {
  return filter('case_sensitive? attribute?', (input, [isExact, attribute], { meter }) => {
    const items = iterate(input);
    meter.iterate(items.length);
    const keyOf = caseOf(attributeGetter(attribute, meter), isExact, meter);
    let best: { readonly item: Value; readonly key: Value } | undefined;
    for (const item of items) {
      const key = keyOf(item);
      if (!best || isBetter(meteredOrder(key, best.key, meter))) best = { item, key };
    }
    return best ? best.item : new Undefined('No aggregated item, sequence was empty.');
  });
}

/** Sorts by keys that are computed once for each item. Stable, also in reverse. */
function sortedBy(items: readonly Value[], keyOf: Getter, isReversed: boolean, meter: Meter): Value[] {
  meter.iterate(items.length);
  const sign = isReversed ? -1 : 1;
  return items
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((a, b) => sign * meteredOrder(a.key, b.key, meter))
    .map(({ item }) => item);
}

function meteredOrder(left: Value, right: Value, meter: Meter): number {
  meter.work(Math.min(weightOf(left), weightOf(right)));
  return orderOf(left, right);
}

function isSame(left: Value, right: Value, meter: Meter): boolean {
  meter.work(Math.min(weightOf(left), weightOf(right)));
  return areEqual(left, right);
}

function caseOf(getter: Getter, isExact: Value | undefined, meter: Meter): Getter {
  return isTrue(isExact) ? getter : ignoringCase(getter, meter);
}

function isTrue(value: Value | undefined): boolean {
  return value !== undefined && isTruthy(value);
}
