import type { Location } from '../../location.ts';
import { excerpt, locationAt, type Source } from './source.ts';
import { TemplateError } from './template-error.ts';
import { describeToken, type Operator, type Token } from './token.ts';

/** The tokens of a template and the parser's position in them. */
export class TokenStream {
  readonly source: Source;
  readonly #tokens: readonly Token[];
  #index = 0;

  /** The last token must be `end`. */
  constructor(source: Source, tokens: readonly Token[]) {
    this.source = source;
    this.#tokens = tokens;
  }

  get current(): Token {
    return this.#at(this.#index);
  }

  get following(): Token {
    return this.#at(this.#index + 1);
  }

  /** The token that was read last. */
  get previous(): Token {
    return this.#at(Math.max(0, this.#index - 1));
  }

  get location(): Location {
    return locationAt(this.source, this.current.start);
  }

  next(): Token {
    const token = this.current;
    if (this.#index < this.#tokens.length - 1) this.#index++;
    return token;
  }

  isName(name: string): boolean {
    const token = this.current;
    return token.type === 'name' && token.name === name;
  }

  isOperator(operator: Operator): boolean {
    const token = this.current;
    return token.type === 'operator' && token.operator === operator;
  }

  takeName(name: string): boolean {
    const found = this.isName(name);
    if (found) this.next();
    return found;
  }

  takeOperator(operator: Operator): boolean {
    const found = this.isOperator(operator);
    if (found) this.next();
    return found;
  }

  expectName(): string {
    const token = this.current;
    if (token.type !== 'name') return this.fail(`Expected a name, but here is ${describeToken(token)}.`);
    this.next();
    return token.name;
  }

  expectWord(word: string): void {
    if (!this.takeName(word)) this.fail(`Expected '${word}', but here is ${describeToken(this.current)}.`);
  }

  expectOperator(operator: Operator): void {
    if (!this.takeOperator(operator)) this.fail(`Expected '${operator}', but here is ${describeToken(this.current)}.`);
  }

  expectEnd(type: 'end-print' | 'end-block'): void {
    if (this.current.type !== type) {
      const end = type === 'end-print' ? '}}' : '%}';
      this.fail(`Expected '${end}', but here is ${describeToken(this.current)}.`);
    }
    this.next();
  }

  fail(message: string, at: Location = this.location, fix?: string): never {
    throw new TemplateError({
      code: 'jinja-syntax',
      message,
      location: at,
      excerpt: excerpt(this.source, at),
      ...(fix && { fix }),
    });
  }

  #at(index: number): Token {
    const token = this.#tokens[index] ?? this.#tokens.at(-1);
    if (!token) throw new Error('internal: a token stream without an end');
    return token;
  }
}
