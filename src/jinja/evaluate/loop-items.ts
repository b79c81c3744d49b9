import { iterate } from '../values/iterate.ts';
import { PythonError } from '../values/python-error.ts';
import { Dict, Generator, PySet, type Value, View } from '../values/value.ts';

/**
 * The items of a loop, by their index. A list is read at each access, since the loop's body may append to it. A generator
 * computes no more items than were read.
 */
export class LoopItems {
  readonly #items: readonly Value[];
  readonly #source: Generator | undefined;
  readonly #taken: Value[] = [];
  readonly #container: Dict | PySet | undefined;
  readonly #size: number | undefined;

  /** @throws {PythonError} for what cannot be looped over. */
  constructor(iterable: Value) {
    this.#source = iterable instanceof Generator ? iterable : undefined;
    this.#items = this.#source ? this.#taken : iterate(iterable);
    this.#container = containerOf(iterable);
    this.#size = this.#container?.size;
  }

  /** The item, or `undefined` behind the last one. @throws {PythonError} RuntimeError when a dict or set changed its size */
  at(index: number): Value | undefined {
    if (this.#container?.size !== this.#size) {
      const typeName = this.#container instanceof Dict ? 'dictionary' : 'Set';
      throw new PythonError('RuntimeError', `${typeName} changed size during iteration`);
    }
    while (this.#source && this.#taken.length <= index) {
      const item = this.#source.next();
      if (item === undefined) break;
      this.#taken.push(item);
    }
    return this.#items[index];
  }

  /** The number of items; computes all items of a generator. */
  get length(): number {
    if (this.#source) this.#taken.push(...this.#source.rest());
    return this.#items.length;
  }
}

function containerOf(value: Value): Dict | PySet | undefined {
  if (value instanceof Dict || value instanceof PySet) return value;
  return value instanceof View ? value.dict : undefined;
}
