import type { Limits } from './limits.ts';
import { PythonError } from './python-error.ts';

/** Counts the work of one rendering against its limits, so that a hostile template neither hangs nor takes all memory. */
export class Meter {
  readonly #limits: Limits;
  #iterations = 0;
  #work = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Charges rounds of a loop, or items that a filter visits. @throws {PythonError} LimitError */
  iterate(rounds: number): void {
    this.#iterations += rounds;
    if (this.#iterations > this.#limits.iterations) {
      throw new PythonError('LimitError', `more than ${this.#limits.iterations} rounds of loops`);
    }
  }

  /** Charges characters and items that an operation touches. @throws {PythonError} LimitError */
  work(size: number): void {
    this.#work += size;
    if (this.#work > this.#limits.work) throw new PythonError('LimitError', 'the template computes too much');
  }
}
