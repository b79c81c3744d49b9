import { orderOf } from '../values/comparison.ts';
import { MAX_TEXT } from '../values/limits.ts';
import { PythonError } from '../values/python-error.ts';
import { Dict, Float, Tuple, typeName, type Value } from '../values/value.ts';
import { floatText } from './number-text.ts';

export interface JsonOptions {
  readonly sortsKeys: boolean;
  /** The indent of each level, whose items stand on lines of their own. Without it the text is one line. */
  readonly indent?: string | undefined;
}

/** Python's json.dumps(). @throws {PythonError} TypeError for a value that JSON cannot hold */
export function jsonText(value: Value, options: JsonOptions): string {
  return new JsonWriter(options).write(value, '\n');
}

/** Writes JSON. The length is limited: nested lists that share items take little memory and give very long texts. */
class JsonWriter {
  readonly #options: JsonOptions;
  readonly #open = new Set<Value>();
  #length = 0;

  constructor(options: JsonOptions) {
    this.#options = options;
  }

  /** `lineStart` is the line end and indent of the value's level. */
  write(value: Value, lineStart: string): string {
    if (Array.isArray(value))
      return this.#inside(value, '[]', value, lineStart, (item, inner) => this.write(item, inner));
    if (value instanceof Tuple)
      return this.#inside(value, '[]', value.items, lineStart, (item, inner) => this.write(item, inner));
    if (value instanceof Dict) {
      const entries = value.entries();
      if (this.#options.sortsKeys) entries.sort(([a], [b]) => orderOf(a, b));
      return this.#inside(
        value,
        '{}',
        entries,
        lineStart,
        ([key, item], inner) => `${this.#key(key)}: ${this.write(item, inner)}`,
      );
    }
    return this.#counted(plainText(value) ?? notSerializable(value));
  }

  #inside<Item>(
    container: Value,
    brackets: '[]' | '{}',
    items: readonly Item[],
    lineStart: string,
    write: (item: Item, lineStart: string) => string,
  ): string {
    if (items.length === 0) return this.#counted(brackets);
    if (this.#open.has(container)) throw new PythonError('ValueError', 'Circular reference detected');
    if (this.#open.size > 200) throw new PythonError('LimitError', 'a value is nested too deeply for JSON');
    this.#open.add(container);
    const { indent } = this.#options;
    const inner = lineStart + (indent ?? '');
    const parts = items.map((item) => this.#counted(indent === undefined ? '' : inner) + write(item, inner));
    this.#open.delete(container);
    const [open, close] = brackets;
    return open + parts.join(indent === undefined ? ', ' : ',') + (indent === undefined ? '' : lineStart) + close;
  }

  #key(key: Value): string {
    if (typeof key === 'string') return this.#counted(quoted(key));
    const text = plainText(key);
    if (text === undefined) {
      throw new PythonError('TypeError', `keys must be str, int, float, bool or None, not ${typeName(key)}`);
    }
    return this.#counted(`"${text}"`);
  }

  #counted(text: string): string {
    // Each part is charged 20 characters more than it has: an empty one takes time, too.
    this.#length += text.length + 20;
    if (this.#length > MAX_TEXT * 4) throw new PythonError('LimitError', 'a value is too long for JSON');
    return text;
  }
}

function plainText(value: Value): string | undefined {
  if (typeof value === 'string') return quoted(value);
  if (value === null) return 'null';
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (!(value instanceof Float)) return undefined;
  if (Number.isNaN(value.value)) return 'NaN';
  return Number.isFinite(value.value) ? floatText(value.value) : value.value > 0 ? 'Infinity' : '-Infinity';
}

/** A JSON string in ASCII, as json.dumps() writes it by default. */
function quoted(text: string): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text).replace(/[\x7f-\uffff]/g, escaped);
}

function notSerializable(value: Value): never {
  throw new PythonError('TypeError', `Object of type ${typeName(value)} is not JSON serializable`);
}
