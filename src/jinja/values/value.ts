import type { Location } from '../../location.ts';
import type { Rendering } from '../evaluate/rendering.ts';
import { floatText } from '../python/number-text.ts';
import { stringRepr } from '../python/string-repr.ts';
import { MAX_TEXT } from './limits.ts';
import { PythonError } from './python-error.ts';

/**
 * A Python value as templates see it. `number` is always whole (Python's int; `bigint` beyond 2^53), a {@link Float} is
 * always boxed so that `1.0` stays a float, and an array is a list.
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

/** Python's float. Whole ones are boxed too, since `1.0` prints otherwise than `1`. */
export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** What a name or attribute that does not exist gives: prints as nothing, fails with its hint when used. */
export class Undefined {
  /** `'x' is undefined`, `'dict object' has no attribute 'x'`, … */
  readonly hint: string;
  /** The variable nobody defined, when it is one. */
  readonly variable: string | undefined;
  /** Asking for it broke a rule of the sandbox: any use is a SecurityError. */
  readonly isForbidden: boolean;

  constructor(hint: string, about: { readonly variable?: string; readonly isForbidden?: boolean } = {}) {
    this.hint = hint;
    this.variable = about.variable;
    this.isForbidden = about.isForbidden ?? false;
  }

  /** The error that using it raises. */
  error(): PythonError {
    return new PythonError(this.isForbidden ? 'SecurityError' : 'UndefinedError', this.hint, this.variable);
  }
}

/** Python's tuple: cannot be changed, equals no list, and is a key of a dict where its items are. */
export class Tuple {
  readonly items: readonly Value[];
  /** The names its items can be read by, when it is a named tuple. */
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

/** A dict: any hashable key, in the order of insertion, keys equal as in Python (`1`, `1.0` and `true` are one key). */
export class Dict {
  readonly #entries = new Map<unknown, Entry>();

  constructor(entries: Iterable<readonly [Value, Value]> = []) {
    for (const [key, value] of entries) this.set(key, value);
  }

  get size(): number {
    return this.#entries.size;
  }

  /** @throws {PythonError} for a key that is no hashable value. */
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

/** A set; its order is that of insertion, as Python's is arbitrary. */
export class PySet {
  readonly #items = new Map<unknown, Value>();

  constructor(items: Iterable<Value> = []) {
    for (const item of items) this.add(item);
  }

  get size(): number {
    return this.#items.size;
  }

  /** @throws {PythonError} for an item that is no hashable value. */
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

/** A sequence that is no list: `range(3)`, `d.keys()`. Asked for its items each time, since a dict may have changed. */
export class View {
  readonly typeName: string;
  readonly items: () => readonly Value[];
  /** Of a range. */
  readonly bounds: RangeBounds | undefined;
  /** What it shows, when that is a dict. */
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
 * What `map`, `select`, `zip` and the like give: can be walked through once (Python: generator). Its items are computed
 * when they are asked for, so an error in one that nobody reads is no error.
 */
export class Generator {
  readonly typeName: string;
  /** How many generators it reads through: each takes some of the stack. */
  readonly depth: number;
  readonly #items: Iterator<Value>;
  #isRunning = false;

  constructor(items: Iterable<Value>, typeName = 'generator', depth = 0) {
    this.#items = items[Symbol.iterator]();
    this.typeName = typeName;
    this.depth = depth;
  }

  /** @throws {PythonError} ValueError when computing the item asks for the item. */
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

/** What a call gives: `f(1, k=2)`; what is spread by `*` and `**` is among them. */
export interface CallArguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

/** `site` is the place of the call, `rendering` what it is a part of: macros go on counting where their caller is. */
export type Call = (args: CallArguments, site: Location, rendering?: Rendering) => Value | Promise<Value>;

/** A function templates may call. */
export class Callable {
  readonly name: string;
  readonly call: Call;
  /** What `function.name` gives; without it a function has no attributes. */
  readonly attributes: ReadonlyMap<string, Value>;

  constructor(name: string, call: Call, attributes: ReadonlyMap<string, Value> = new Map()) {
    this.name = name;
    this.call = call;
    this.attributes = attributes;
  }
}

/** An object of the host. Templates reach only what these methods give. */
export abstract class HostObject {
  /** As Python's `type(x).__name__`: shown in errors. */
  abstract readonly typeName: string;

  /** `object.name`; `undefined` when there is no such attribute. */
  abstract getAttribute(name: string): Value | undefined;

  /** Python's str(). */
  abstract print(): string;

  /** Python's repr(), as it is printed inside a list. */
  represent(): string {
    return this.print();
  }

  /** `object[key]`. */
  getItem(_key: Value): Value | undefined {
    return undefined;
  }

  /** What a loop over it visits; `undefined` when it cannot be looped over. */
  items(): readonly Value[] | undefined {
    return undefined;
  }

  /** Python's len(); `undefined` when it has none. */
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

  /** Two objects with the same key are equal and one key of a dict; without it each object equals only itself. */
  equalityKey(): string | undefined {
    return undefined;
  }

  /** Less than, equal to or greater than, as a negative number, 0 or a positive one; `undefined`: cannot be compared. */
  compare(_other: Value): number | undefined {
    return undefined;
  }

  /** `left operator right` with this object on one side; `undefined` when it does not support that. */
  operate(_operator: string, _left: Value, _right: Value): Value | undefined {
    return undefined;
  }

  /** What calling the object itself does; without it the object is not callable. */
  asCallable(): Callable | undefined {
    return undefined;
  }
}

/** What stands for a key inside a dict or set: equal for values that Python calls equal. */
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

/** Whether it can be a key of a dict. */
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

/** Bounded, because a tuple in a tuple in a tuple … takes little memory and is written as more than any memory holds. */
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

/** Python's str(). @throws {PythonError} when the text would be too long. */
export function printValue(value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof Undefined) {
    if (value.isForbidden) throw value.error();
    return '';
  }
  return value instanceof HostObject ? value.print() : reprValue(value);
}

/** Python's repr(). @throws {PythonError} when the text would be too long. */
export function reprValue(value: Value): string {
  if (typeof value === 'string') return stringRepr(value);
  if (typeof value === 'number') return String(value);
  return new Printer().repr(value);
}

/** Bounded, because a list in a list in a list … takes little memory and prints as more than any memory holds. */
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
    if (value instanceof Float) return floatText(value.value);
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

/** A whole number as the smallest type that holds it. */
export function wholeNumber(value: bigint): number | bigint {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

/**
 * Plain data (JSON, YAML, rows) as a value: arrays become lists, Maps and objects dicts, Sets sets, dates and everything
 * else of the host are printed. Values stay what they are.
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
 * The inverse of {@link toValue}, for what a template hands to the host: lists, tuples and sets become arrays, dicts
 * Maps, an Undefined `undefined`, and objects of the host what they print.
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
