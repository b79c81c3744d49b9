/**
 * Random choices, each decided by one byte. fast-check draws the bytes, and shrinks them to find a small failing case.
 * The first choice is taken where no byte is left, so a list of choices begins with the simplest.
 */
export class Draw {
  readonly #bytes: Uint8Array;
  #next = 0;
  #names = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** A number from 0 on, below `count`, which is at most 256. */
  below(count: number): number {
    const byte = this.#bytes[this.#next] ?? 0;
    this.#next += 1;
    return byte % count;
  }

  pick<T>(choices: readonly [T, ...T[]] | readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) throw new Error('nothing to choose from');
    return choice;
  }

  /** Whether a rare choice is taken: in one of `inTimes` draws. */
  once(inTimes: number): boolean {
    return this.below(inTimes) === inTimes - 1;
  }

  /** A name that no earlier call gave: the letter and a number. */
  fresh(letter: string): string {
    this.#names += 1;
    return `${letter}${this.#names}`;
  }
}
