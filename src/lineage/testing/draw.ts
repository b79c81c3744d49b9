/**
 * Choices that bytes decide. fast-check makes the bytes, and takes them away again to find a small failing draw:
 * without bytes every choice is the first one, so the simplest stands first in every list.
 */
export class Draw {
  readonly #bytes: Uint8Array;
  #next = 0;
  #names = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

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

  /** Whether a rare choice is made, once in so many times. */
  once(inTimes: number): boolean {
    return this.below(inTimes) === inTimes - 1;
  }

  fresh(letter: string): string {
    this.#names += 1;
    return `${letter}${this.#names}`;
  }
}
