import { pythonIterator, zipTuples } from '../../../jinja/python/modules/python-iterator.ts';
import { isIterable, iterateLazily } from '../../../jinja/values/iterate.ts';
import { printValue } from '../../../jinja/values/print-value.ts';
import { Dict, Generator, HostObject, PySet, Tuple, type Value, View } from '../../../jinja/values/value.ts';

/** dbt: `set`. A value that is no iterable gives the default. */
export function toSet({
  value = null,
  default: otherwise = null,
}: {
  readonly value?: Value;
  readonly default?: Value;
}): Value {
  const items = itemsOf(value);
  return items ? new PySet(items) : otherwise;
}

/** dbt: `zip`. It gives the default if one of the values is no iterable. */
export function zip(lists: readonly Value[], otherwise: Value = null): Value {
  if (!lists.every(isIterable)) return otherwise;
  return pythonIterator('zip', lists, zipTuples(lists.map(iterateLazily)));
}

/** The items that a loop over the value visits; `undefined` for a value that is no iterable. */
function itemsOf(value: Value): readonly Value[] | undefined {
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return [...value];
  if (value instanceof Tuple) return value.items;
  if (value instanceof PySet) return value.values();
  if (value instanceof Dict) return value.keys();
  if (value instanceof View) return value.items();
  if (value instanceof Generator) return value.rest();
  return value instanceof HostObject ? value.items() : undefined;
}

/**
 * dbt: `diff_of_two_dicts`. For each key, the items of the list in the first dict that the second lacks; case does not
 * count.
 */
export function differenceOf({ dict_a, dict_b }: { readonly dict_a?: Value; readonly dict_b?: Value }): Value {
  const difference = new Dict();
  if (!(dict_a instanceof Dict)) return difference;
  const others = new Map(
    dict_b instanceof Dict
      ? dict_b.entries().map(([key, list]) => [printValue(key).toLowerCase(), itemsOf(list) ?? []])
      : [],
  );
  for (const [key, list] of dict_a.entries()) {
    const other = new Set(
      (others.get(printValue(key).toLowerCase()) ?? []).map((item) => printValue(item).toLowerCase()),
    );
    const missing = (itemsOf(list) ?? []).filter((item) => !other.has(printValue(item).toLowerCase()));
    if (missing.length > 0) difference.set(key, [...missing]);
  }
  return difference;
}
