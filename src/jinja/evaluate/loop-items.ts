import { iterate } from '../values/iterate.ts';
import { PythonError } from '../values/python-error.ts';
import { Dict, Generator, PySet, type Value, View } from '../values/value.ts';

/**
 * What a loop goes through. A list is looked at as it is now, since it may grow while it is walked; of a generator no more
 * is computed than was asked for.
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

  /** `undefined` behind the last one. @throws {PythonError} RuntimeError for a dict or set that has another size than before. */
  at(index: number): Value | undefined {
    if (this.#container?.size !== this.#size) {
      const what = this.#container instanceof Dict ? 'dictionary' : 'Set';
      throw new PythonError('RuntimeError', `${what} changed size during iteration`);
    }
    while (this.#source && this.#taken.length <= index) {
      const item = this.#source.next();
      if (item === undefined) break;
      this.#taken.push(item);
    }
    return this.#items[index];
  }

  /** Computes all items there are. */
  get length(): number {
    if (this.#source) this.#taken.push(...this.#source.rest());
    return this.#items.length;
  }
}

function containerOf(value: Value): Dict | PySet | undefined {
  if (value instanceof Dict || value instanceof PySet) return value;
  return value instanceof View ? value.dict : undefined;
}
