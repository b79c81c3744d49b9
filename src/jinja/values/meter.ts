import type { Limits } from './limits.ts';
import { PythonError } from './python-error.ts';

/** Counts what one rendering uses up, so that a hostile template neither hangs nor takes all memory. */
export class Meter {
  readonly #limits: Limits;
  #iterations = 0;
  #work = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Rounds of loops, and items that filters visit one by one. @throws {PythonError} LimitError beyond the limit. */
  iterate(rounds: number): void {
    this.#iterations += rounds;
    if (this.#iterations > this.#limits.iterations) {
      throw new PythonError('LimitError', `more than ${this.#limits.iterations} rounds of loops`);
    }
  }

  /** Characters and items that operations touch. @throws {PythonError} LimitError beyond the limit. */
  work(size: number): void {
    this.#work += size;
    if (this.#work > this.#limits.work) throw new PythonError('LimitError', 'the template computes too much');
  }
}
