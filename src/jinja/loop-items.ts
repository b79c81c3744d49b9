import { iterate } from './iterate.ts';
import { Generator, type Value } from './value.ts';

/**
 * What a loop goes through. A list is looked at as it is now, since it may grow while it is walked; of a generator no more
 * is computed than was asked for.
 */
export class LoopItems {
  readonly #items: readonly Value[];
  readonly #source: Generator | undefined;
  readonly #taken: Value[] = [];

  /** @throws {PythonError} for what cannot be looped over. */
  constructor(iterable: Value) {
    this.#source = iterable instanceof Generator ? iterable : undefined;
    this.#items = this.#source ? this.#taken : iterate(iterable);
  }

  /** `undefined` behind the last one. */
  at(index: number): Value | undefined {
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
