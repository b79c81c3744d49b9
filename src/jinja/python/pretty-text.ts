import { orderOf } from '../values/comparison.ts';
import type { Meter } from '../values/meter.ts';
import { reprValue } from '../values/print-value.ts';
import { PythonError } from '../values/python-error.ts';
import { Dict, PySet, Tuple, typeName, type Value } from '../values/value.ts';
import { textLength } from './text.ts';
import { SPACE, splitLines } from './whitespace.ts';

const WIDTH = 80;

/** A value as Python's pprint writes it: over several lines, with sorted keys (Python: pprint.pformat). */
export function prettyText(value: Value, meter: Meter): string {
  return new PrettyPrinter(meter).format(value, 0, 0, 1);
}

class PrettyPrinter {
  readonly #meter: Meter;
  readonly #open = new Set<Value>();

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  /** Writes a value. `column` is where it begins, `behind` the number of characters that follow on its last line. */
  format(value: Value, column: number, behind: number, level: number): string {
    const line = this.#onOneLine(value);
    if (textLength(line) <= WIDTH - column - behind) return line;
    if (typeof value === 'string') return this.#text(value, column, behind, level);
    if (Array.isArray(value)) return `[${this.#items(value, column, behind + 1, level)}]`;
    if (isPlainTuple(value)) {
      const end = value.items.length === 1 ? ',)' : ')';
      return `(${this.#items(value.items, column, behind + end.length, level)}${end}`;
    }
    if (value instanceof Dict) return `{${this.#entries(value, column, behind + 1, level)}}`;
    if (value instanceof PySet) return `{${this.#items(value.values().sort(byKind), column, behind + 1, level)}}`;
    return line;
  }

  #items(items: readonly Value[], column: number, behind: number, level: number): string {
    return items
      .map((item, index) => this.format(item, column + 1, index === items.length - 1 ? behind : 1, level + 1))
      .join(lineBreak(column + 1));
  }

  #entries(dict: Dict, column: number, behind: number, level: number): string {
    const entries = sortedEntries(dict);
    return entries
      .map(([key, item], index) => {
        const name = `${this.#onOneLine(key)}: `;
        return (
          name + this.format(item, column + 1 + textLength(name), index === entries.length - 1 ? behind : 1, level + 1)
        );
      })
      .join(lineBreak(column + 1));
  }

  /** Writes a long text as several adjacent literals. At the top level they stand in parentheses. */
  #text(text: string, column: number, behind: number, level: number): string {
    const isAlone = level === 1;
    const start = isAlone ? column + 1 : column;
    const end = isAlone ? behind + 1 : behind;
    const lines = splitLines(text, true);
    const chunks = lines.flatMap((line, index) => chunksOf(line, WIDTH - start, index === lines.length - 1 ? end : 0));
    if (chunks.length === 1) return chunks.join('');
    const joined = chunks.join(`\n${' '.repeat(start)}`);
    return isAlone ? `(${joined})` : joined;
  }

  #onOneLine(value: Value): string {
    const text = this.#sorted(value);
    this.#meter.work(text.length);
    return text;
  }

  /** repr() with sorted keys. */
  #sorted(value: Value): string {
    if (!Array.isArray(value) && !isPlainTuple(value) && !(value instanceof Dict)) return reprValue(value);
    if (this.#open.has(value))
      throw new PythonError('ValueError', 'a value that contains itself cannot be pretty-printed');
    if (this.#open.size > 200) throw new PythonError('LimitError', 'a value is nested too deeply to be printed');
    this.#open.add(value);
    const text = this.#container(value);
    // Charged for each part, since writing it takes time.
    this.#meter.work(10 * text.length);
    this.#open.delete(value);
    return text;
  }

  #container(value: Value[] | Tuple | Dict): string {
    if (value instanceof Dict) {
      const entries = sortedEntries(value).map(([key, item]) => `${this.#sorted(key)}: ${this.#sorted(item)}`);
      return `{${entries.join(', ')}}`;
    }
    const items = Array.isArray(value) ? value : value.items;
    const list = items.map((item) => this.#sorted(item)).join(', ');
    return Array.isArray(value) ? `[${list}]` : `(${list}${items.length === 1 ? ',' : ''})`;
  }
}

/** Whether a tuple can be broken over lines: a named tuple writes itself on one. */
function isPlainTuple(value: Value): value is Tuple {
  return value instanceof Tuple && value.fields.length === 0;
}

function lineBreak(indent: number): string {
  return `,\n${' '.repeat(indent)}`;
}

const WORDS = new RegExp(`[^${SPACE}]*[${SPACE}]+|[^${SPACE}]+`, 'g');

/** A line in one piece if it fits, else cut behind white space. `behind` characters stay free after the last piece. */
function chunksOf(line: string, width: number, behind: number): readonly string[] {
  const whole = reprValue(line);
  if (textLength(whole) <= width - behind) return [whole];
  const chunks: string[] = [];
  let current = '';
  const words = line.match(WORDS) ?? [];
  for (const [index, word] of words.entries()) {
    const room = index === words.length - 1 ? width - behind : width;
    if (current !== '' && textLength(reprValue(current + word)) > room) {
      chunks.push(reprValue(current));
      current = '';
    }
    current += word;
  }
  return [...chunks, reprValue(current)];
}

function sortedEntries(dict: Dict): readonly (readonly [Value, Value])[] {
  return dict.entries().sort(([a], [b]) => byKind(a, b));
}

/** Compares two keys; keys that Python cannot compare are ordered by their types. */
function byKind(left: Value, right: Value): number {
  try {
    return orderOf(left, right);
  } catch (error) {
    if (!(error instanceof PythonError) || error.kind !== 'TypeError') throw error;
    return typeName(left) < typeName(right) ? -1 : typeName(left) > typeName(right) ? 1 : 0;
  }
}
