import type { ParseAnswer } from './parse-sql.ts';

/**
 * Cache of the parse trees of the latest texts, for all databases of a run: several stages parse the same query. A text
 * has the same tree in each database, since none has settings of its own for the parser.
 */
export class ParseCache {
  readonly #parsed = new Map<string, ParsedText>();
  #size = 0;
  /** Texts that the engine is parsing; the promise gives `undefined` if that fails. */
  readonly #open = new Map<string, Promise<ParsedText | undefined>>();

  /** The answer for a text. Of several callers at the same time only one parses; if that fails, the next one tries. */
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

/** Size of the cache in characters of JSON. The objects of these trees take about ten times as many bytes. */
const MOST_CHARACTERS = 8_000_000;
