import { integerArgument } from './arguments.ts';
import { checkItems } from './arithmetic.ts';
import { areEqual, orderOf } from './comparison.ts';
import { iterate } from './iterate.ts';
import { type NativeFunction, native } from './native-function.ts';
import { reprValue } from './print-value.ts';
import { PythonError } from './python-error.ts';
import { Dict, PySet, Tuple, Undefined, type Value, View } from './value.ts';

/** Python's methods of list. */
export const LIST_METHODS: ReadonlyMap<string, NativeFunction<Value[]>> = new Map<string, NativeFunction<Value[]>>([
  ['append', native('object', (list, [item = null]) => change(list, () => list.push(item)))],
  ['clear', native('', (list) => change(list, () => list.splice(0)))],
  ['copy', native('', (list) => [...list])],
  ['count', native('value', (list, [item = null]) => list.filter((other) => areEqual(other, item)).length)],
  ['extend', native('iterable', (list, [items = null]) => extend(list, iterate(items)))],
  ['index', native('value start? stop?', (list, [item = null, start, stop]) => indexIn(list, item, start, stop))],
  [
    'insert',
    native('index object', (list, [index, item = null]) =>
      change(list, () => list.splice(integerArgument(index), 0, item)),
    ),
  ],
  ['pop', native('index?', (list, [index]) => popItem(list, integerArgument(index, -1)))],
  ['remove', native('value', (list, [item = null]) => change(list, () => list.splice(indexIn(list, item), 1)))],
  ['reverse', native('', (list) => change(list, () => list.reverse()))],
  [
    'sort',
    native('key? reverse?', (list, [key = null, reverse]) => sortInPlace(list, key, integerArgument(reverse, 0) !== 0)),
  ],
]);

/** Python's methods of tuple. */
export const TUPLE_METHODS: ReadonlyMap<string, NativeFunction<Tuple>> = new Map<string, NativeFunction<Tuple>>([
  ['count', native('value', ({ items }, [item = null]) => items.filter((other) => areEqual(other, item)).length)],
  ['index', native('value start? stop?', ({ items }, [item = null, start, stop]) => indexIn(items, item, start, stop))],
]);

/** Python's methods of dict. */
export const DICT_METHODS: ReadonlyMap<string, NativeFunction<Dict>> = new Map<string, NativeFunction<Dict>>([
  ['clear', native('', (dict) => change(null, () => dict.clear()))],
  ['copy', native('', (dict) => new Dict(dict.entries()))],
  [
    'fromkeys',
    native('iterable value?', (_, [keys = null, value = null]) => new Dict(iterate(keys).map((key) => [key, value]))),
  ],
  ['get', native('key default?', (dict, [key = null, fallback = null]) => itemOr(dict, key, fallback) ?? null)],
  [
    'items',
    native('', (dict) => new View('dict_items', () => dict.entries().map((entry) => new Tuple(entry)), { dict })),
  ],
  ['keys', native('', (dict) => new View('dict_keys', () => dict.keys(), { dict }))],
  ['pop', native('key default?', (dict, [key = null, fallback]) => popKey(dict, key, fallback))],
  ['popitem', native('', (dict) => popLast(dict))],
  ['setdefault', native('key default?', (dict, [key = null, fallback = null]) => setDefault(dict, key, fallback))],
  ['update', native('*', (dict, [other], { named }) => updateDict(dict, other, named))],
  ['values', native('', (dict) => new View('dict_values', () => dict.values(), { dict }))],
]);

/** Python's methods of set. */
export const SET_METHODS: ReadonlyMap<string, NativeFunction<PySet>> = new Map<string, NativeFunction<PySet>>([
  ['add', native('element', (set, [item = null]) => change(null, () => set.add(item)))],
  ['clear', native('', (set) => change(null, () => set.clear()))],
  ['copy', native('', (set) => new PySet(set.values()))],
  [
    'difference',
    native(
      '*',
      (set, others) => new PySet(set.values().filter((item) => !setsOf(others).some((other) => other.has(item)))),
    ),
  ],
  ['discard', native('element', (set, [item = null]) => change(null, () => set.delete(item)))],
  [
    'intersection',
    native(
      '*',
      (set, others) => new PySet(set.values().filter((item) => setsOf(others).every((other) => other.has(item)))),
    ),
  ],
  [
    'isdisjoint',
    native('other', (set, others) => !set.values().some((item) => setsOf(others).some((other) => other.has(item)))),
  ],
  [
    'issubset',
    native('other', (set, others) => setsOf(others).every((other) => set.values().every((item) => other.has(item)))),
  ],
  [
    'issuperset',
    native('other', (set, others) => setsOf(others).every((other) => other.values().every((item) => set.has(item)))),
  ],
  ['pop', native('', (set) => popAny(set))],
  ['remove', native('element', (set, [item = null]) => removeFromSet(set, item))],
  ['symmetric_difference', native('other', (set, others) => symmetricDifference(set, setsOf(others)))],
  [
    'union',
    native('*', (set, others) => new PySet([...set.values(), ...setsOf(others).flatMap((other) => other.values())])),
  ],
  ['update', native('*', (set, others) => addAll(set, setsOf(others)))],
]);

/** Applies a change to a list. Python's methods that change their object return None. */
function change(list: Value[] | null, apply: () => void): null {
  apply();
  if (list) checkItems(list.length);
  return null;
}

function extend(list: Value[], items: readonly Value[]): null {
  checkItems(list.length + items.length);
  // One by one, since a spread of many items overflows the stack. A copy, since the items may be the list itself.
  for (const item of [...items]) list.push(item);
  return null;
}

function indexIn(items: readonly Value[], item: Value, start?: Value, stop?: Value): number {
  const from = bound(items.length, start, 0);
  const to = bound(items.length, stop, items.length);
  const index = items.findIndex((other, position) => position >= from && position < to && areEqual(other, item));
  if (index === -1) throw new PythonError('ValueError', `${reprValue(item)} is not in the list`);
  return index;
}

function bound(length: number, value: Value | undefined, fallback: number): number {
  const index = integerArgument(value, fallback);
  return index < 0 ? Math.max(0, length + index) : index;
}

function popItem(list: Value[], index: number): Value {
  const [item] = list.splice(index < 0 && index + list.length < 0 ? list.length : index, 1);
  if (item === undefined)
    throw new PythonError('IndexError', list.length === 0 ? 'pop from empty list' : 'pop index out of range');
  return item;
}

function sortInPlace(list: Value[], key: Value, isReversed: boolean): null {
  if (key !== null) throw new PythonError('TypeError', 'sort() takes no key here: use the filter sort(attribute=…)');
  const sorted = sortValues(list, isReversed);
  for (const [index, item] of sorted.entries()) list[index] = item;
  return null;
}

/** Sorts as Python does: stable, also in reverse. */
function sortValues(items: readonly Value[], isReversed: boolean): Value[] {
  const sign = isReversed ? -1 : 1;
  return [...items].sort((a, b) => sign * orderOf(a, b));
}

/** The item of a key, or the fallback. Not `??`: an item may be None, which is `null` here. */
function itemOr(dict: Dict, key: Value, fallback: Value | undefined): Value | undefined {
  const item = dict.get(key);
  return item === undefined ? fallback : item;
}

function popKey(dict: Dict, key: Value, fallback: Value | undefined): Value {
  const value = itemOr(dict, key, fallback);
  if (value === undefined) throw new PythonError('KeyError', reprValue(key));
  dict.delete(key);
  return value;
}

function popLast(dict: Dict): Tuple {
  const last = dict.entries().at(-1);
  if (!last) throw new PythonError('KeyError', 'popitem(): dictionary is empty');
  dict.delete(last[0]);
  return new Tuple(last);
}

function setDefault(dict: Dict, key: Value, fallback: Value): Value {
  const value = dict.get(key);
  if (value !== undefined) return value;
  dict.set(key, fallback);
  return fallback;
}

function updateDict(dict: Dict, other: Value | undefined, named: ReadonlyMap<string, Value>): null {
  if (other instanceof Undefined) throw other.error();
  for (const [key, value] of other === undefined ? [] : entriesOf(other)) dict.set(key, value);
  for (const [key, value] of named) dict.set(key, value);
  checkItems(dict.size);
  return null;
}

/** The entries of a dict or of a list of pairs: the argument of `dict()` and `update()`. */
export function entriesOf(value: Value): readonly (readonly [Value, Value])[] {
  if (value instanceof Dict) return value.entries();
  return iterate(value).map((pair) => {
    const [key, item, ...more] = iterate(pair);
    if (key === undefined || item === undefined || more.length > 0) {
      throw new PythonError('ValueError', 'a dict is made of pairs: an element has not the length 2');
    }
    return [key, item] as const;
  });
}

function setsOf(others: readonly (Value | undefined)[]): readonly PySet[] {
  return others.map((other = null) => (other instanceof PySet ? other : new PySet(iterate(other))));
}

function addAll(set: PySet, others: readonly PySet[]): null {
  for (const other of others) for (const item of other.values()) set.add(item);
  checkItems(set.size);
  return null;
}

function popAny(set: PySet): Value {
  const [item] = set.values();
  if (item === undefined) throw new PythonError('KeyError', 'pop from an empty set');
  set.delete(item);
  return item;
}

function removeFromSet(set: PySet, item: Value): null {
  if (!set.delete(item)) throw new PythonError('KeyError', reprValue(item));
  return null;
}

function symmetricDifference(set: PySet, [other = new PySet()]: readonly PySet[]): PySet {
  return new PySet([
    ...set.values().filter((item) => !other.has(item)),
    ...other.values().filter((item) => !set.has(item)),
  ]);
}
