import { PythonError } from '../values/python-error.ts';
import { wholeNumber } from '../values/value.ts';
import { excerpt, locationAt, type Source } from './source.ts';
import { unescapeString } from './string-escapes.ts';
import { TemplateError } from './template-error.ts';
import { OPERATORS, type Operator, type Token } from './token.ts';

/**
 * Splits a template into tokens as Jinja does in dbt's configuration: no trimming of blocks, one newline at the very end
 * dropped, `-` beside a tag eats whitespace, `+` is accepted and does nothing.
 * @throws {TemplateError} for a tag, comment, string or bracket without its end, and for a character no token begins with.
 */
export function tokenize(source: Source): readonly Token[] {
  return new Lexer(source).run();
}

const BLANK = /\s*/y;
const NAME = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;
const FLOAT = /(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy;
const INTEGER = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy;
const STRING = /'([^'\\]*(?:\\[\s\S][^'\\]*)*)'|"([^"\\]*(?:\\[\s\S][^"\\]*)*)"/y;
const TAG = /\{[%{#]/g;
const RAW = /[-+]?\s*raw\s*(-?)%\}/y;
const END_RAW = /\{%([-+]?)\s*endraw\s*([-+]?)%\}/g;
const DOCS = /[-+]?\s*docs\s+\w+\s*[-+]?%\}/y;
const END_DOCS = /\{%[-+]?\s*enddocs\s*[-+]?%\}/g;
const CLOSING: { readonly [opening: string]: string } = { '(': ')', '[': ']', '{': '}' };

class Lexer {
  readonly #source: Source;
  readonly #text: string;
  readonly #end: number;
  readonly #tokens: Token[] = [];
  #at = 0;
  /** The previous tag ended in `-`, so the whitespace after it is dropped. */
  #eatsBlank = false;

  constructor(source: Source) {
    this.#source = source;
    this.#text = source.text;
    this.#end = source.text.endsWith('\n') ? source.text.length - 1 : source.text.length;
  }

  run(): readonly Token[] {
    while (this.#at < this.#end) this.#readTextAndTag();
    this.#tokens.push({ type: 'end', start: this.#end, end: this.#end });
    return this.#tokens;
  }

  #readTextAndTag(): void {
    TAG.lastIndex = this.#at;
    const tag = TAG.exec(this.#text);
    if (!tag) {
      this.#readText(this.#end, false);
      return;
    }
    const start = tag.index;
    const sign = this.#text[start + 2];
    this.#readText(start, sign === '-');
    switch (tag[0]) {
      case '{#':
        this.#skipComment(start);
        return;
      case '{{':
        this.#readTag(start, sign, 'print');
        return;
      default:
        this.#readBlock(start, sign);
        return;
    }
  }

  #readText(end: number, eatsBlankBefore: boolean): void {
    const piece = this.#text.slice(this.#at, end);
    const start = this.#eatsBlank ? this.#at + piece.length - piece.trimStart().length : this.#at;
    this.#eatsBlank = false;
    const stop = eatsBlankBefore ? this.#at + piece.trimEnd().length : end;
    if (stop > start) this.#tokens.push({ type: 'text', text: this.#text.slice(start, stop), start, end: stop });
    this.#at = end;
  }

  #skipComment(start: number): void {
    // In `{#-#}` the sign belongs to the opening, so the search for the end starts behind it.
    const signs = this.#text[start + 2] === '-' || this.#text[start + 2] === '+' ? 1 : 0;
    const end = this.#text.indexOf('#}', start + 2 + signs);
    if (end === -1) {
      // Jinja takes `{#` as text when it is the last thing in the template.
      if (start + 2 + signs < this.#end) this.#fail(start, 'This comment has no end.', 'write #} where it ends');
      this.#at = this.#end;
      return;
    }
    this.#eatsBlank = this.#text[end - 1] === '-' && end - 1 >= start + 2 + signs;
    this.#at = end + 2;
  }

  #readBlock(start: number, sign: string | undefined): void {
    const raw = this.#match(RAW, start + 2);
    if (raw) {
      this.#readRaw(start, raw);
      return;
    }
    const docs = this.#match(DOCS, start + 2);
    this.#readTag(start, sign, 'block');
    if (docs) this.#readDocs(start);
  }

  #readRaw(start: number, opening: RegExpExecArray): void {
    this.#at = start + 2 + opening[0].length;
    this.#eatsBlank = opening[1] === '-';
    END_RAW.lastIndex = this.#at;
    const closing = END_RAW.exec(this.#text);
    if (!closing) {
      if (this.#at < this.#end) this.#fail(start, 'This raw block has no end.', 'write {% endraw %} where it ends');
      this.#at = this.#end;
      return;
    }
    this.#readText(closing.index, closing[1] === '-');
    this.#eatsBlank = closing[2] === '-';
    this.#at = closing.index + closing[0].length;
  }

  /** Reads the body of a docs block as one text: it is Markdown, and braces in it are no tags (dbt). */
  #readDocs(start: number): void {
    END_DOCS.lastIndex = this.#at;
    const closing = END_DOCS.exec(this.#text);
    if (!closing) {
      this.#fail(start, 'This docs block has no end.', 'write {% enddocs %} where it ends');
      return;
    }
    this.#eatsBlank = false;
    this.#readText(closing.index, false);
  }

  #readTag(start: number, sign: string | undefined, kind: 'print' | 'block'): void {
    this.#at = start + (sign === '-' || sign === '+' ? 3 : 2);
    this.#tokens.push({ type: `begin-${kind}`, start, end: this.#at });
    const open: { readonly sign: string; readonly start: number }[] = [];
    for (;;) {
      const blank = this.#match(BLANK, this.#at);
      this.#at += blank?.[0].length ?? 0;
      if (this.#at >= this.#end) {
        const close = kind === 'print' ? '}}' : '%}';
        this.#fail(start, 'This tag has no end.', `write ${close} where it ends`);
      }
      if (open.length === 0 && this.#readTagEnd(kind)) return;
      const token = this.#readToken();
      if (token.type === 'operator') this.#balance(token.operator, token.start, open);
      this.#tokens.push(token);
      this.#at = token.end;
    }
  }

  #readTagEnd(kind: 'print' | 'block'): boolean {
    const sign = this.#text[this.#at];
    const signed = sign === '-' || (sign === '+' && kind === 'block') ? 1 : 0;
    if (!this.#text.startsWith(kind === 'print' ? '}}' : '%}', this.#at + signed)) return false;
    const start = this.#at;
    this.#at += signed + 2;
    this.#eatsBlank = sign === '-';
    this.#tokens.push({ type: `end-${kind}`, start, end: this.#at });
    return true;
  }

  #readToken(): Token {
    const start = this.#at;
    const float = this.#text[start - 1] === '.' ? null : this.#match(FLOAT, start);
    if (float)
      return { type: 'float', value: Number(float[0].replaceAll('_', '')), start, end: start + float[0].length };
    const integer = this.#match(INTEGER, start);
    if (integer)
      return { type: 'integer', value: this.#readInteger(integer[0]), start, end: start + integer[0].length };
    const name = this.#match(NAME, start);
    if (name) return { type: 'name', name: name[0], start, end: start + name[0].length };
    const string = this.#match(STRING, start);
    if (string)
      return {
        type: 'string',
        value: this.#readString(string[1] ?? string[2] ?? ''),
        start,
        end: start + string[0].length,
      };
    const operator = OPERATORS.find((candidate) => this.#text.startsWith(candidate, start));
    if (operator) return { type: 'operator', operator, start, end: start + operator.length };
    const character = String.fromCodePoint(this.#text.codePointAt(start) ?? 0);
    if (character === "'" || character === '"') {
      return this.#fail(start, 'This string has no end.', `write ${character} where it ends`);
    }
    return this.#fail(start, `${character} means nothing inside a tag.`);
  }

  #readInteger(digits: string): number | bigint {
    // Parsing a BigInt takes time quadratic in its digits. 4300 is Python's own limit.
    if (digits.length > 4300) this.#fail(this.#at, 'This number has more than 4300 digits.');
    return wholeNumber(BigInt(digits.replaceAll('_', '').toLowerCase()));
  }

  #readString(literal: string): string {
    try {
      return unescapeString(literal);
    } catch (error) {
      if (error instanceof PythonError) return this.#fail(this.#at, `This string has a ${error.message}.`);
      throw error;
    }
  }

  #balance(operator: Operator, start: number, open: { readonly sign: string; readonly start: number }[]): void {
    if (operator === '(' || operator === '[' || operator === '{') {
      open.push({ sign: operator, start });
    } else if (operator === ')' || operator === ']' || operator === '}') {
      const opening = open.pop();
      if (!opening) this.#fail(start, `Unexpected '${operator}': no bracket is open here.`);
      const expected = CLOSING[opening.sign] ?? '';
      if (expected !== operator) this.#fail(start, `Unexpected '${operator}', expected '${expected}'.`);
    }
  }

  #match(pattern: RegExp, at: number): RegExpExecArray | null {
    pattern.lastIndex = at;
    return pattern.exec(this.#text);
  }

  #fail(offset: number, message: string, fix?: string): never {
    const location = locationAt(this.#source, offset);
    throw new TemplateError({
      code: 'jinja-syntax',
      message,
      location,
      excerpt: excerpt(this.#source, location),
      ...(fix && { fix }),
    });
  }
}
