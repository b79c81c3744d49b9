import { floatText } from '../python/number-text.ts';
import { stringRepr } from '../python/string-repr.ts';
import { MAX_TEXT } from './limits.ts';
import { PythonError } from './python-error.ts';
import {
  Callable,
  Dict,
  Float,
  Generator,
  HostObject,
  Namespace,
  PySet,
  type RangeBounds,
  Tuple,
  Undefined,
  type Value,
  type View,
} from './value.ts';

/** Python's str(). @throws {PythonError} LimitError when the text would be too long */
export function printValue(value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof Undefined) {
    if (value.isForbidden) throw value.error();
    return '';
  }
  return value instanceof HostObject ? value.print() : reprValue(value);
}

/** Python's repr(). @throws {PythonError} LimitError when the text would be too long */
export function reprValue(value: Value): string {
  if (typeof value === 'string') return stringRepr(value);
  if (typeof value === 'number') return String(value);
  return new Printer().repr(value);
}

/** Prints a value. The length is limited: nested lists that share items take little memory and print as very long texts. */
class Printer {
  #length = 0;
  readonly #open = new Set<Value>();

  repr(value: Value): string {
    const text = this.#text(value);
    this.#length += text.length;
    if (this.#length > MAX_TEXT * 4) throw new PythonError('LimitError', 'a value is too long to be printed');
    return text;
  }

  #text(value: Value): string {
    if (value === null) return 'None';
    if (typeof value === 'boolean') return value ? 'True' : 'False';
    if (typeof value === 'string') return stringRepr(value);
    if (typeof value === 'number' || typeof value === 'bigint') return String(value);
    if (value instanceof Float) return value.text ?? floatText(value.value);
    if (value instanceof Undefined) return 'Undefined';
    if (value instanceof HostObject) return value.represent();
    if (value instanceof Callable) return `<function ${value.name}>`;
    if (value instanceof Generator) return `<${value.typeName} object>`;
    if (this.#open.has(value)) return Array.isArray(value) ? '[...]' : '{...}';
    if (this.#open.size > 200) throw new PythonError('LimitError', 'a value is nested too deeply to be printed');
    this.#open.add(value);
    const text = this.#container(value);
    this.#open.delete(value);
    return text;
  }

  #container(value: Value[] | Tuple | Dict | PySet | View | Namespace): string {
    if (Array.isArray(value)) return `[${this.#all(value)}]`;
    if (value instanceof Tuple) return `(${this.#all(value.items)}${value.items.length === 1 ? ',' : ''})`;
    if (value instanceof Dict) return this.#dict(value);
    if (value instanceof PySet) return value.size === 0 ? 'set()' : `{${this.#all(value.values())}}`;
    if (value instanceof Namespace) return `<Namespace ${this.#dict(value.attributes)}>`;
    return value.bounds ? rangeText(value.bounds) : `${value.typeName}([${this.#all(value.items())}])`;
  }

  #dict(dict: Dict): string {
    const entries = dict.entries().map(([key, item]) => `${this.repr(key)}: ${this.repr(item)}`);
    return `{${entries.join(', ')}}`;
  }

  #all(items: readonly Value[]): string {
    return items.map((item) => this.repr(item)).join(', ');
  }
}

function rangeText({ start, stop, step }: RangeBounds): string {
  return step === 1 ? `range(${start}, ${stop})` : `range(${start}, ${stop}, ${step})`;
}
