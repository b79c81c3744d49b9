import type { ParseAnswer } from './parse-sql.ts';

/**
 * Parse trees of the last texts, for all databases of a run: several stages look at the same query. A text has the same
 * tree in each database, since none has settings of its own for the parser.
 */
export class ParseCache {
  readonly #parsed = new Map<string, ParsedText>();
  #size = 0;
  /** Texts that the engine parses right now; `undefined` comes out where that failed. */
  readonly #open = new Map<string, Promise<ParsedText | undefined>>();

  /** The answer for a text. Only one of several who want it at the same time parses; the next one does where that fails. */
  async answer(text: string, parse: () => Promise<ParsedText>): Promise<ParseAnswer> {
    for (let open = this.#open.get(text); open; open = this.#open.get(text)) {
      const parsed = await open;
      if (parsed) return parsed.answer;
    }
    const found = this.#parsed.get(text);
    if (found) return found.answer;
    const work = parse();
    const settled = work.catch(() => undefined).finally(() => this.#open.delete(text));
    this.#open.set(text, settled);
    const parsed = await work;
    this.#keep(text, parsed);
    return parsed.answer;
  }

  #keep(text: string, parsed: ParsedText): void {
    if (parsed.size > MOST_CHARACTERS || this.#parsed.has(text)) return;
    this.#parsed.set(text, parsed);
    this.#size += parsed.size;
    for (const [oldest, { size }] of this.#parsed) {
      if (this.#size <= MOST_CHARACTERS) break;
      this.#parsed.delete(oldest);
      this.#size -= size;
    }
  }
}

interface ParsedText {
  readonly answer: ParseAnswer;
  /** Characters of the answer as JSON. */
  readonly size: number;
}

/** Characters of JSON that are kept; the objects made of them take some ten times that many bytes. */
const MOST_CHARACTERS = 8_000_000;
