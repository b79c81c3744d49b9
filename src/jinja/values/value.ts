import type { Location } from '../../location.ts';
import type { Rendering } from '../evaluate/rendering.ts';
import { MAX_TEXT } from './limits.ts';
import { PythonError } from './python-error.ts';

/**
 * A Python value as templates see it. A `number` is always whole (Python's int; `bigint` beyond 2^53). Python's floats are
 * always a {@link Float}, so that `1.0` stays a float. `null` is None, and an array is a list.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Float
  | Undefined
  | Value[]
  | Tuple
  | Dict
  | PySet
  | View
  | Generator
  | Namespace
  | Callable
  | HostObject;

/** Python's float. A whole one is a Float too, since `1.0` prints otherwise than `1`. */
export class Float {
  readonly value: number;
  /** Printed text where it is not a float's, such as that of a decimal, which keeps its zeros; else `undefined`. */
  readonly text: string | undefined;

  constructor(value: number, text?: string) {
    this.value = value;
    this.text = text;
  }
}

/** The value of a name or attribute that does not exist. It prints as nothing, and using it is an error with its hint. */
export class Undefined {
  /** `'x' is undefined`, `'dict object' has no attribute 'x'`, … */
  readonly hint: string;
  /** The name of the variable, if a variable and no attribute is undefined. */
  readonly variable: string | undefined;
  /** Whether the sandbox forbids the attribute: then any use is a SecurityError. */
  readonly isForbidden: boolean;

  constructor(hint: string, about: { readonly variable?: string; readonly isForbidden?: boolean } = {}) {
    this.hint = hint;
    this.variable = about.variable;
    this.isForbidden = about.isForbidden ?? false;
  }

  /** The error of using this value. */
  error(): PythonError {
    return new PythonError(this.isForbidden ? 'SecurityError' : 'UndefinedError', this.hint, this.variable);
  }
}

/** Python's tuple: it cannot be changed, equals no list, and can be a key of a dict if its items can. */
export class Tuple {
  readonly items: readonly Value[];
  /** Names of the items of a named tuple. */
  readonly fields: readonly string[];

  constructor(items: readonly Value[], fields: readonly string[] = []) {
    this.items = items;
    this.fields = fields;
  }
}

interface Entry {
  readonly key: Value;
  value: Value;
}

/** Python's dict: any hashable key, in the order of insertion. Keys are equal as in Python: `1`, `1.0` and `true` are one. */
export class Dict {
  readonly #entries = new Map<unknown, Entry>();

  constructor(entries: Iterable<readonly [Value, Value]> = []) {
    for (const [key, value] of entries) this.set(key, value);
  }

  get size(): number {
    return this.#entries.size;
  }

  /** @throws {PythonError} TypeError for a key that is not hashable */
  get(key: Value): Value | undefined {
    return this.#entries.get(hashKey(key))?.value;
  }

  has(key: Value): boolean {
    return this.#entries.has(hashKey(key));
  }

  set(key: Value, value: Value): void {
    const hash = hashKey(key);
    const entry = this.#entries.get(hash);
    if (entry) entry.value = value;
    else this.#entries.set(hash, { key, value });
  }

  delete(key: Value): boolean {
    return this.#entries.delete(hashKey(key));
  }

  clear(): void {
    this.#entries.clear();
  }

  keys(): Value[] {
    return Array.from(this.#entries.values(), ({ key }) => key);
  }

  values(): Value[] {
    return Array.from(this.#entries.values(), ({ value }) => value);
  }

  entries(): [Value, Value][] {
    return Array.from(this.#entries.values(), ({ key, value }) => [key, value]);
  }
}

/** Python's set. Its order is that of insertion; Python's is arbitrary. */
export class PySet {
  readonly #items = new Map<unknown, Value>();

  constructor(items: Iterable<Value> = []) {
    for (const item of items) this.add(item);
  }

  get size(): number {
    return this.#items.size;
  }

  /** @throws {PythonError} TypeError for an item that is not hashable */
  add(item: Value): void {
    const hash = hashKey(item);
    if (!this.#items.has(hash)) this.#items.set(hash, item);
  }

  has(item: Value): boolean {
    return this.#items.has(hashKey(item));
  }

  delete(item: Value): boolean {
    return this.#items.delete(hashKey(item));
  }

  clear(): void {
    this.#items.clear();
  }

  values(): Value[] {
    return [...this.#items.values()];
  }
}

export interface RangeBounds {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
}

/** A range or a view of a dict: `range(3)`, `d.keys()`. Its items are computed at each use, since the dict may change. */
export class View {
  readonly typeName: string;
  readonly items: () => readonly Value[];
  /** Start, stop and step, if it is a range. */
  readonly bounds: RangeBounds | undefined;
  /** The dict that it is a view of, if any. */
  readonly dict: Dict | undefined;

  constructor(
    typeName: string,
    items: () => readonly Value[],
    { bounds, dict }: { readonly bounds?: RangeBounds; readonly dict?: Dict },
  ) {
    this.typeName = typeName;
    this.items = items;
    this.bounds = bounds;
    this.dict = dict;
  }
}

/**
 * Python's generator: the value of `map`, `select`, `zip` and the like. Its items can be read once. Each is computed when
 * it is read, so an item that is never read cannot fail.
 */
export class Generator {
  readonly typeName: string;
  /** The number of generators below this one that read from each other: each takes some of the stack. */
  readonly depth: number;
  readonly #items: Iterator<Value>;
  #isRunning = false;

  constructor(items: Iterable<Value>, typeName = 'generator', depth = 0) {
    this.#items = items[Symbol.iterator]();
    this.typeName = typeName;
    this.depth = depth;
  }

  /**
   * The next item, or `undefined` behind the last.
   * @throws {PythonError} ValueError when computing the item reads this generator
   */
  next(): Value | undefined {
    if (this.#isRunning) throw new PythonError('ValueError', 'generator already executing');
    this.#isRunning = true;
    try {
      const step = this.#items.next();
      return step.done ? undefined : step.value;
    } finally {
      this.#isRunning = false;
    }
  }

  rest(): readonly Value[] {
    const rest: Value[] = [];
    for (let item = this.next(); item !== undefined; item = this.next()) rest.push(item);
    return rest;
  }
}

/** `namespace(…)`: what `{% set ns.x = … %}` may assign to. */
export class Namespace {
  readonly attributes: Dict;

  constructor(attributes: Dict) {
    this.attributes = attributes;
  }
}

/** The arguments of a call `f(1, k=2)`, including those that `*` and `**` spread. */
export interface CallArguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

/** `site` is the place of the call. `rendering` is the one it belongs to: a macro is charged to its caller's rendering. */
export type Call = (args: CallArguments, site: Location, rendering?: Rendering) => Value | Promise<Value>;

/** A function that templates can call. */
export class Callable {
  readonly name: string;
  readonly call: Call;
  /** The attributes of the function, such as `macro.name`. */
  readonly attributes: ReadonlyMap<string, Value>;

  constructor(name: string, call: Call, attributes: ReadonlyMap<string, Value> = new Map()) {
    this.name = name;
    this.call = call;
    this.attributes = attributes;
  }
}

/** A value implemented by the host, such as a relation. Templates reach only what these methods return. */
export abstract class HostObject {
  /** Python's `type(x).__name__`, which errors show. */
  abstract readonly typeName: string;

  /** `object.name`; `undefined` when there is no such attribute. */
  abstract getAttribute(name: string): Value | undefined;

  /** Python's str(). */
  abstract print(): string;

  /** Python's repr(), which is how it prints inside a list. */
  represent(): string {
    return this.print();
  }

  /** `object[key]`; `undefined` when there is no such item. */
  getItem(_key: Value): Value | undefined {
    return undefined;
  }

  /** The items that a loop visits; `undefined` when it is not iterable. */
  items(): readonly Value[] | undefined {
    return undefined;
  }

  /** Python's len(); `undefined` when it has no length. */
  length(): number | undefined {
    return this.items()?.length;
  }

  /** Whether `is mapping` holds. */
  isMapping(): boolean {
    return false;
  }

  isTruthy(): boolean {
    return true;
  }

  /** Objects with the same key are equal, and one key of a dict. `undefined`: the object equals only itself. */
  equalityKey(): string | undefined {
    return undefined;
  }

  /** Negative, 0 or positive, as in a sort; `undefined` when they cannot be compared. */
  compare(_other: Value): number | undefined {
    return undefined;
  }

  /** `left operator right` with this object on one side; `undefined` when it does not support the operator. */
  operate(_operator: string, _left: Value, _right: Value): Value | undefined {
    return undefined;
  }

  /** The function that a call of the object runs; `undefined` when it is not callable. */
  asCallable(): Callable | undefined {
    return undefined;
  }
}

/** The key of JavaScript's Map for a value: identical for values that Python calls equal. */
function hashKey(key: Value): unknown {
  if (typeof key === 'string') return key.startsWith('\0') ? `\0s${key}` : key;
  if (key === null || typeof key === 'number' || typeof key === 'bigint') return key;
  if (typeof key === 'boolean') return Number(key);
  if (key instanceof Float) return floatKey(key.value);
  if (key instanceof Tuple) return tupleKey(key);
  if (key instanceof HostObject) {
    const equality = key.equalityKey();
    return equality === undefined ? key : `\0o${key.typeName}:${equality}`;
  }
  if (key instanceof Undefined) {
    if (key.isForbidden) throw key.error();
    return '\0u';
  }
  if (Array.isArray(key) || key instanceof Dict || key instanceof PySet) {
    throw new PythonError('TypeError', `unhashable type: '${typeName(key)}'`);
  }
  return key;
}

/** Whether a value can be a key of a dict. */
export function isHashable(value: Value): boolean {
  try {
    hashKey(value);
    return true;
  } catch (error) {
    if (error instanceof PythonError && error.kind === 'TypeError') return false;
    throw error;
  }
}

function floatKey(value: number): unknown {
  if (!Number.isInteger(value)) return value;
  return Number.isSafeInteger(value) ? value : BigInt(value);
}

/**
 * The key of a tuple. Its length is limited: nested tuples that share items take little memory and print as very long
 * texts.
 */
function tupleKey({ items }: Tuple): string {
  const parts = items.map(nestedKey);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length > MAX_TEXT / 100) throw new PythonError('LimitError', 'a tuple is too large to be a key');
  return `\0t(${parts.join()})`;
}

function nestedKey(key: Value): string {
  const hash = hashKey(key);
  if (typeof hash === 'string') return JSON.stringify(hash);
  if (hash === null || typeof hash === 'number' || typeof hash === 'bigint') return String(hash);
  throw new PythonError('TypeError', `a tuple with a '${typeName(key)}' cannot be a key`);
}

/** Python's `type(x).__name__`. */
export function typeName(value: Value): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number' || typeof value === 'bigint') return 'int';
  if (typeof value === 'string') return 'str';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Float) return 'float';
  if (value instanceof Tuple) return 'tuple';
  if (value instanceof Dict) return 'dict';
  if (value instanceof PySet) return 'set';
  if (value instanceof Undefined) return 'Undefined';
  if (value instanceof Namespace) return 'Namespace';
  if (value instanceof Callable) return 'function';
  return value.typeName;
}

/** Python's bool(). */
export function isTruthy(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  if (value === null || value === '' || value === 0) return false;
  if (typeof value !== 'object') return true;
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Undefined) {
    if (value.isForbidden) throw value.error();
    return false;
  }
  if (value instanceof Float) return value.value !== 0;
  if (value instanceof Tuple) return value.items.length > 0;
  if (value instanceof Dict || value instanceof PySet) return value.size > 0;
  if (value instanceof View) return value.items().length > 0;
  return value instanceof HostObject ? value.isTruthy() : true;
}

/** Python's int of a bigint: a `number` up to 2^53, a `bigint` beyond. */
export function wholeNumber(value: bigint): number | bigint {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}
