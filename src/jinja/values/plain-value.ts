import { printValue } from './print-value.ts';
import { PythonError } from './python-error.ts';
import {
  Callable,
  Dict,
  Float,
  Generator,
  HostObject,
  Namespace,
  PySet,
  Tuple,
  Undefined,
  type Value,
  View,
  wholeNumber,
} from './value.ts';

/**
 * Converts plain data (JSON, YAML, rows) to a value: arrays become lists, Maps and plain objects dicts, Sets sets. Dates
 * and other objects become their text. A Value stays as it is.
 */
export function toValue(plain: unknown): Value {
  if (plain === null || plain === undefined) return null;
  switch (typeof plain) {
    case 'boolean':
    case 'string':
      return plain;
    case 'bigint':
      return wholeNumber(plain);
    case 'number':
      return Number.isSafeInteger(plain) ? plain : new Float(plain);
    case 'object':
      return objectToValue(plain);
    default:
      return String(plain);
  }
}

type Boxed = Float | Undefined | Tuple | Dict | PySet | View | Generator | Namespace | Callable | HostObject;
const BOXES = [Float, Undefined, Tuple, Dict, PySet, View, Generator, Namespace, Callable, HostObject];

function isBoxed(plain: object): plain is Boxed {
  return BOXES.some((box) => plain instanceof box);
}

function objectToValue(plain: object): Value {
  if (isBoxed(plain)) return plain;
  if (Array.isArray(plain)) return plain.map(toValue);
  if (plain instanceof Map) return new Dict(Array.from(plain, ([key, value]) => [toValue(key), toValue(value)]));
  if (plain instanceof Set) return new PySet(Array.from(plain, toValue));
  if (plain instanceof Date) return plain.toISOString();
  return new Dict(Object.entries(plain).map(([key, value]) => [key, toValue(value)]));
}

/**
 * Converts a value that a template gives to the host to plain data: lists, tuples and sets become arrays, dicts Maps, an
 * Undefined `undefined`, and host objects their text.
 */
export function toPlain(value: Value): unknown {
  return plainOf(value, 0);
}

function plainOf(value: Value, depth: number): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (depth > 100) throw new PythonError('LimitError', 'a value is nested too deeply');
  if (Array.isArray(value)) return plainItems(value, depth);
  if (value instanceof Float) return value.value;
  if (value instanceof Undefined) return undefined;
  if (value instanceof Tuple) return plainItems(value.items, depth);
  if (value instanceof PySet) return plainItems(value.values(), depth);
  if (value instanceof View) return plainItems(value.items(), depth);
  if (value instanceof Generator) return plainItems(value.rest(), depth);
  if (value instanceof Namespace) return plainDict(value.attributes, depth);
  if (value instanceof Dict) return plainDict(value, depth);
  return printValue(value);
}

function plainItems(items: readonly Value[], depth: number): unknown[] {
  return items.map((item) => plainOf(item, depth + 1));
}

function plainDict(dict: Dict, depth: number): Map<unknown, unknown> {
  return new Map(dict.entries().map(([key, item]) => [plainOf(key, depth + 1), plainOf(item, depth + 1)]));
}
