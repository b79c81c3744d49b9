import { literal, type Sql } from '../../sql.ts';
import { type Token, tokenize } from '../../sql-tokens.ts';

/** Name of a table or column in a statement; schema and database may be missing. */
export type WrittenName = readonly [string, ...string[]];

/**
 * A reader of one statement, from its start. Each `take…` method moves behind the piece that it returns, and does not
 * move if there is no such piece next.
 */
export class StatementText {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  /** Takes these words if all of them come next. */
  take(...words: readonly string[]): boolean {
    const come = words.every((word, index) => this.#isWord(this.#tokens[this.#next + index], word));
    if (come) this.#next += words.length;
    return come;
  }

  takeSymbol(symbol: string): boolean {
    const comes = this.#tokens[this.#next]?.kind === 'symbol' && this.#tokens[this.#next]?.value === symbol;
    if (comes) this.#next += 1;
    return comes;
  }

  /** Takes a name with its schema and database, as far as the statement names them. */
  takeName(): WrittenName | undefined {
    const first = this.#takeSimpleName();
    if (first === undefined) return undefined;
    const names: [string, ...string[]] = [first];
    while (this.takeSymbol('.')) {
      const name = this.#takeSimpleName();
      if (name === undefined) return undefined;
      names.push(name);
    }
    return names.length <= 4 ? names : undefined;
  }

  /** Takes a text literal in plain quotes; `undefined` for one with escapes (`e'…'`) or a tag (`$tag$`). */
  takeText(): Sql | undefined {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'text' || !token.value.startsWith("'")) return undefined;
    this.#next += 1;
    return literal(token.value.slice(1, -1).replaceAll("''", "'"));
  }

  /** Takes a group in round brackets, and returns the text inside. */
  takeGroup(): string | undefined {
    const open = this.#tokens[this.#next];
    if (open?.kind !== 'symbol' || open.value !== '(') return undefined;
    const close = this.#tokens.findIndex(
      ({ kind, value, depth }, index) =>
        index > this.#next && kind === 'symbol' && value === ')' && depth === open.depth,
    );
    const end = this.#tokens[close];
    if (!end) return undefined;
    this.#next = close + 1;
    return this.#text.slice(open.end, end.start);
  }

  /** Whether the next piece is a group in round brackets with only names and commas. */
  startsGroupOfNames(): boolean {
    const before = this.#next;
    const group = this.takeGroup();
    this.#next = before;
    if (group === undefined) return false;
    return tokenize(group).every(
      ({ kind, value }) =>
        kind === 'quoted' || (kind === 'word' && value !== 'select' && value !== 'from') || value === ',',
    );
  }

  /** Takes the text before the next such word outside of brackets, or all text if there is none. */
  takeUntilWord(word: string): string {
    const start = this.#place();
    while (this.#next < this.#tokens.length) {
      const token = this.#tokens[this.#next];
      if (token?.depth === 0 && this.#isWord(token, word)) break;
      this.#next += 1;
    }
    return this.#text.slice(start, this.#place());
  }

  /** The parts of the whole text between its commas outside of brackets. */
  commaParts(): readonly string[] {
    const commas = this.#tokens.filter(({ kind, value, depth }) => kind === 'symbol' && value === ',' && depth === 0);
    if (this.#tokens.length === 0) return [];
    return [...commas, undefined].map((comma, index) => this.#text.slice(commas[index - 1]?.end ?? 0, comma?.start));
  }

  /** The remaining text. */
  rest(): string {
    const start = this.#place();
    this.#next = this.#tokens.length;
    return this.#text.slice(start);
  }

  isAtEnd(): boolean {
    return this.#next === this.#tokens.length;
  }

  #place(): number {
    return this.#tokens[this.#next]?.start ?? this.#text.length;
  }

  #isWord(token: Token | undefined, word: string): boolean {
    return token?.kind === 'word' && token.value === word;
  }

  #takeSimpleName(): string | undefined {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'word' && token?.kind !== 'quoted') return undefined;
    this.#next += 1;
    return token.kind === 'quoted' ? token.value : this.#text.slice(token.start, token.end);
  }
}
