import { strFormat } from '../python/str-format.ts';
import { characterAt, characters } from '../python/text.ts';
import { DICT_METHODS, LIST_METHODS, SET_METHODS, TUPLE_METHODS } from './container-methods.ts';
import { callNative, type NativeFunction, native } from './native-function.ts';
import { isInteger } from './numbers.ts';
import { printValue } from './print-value.ts';
import { PythonError } from './python-error.ts';
import { RANGE_METHODS, rangeOf } from './range.ts';
import { sizeOf, weightOf } from './size.ts';
import { TEXT_METHODS } from './text-methods.ts';
import {
  Callable,
  Dict,
  Float,
  HostObject,
  isHashable,
  Namespace,
  PySet,
  type RangeBounds,
  Tuple,
  typeName,
  Undefined,
  type Value,
  View,
  wholeNumber,
} from './value.ts';

/**
 * `object.name` (Jinja: Environment.getattr): an attribute or method first, then the item of that name. All attributes are
 * in tables of ours, so that a template cannot reach a property of a JavaScript object.
 */
export function getAttribute(object: Value, name: string): Value {
  if (object instanceof Undefined) throw object.error();
  // Not `??`: an attribute whose value is None (`null` here) exists.
  const attribute = attributeOf(object, name);
  const found = attribute === undefined ? itemNamed(object, name) : attribute;
  return found === undefined ? missingAttribute(object, name) : found;
}

/** The `attr` filter: attributes only, never items. */
export function getOnlyAttribute(object: Value, name: string): Value {
  if (object instanceof Undefined) throw object.error();
  const attribute = attributeOf(object, name);
  return attribute === undefined ? missingAttribute(object, name) : attribute;
}

/** `object[key]` (Jinja: Environment.getitem): an item first, then the attribute of that name. */
export function getItem(object: Value, key: Value): Value {
  if (object instanceof Undefined) throw object.error();
  if (key instanceof Undefined && key.isForbidden) throw key.error();
  const item = itemOf(object, key);
  if (item !== undefined) return item;
  if (typeof key === 'string') return getOnlyAttribute(object, key);
  return new Undefined(`'${describe(object)}' has no element ${printValue(key)}`);
}

const FORMATTING: ReadonlyMap<string, NativeFunction<string>> = new Map<string, NativeFunction<string>>([
  ['format', native('*', (text, _, args) => strFormat(text, args, { getAttribute, getItem }))],
  [
    'format_map',
    native('mapping', (text, [mapping]) =>
      strFormat(text, { positional: [], named: new Map() }, { getAttribute, getItem }, mapping),
    ),
  ],
]);

function attributeOf(object: Value, name: string): Value | undefined {
  if (typeof object === 'string') return method(FORMATTING, object, name) ?? method(TEXT_METHODS, object, name);
  if (Array.isArray(object)) return method(LIST_METHODS, object, name);
  if (object instanceof Dict) return method(DICT_METHODS, object, name);
  if (object instanceof HostObject) return object.getAttribute(name);
  if (object instanceof Tuple) return fieldOf(object, name) ?? method(TUPLE_METHODS, object, name);
  if (object instanceof PySet) return method(SET_METHODS, object, name);
  if (object instanceof Namespace) return object.attributes.get(name);
  if (object instanceof Callable) return object.attributes.get(name);
  if (object instanceof View) return rangeAttribute(object, name);
  return numberAttribute(object, name);
}

function rangeAttribute(view: View, name: string): Value | undefined {
  if (!view.bounds) return undefined;
  return name === 'start' || name === 'stop' || name === 'step' ? view.bounds[name] : method(RANGE_METHODS, view, name);
}

function fieldOf({ items, fields }: Tuple, name: string): Value | undefined {
  const index = fields.indexOf(name);
  return index === -1 ? undefined : items[index];
}

function numberAttribute(object: Value, name: string): Value | undefined {
  if (isInteger(object)) {
    if (name === 'real' || name === 'numerator') return wholeNumber(BigInt(object));
    if (name === 'imag') return 0;
    if (name === 'denominator') return 1;
    if (name === 'bit_length')
      return new Callable(
        name,
        () => (BigInt(object) < 0n ? -BigInt(object) : BigInt(object)).toString(2).replace(/^0$/, '').length,
      );
  }
  if (object instanceof Float) {
    if (name === 'real') return object;
    if (name === 'imag') return new Float(0);
    if (name === 'is_integer') return new Callable(name, () => Number.isInteger(object.value));
  }
  return undefined;
}

function itemNamed(object: Value, name: string): Value | undefined {
  if (object instanceof Dict) return object.get(name);
  return object instanceof HostObject ? object.getItem(name) : undefined;
}

function itemOf(object: Value, key: Value): Value | undefined {
  if (object instanceof Dict) return isHashable(key) ? object.get(key) : undefined;
  if (object instanceof HostObject) return object.getItem(key);
  if (!isInteger(key)) return undefined;
  const index = Number(key);
  if (typeof object === 'string') return characterAt(object, index);
  const items = sequenceOf(object);
  return items?.[index < 0 ? items.length + index : index];
}

/** The items of a value that can be indexed by position; `undefined` for others, such as dict views and generators. */
function sequenceOf(object: Value): readonly Value[] | undefined {
  if (typeof object === 'string') return characters(object);
  if (Array.isArray(object)) return object;
  if (object instanceof Tuple) return object.items;
  return object instanceof View && object.bounds ? object.items() : undefined;
}

/** `object[start:stop:step]`. @throws {PythonError} for a value that has no order */
export function getSlice(object: Value, start: Value, stop: Value, step: Value): Value {
  if (object instanceof Undefined) throw object.error();
  const items = sequenceOf(object) ?? (object instanceof HostObject ? object.items() : undefined);
  if (!items) throw new PythonError('TypeError', `'${typeName(object)}' object cannot be sliced`);
  if (object instanceof View && object.bounds) return sliceRange(object.bounds, items.length, start, stop, step);
  const chosen = slicePositions(items.length, start, stop, step).map((position) => items[position] ?? null);
  if (typeof object === 'string') return chosen.map(printValue).join('');
  return object instanceof Tuple ? new Tuple(chosen) : chosen;
}

function sliceRange({ start, step }: RangeBounds, length: number, first: Value, end: Value, stride: Value): View {
  const slice = sliceBounds(length, first, end, stride);
  return rangeOf(start + slice.from * step, start + slice.to * step, step * slice.stride);
}

function slicePositions(length: number, start: Value, stop: Value, step: Value): readonly number[] {
  const { from, to, stride } = sliceBounds(length, start, stop, step);
  const positions: number[] = [];
  for (let index = from; stride < 0 ? index > to : index < to; index += stride) positions.push(index);
  return positions;
}

function sliceBounds(length: number, start: Value, stop: Value, step: Value): SliceBounds {
  const stride = step === null ? 1 : sliceIndex(step);
  if (stride === 0) throw new PythonError('ValueError', 'slice step cannot be zero');
  const [low, high] = stride < 0 ? [-1, length - 1] : [0, length];
  const clamp = (value: Value, fallback: number) => {
    if (value === null) return fallback;
    const index = sliceIndex(value);
    return Math.min(high, Math.max(low, index < 0 ? index + length : index));
  };
  return { from: clamp(start, stride < 0 ? high : low), to: clamp(stop, stride < 0 ? low : high), stride };
}

interface SliceBounds {
  readonly from: number;
  /** The position behind the last item, in the direction of `stride`. */
  readonly to: number;
  readonly stride: number;
}

function sliceIndex(value: Value): number {
  if (isInteger(value)) return Number(value);
  throw new PythonError('TypeError', 'slice indices must be integers or None');
}

/**
 * The value of an attribute that does not exist. A name that begins with `_` is Python's own: using the value is a
 * SecurityError (Jinja: sandbox).
 */
function missingAttribute(object: Value, name: string): Undefined {
  if (name.startsWith('_') && !(object instanceof Dict && !name.startsWith('__'))) {
    return new Undefined(`access to attribute '${name}' of '${typeName(object)}' object is unsafe`, {
      isForbidden: name.startsWith('__'),
    });
  }
  return new Undefined(`'${describe(object)}' has no attribute '${name}'`);
}

function describe(object: Value): string {
  return object === null ? 'None' : `${typeName(object)} object`;
}

function method<Self extends Value>(
  table: ReadonlyMap<string, NativeFunction<Self>>,
  self: Self,
  name: string,
): Callable | undefined {
  const found = table.get(name);
  return (
    found &&
    new Callable(name, (args, _, rendering) => {
      rendering?.meter.work(costOf(self, name));
      return callNative(name, found, self, args);
    })
  );
}

/** The methods of containers whose cost grows with the number of items. */
const LINEAR_METHODS = new Set([
  'copy',
  'count',
  'difference',
  'index',
  'intersection',
  'isdisjoint',
  'issubset',
  'issuperset',
  'popitem',
  'remove',
  'reverse',
  'sort',
  'symmetric_difference',
  'union',
]);

function costOf(self: Value, name: string): number {
  if (typeof self === 'string') return sizeOf(self);
  // The items behind the position move: each is cheap to move, but a list may be long.
  if (Array.isArray(self) && (name === 'insert' || name === 'pop')) return 1 + self.length / 16;
  if (!LINEAR_METHODS.has(name)) return 1;
  return weightOf(self) * (name === 'sort' ? SORTING : 4);
}

/** How many comparisons a sort of a million items makes for each item: log2 of it. */
const SORTING = 20;
