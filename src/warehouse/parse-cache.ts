import type { ParseAnswer } from './parse-sql.ts';

/** Parse trees of the last texts: several stages look at the same query. */
export class ParseCache {
  readonly #answers = new Map<string, { readonly answer: ParseAnswer; readonly size: number }>();
  #size = 0;

  get(text: string): ParseAnswer | undefined {
    return this.#answers.get(text)?.answer;
  }

  /** @param size of the answer as JSON, in characters */
  put(text: string, answer: ParseAnswer, size: number): void {
    if (size > MOST_CHARACTERS || this.#answers.has(text)) return;
    this.#answers.set(text, { answer, size });
    this.#size += size;
    for (const [oldest, entry] of this.#answers) {
      if (this.#size <= MOST_CHARACTERS) break;
      this.#answers.delete(oldest);
      this.#size -= entry.size;
    }
  }
}

/** Characters of JSON that are kept; the objects made of them take some ten times that many bytes. */
const MOST_CHARACTERS = 8_000_000;
