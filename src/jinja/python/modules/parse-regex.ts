import { PythonError } from '../../values/python-error.ts';
import { characters } from '../text.ts';
import { anyTest, categoryTest, foldOf, literalTest, positionTest, rangeTest } from './regex-characters.ts';
import { type CharacterTest, REGEX_FLAGS, type Regex, type RegexNode } from './regex-node.ts';
import { type Width, widthOf } from './regex-width.ts';

/**
 * Parses a pattern as Python 3.11's `re` does.
 * @throws {PythonError} ValueError with Python's message and position
 */
export function parseRegex(pattern: string, flags: number): Regex {
  const parser = new RegexParser(pattern, flags);
  const node = parser.parse();
  return { node, groups: parser.groups, names: parser.names, flags: parser.globalFlags };
}

const FLAG_LETTERS: ReadonlyMap<string, number> = new Map([
  ['a', REGEX_FLAGS.ASCII],
  ['i', REGEX_FLAGS.IGNORECASE],
  ['m', REGEX_FLAGS.MULTILINE],
  ['s', REGEX_FLAGS.DOTALL],
  ['u', REGEX_FLAGS.UNICODE],
  ['x', REGEX_FLAGS.VERBOSE],
]);

const EMPTY: RegexNode = { kind: 'sequence', nodes: [] };
const MAX_DEPTH = 100;

class RegexParser {
  readonly #pattern: readonly string[];
  readonly names = new Map<string, number>();
  groups = 0;
  globalFlags: number;
  readonly #open = new Set<number>();
  readonly #widths = new Map<number, Width>();
  /** The highest group number in a condition `(?(2)…)`. The group may follow later. */
  #highestReference = 0;
  /** Inside a lookbehind: the number of groups before it. It may not refer to later ones. */
  #lookbehindGroups: number | undefined;
  #at = 0;
  #depth = 0;

  constructor(pattern: string, flags: number) {
    this.#pattern = characters(pattern);
    this.globalFlags = flags;
  }

  parse(): RegexNode {
    this.#globalFlagGroups();
    const node = this.#choice(this.globalFlags);
    if (this.#at < this.#pattern.length) throw this.#error('unbalanced parenthesis');
    if (this.#highestReference > this.groups) throw this.#error(`invalid group reference ${this.#highestReference}`);
    return node;
  }

  /** Parses global flags such as `(?i)`, which Python allows only at the start. */
  #globalFlagGroups(): void {
    for (;;) {
      if ((this.globalFlags & REGEX_FLAGS.VERBOSE) !== 0) this.#skipBlank();
      const match = /^\(\?([aiLmsux]+)\)/.exec(this.#pattern.slice(this.#at, this.#at + 20).join(''));
      if (!match?.[1]) return;
      for (const letter of match[1]) this.globalFlags |= this.#flag(letter);
      this.#at += match[0].length;
    }
  }

  #flag(letter: string): number {
    const flag = FLAG_LETTERS.get(letter);
    if (flag === undefined) throw this.#error(`bad inline flags: '${letter}' has no meaning for text`);
    return flag;
  }

  #choice(flags: number): RegexNode {
    if (++this.#depth > MAX_DEPTH) throw new PythonError('LimitError', `groups are nested more than ${MAX_DEPTH} deep`);
    const branches = [this.#sequence(flags)];
    while (this.#take('|')) branches.push(this.#sequence(flags));
    this.#depth--;
    const [only] = branches;
    return only && branches.length === 1 ? only : { kind: 'choice', branches };
  }

  #sequence(flags: number): RegexNode {
    const nodes: RegexNode[] = [];
    for (;;) {
      if ((flags & REGEX_FLAGS.VERBOSE) !== 0) this.#skipBlank();
      const next = this.#peek();
      if (next === undefined || next === '|' || next === ')') return { kind: 'sequence', nodes };
      const start = this.#at;
      const repeat = this.#quantifier();
      if (repeat) this.#repeatLast(nodes, repeat, start);
      else {
        const node = this.#item(flags);
        if (node) nodes.push(node);
      }
    }
  }

  #repeatLast(nodes: RegexNode[], { least, most }: Bounds, start: number): void {
    const isLazy = this.#take('?');
    const isPossessive = !isLazy && this.#take('+');
    const node = nodes.pop();
    if (!node || node.kind === 'position') throw this.#error('nothing to repeat', start);
    if (isRepeat(node)) throw this.#error('multiple repeat', start);
    const repeat: RegexNode = { kind: 'repeat', node, least, most, isLazy };
    nodes.push(isPossessive ? { kind: 'atomic', node: repeat } : repeat);
  }

  /** Parses `*`, `+`, `?` or `{…}`; `undefined` for anything else, also for a brace that is a plain character. */
  #quantifier(): Bounds | undefined {
    if (this.#take('*')) return { least: 0, most: Number.POSITIVE_INFINITY };
    if (this.#take('+')) return { least: 1, most: Number.POSITIVE_INFINITY };
    if (this.#take('?')) return { least: 0, most: 1 };
    const match = /^\{(?!\})(\d*)(,?)(\d*)\}/.exec(this.#pattern.slice(this.#at, this.#at + 40).join(''));
    if (!match) return undefined;
    const [written, low = '', comma, high = ''] = match;
    const start = this.#at;
    this.#at += written.length;
    const least = low === '' ? 0 : Number(low);
    const most = comma === '' ? least : high === '' ? Number.POSITIVE_INFINITY : Number(high);
    if (most < least) throw this.#error('min repeat greater than max repeat', start);
    return { least, most };
  }

  #item(flags: number): RegexNode | undefined {
    const character = this.#next();
    switch (character) {
      case '.':
        return { kind: 'character', matches: anyTest(flags) };
      case '^':
      case '$':
        return { kind: 'position', holds: positionTest(character, flags) };
      case '[':
        return { kind: 'character', matches: this.#set(flags) };
      case '(':
        return this.#group(flags);
      case '\\':
        return this.#escape(flags);
      default:
        return { kind: 'character', matches: literalTest(codeOf(character), flags) };
    }
  }

  #group(flags: number): RegexNode | undefined {
    const start = this.#at - 1;
    if (!this.#take('?')) return this.#capture(flags, start, undefined);
    const kind = this.#next();
    switch (kind) {
      case ':':
        return this.#closed(start, () => this.#choice(flags));
      case 'P':
        return this.#named(flags, start);
      case '#':
        while (this.#peek() !== undefined && this.#peek() !== ')') this.#at++;
        if (!this.#take(')')) throw this.#error('missing ), unterminated comment', start);
        return undefined;
      case '>':
        return { kind: 'atomic', node: this.#closed(start, () => this.#choice(flags)) };
      case '=':
      case '!':
        return this.#lookahead(flags, start, kind === '!');
      case '<':
        return this.#lookbehind(flags, start);
      case '(':
        return this.#conditional(flags, start);
      default:
        return this.#scopedFlags(kind, flags, start);
    }
  }

  #closed<Node>(start: number, body: () => Node): Node {
    const node = body();
    if (!this.#take(')')) throw this.#error('missing ), unterminated subpattern', start);
    return node;
  }

  #capture(flags: number, start: number, name: string | undefined): RegexNode {
    const group = ++this.groups;
    if (name !== undefined) {
      if (this.names.has(name)) throw this.#error(`redefinition of group name '${name}'`, start);
      this.names.set(name, group);
    }
    this.#open.add(group);
    const node = this.#closed(start, () => this.#choice(flags));
    this.#open.delete(group);
    this.#widths.set(group, widthOf(node, this.#widths));
    return { kind: 'capture', group, node };
  }

  #named(flags: number, start: number): RegexNode {
    if (this.#take('<')) return this.#capture(flags, start, this.#name('>'));
    if (!this.#take('=')) throw this.#error(`unknown extension ?P${this.#peek() ?? ''}`, start + 1);
    const nameStart = this.#at;
    const name = this.#name(')');
    const group = this.names.get(name);
    if (group === undefined) throw this.#error(`unknown group name '${name}'`, nameStart);
    return this.#backreference(group, flags, nameStart);
  }

  #name(end: string): string {
    const start = this.#at;
    let name = '';
    for (let next = this.#peek(); next !== end; next = this.#peek()) {
      if (next === undefined)
        throw this.#error(name === '' ? 'missing group name' : `missing ${end}, unterminated name`, start);
      name += this.#next();
    }
    this.#at++;
    if (name === '') throw this.#error('missing group name', start);
    if (!isIdentifier(name)) throw this.#error(`bad character in group name '${name}'`, start);
    return name;
  }

  #backreference(group: number, flags: number, at: number): RegexNode {
    if (this.#open.has(group)) throw this.#error('cannot refer to an open group', at);
    if (group > this.groups) throw this.#error(`invalid group reference ${group}`, at);
    this.#checkLookbehind(group, at);
    return { kind: 'backreference', group, fold: foldOf(flags) };
  }

  #checkLookbehind(group: number, at: number): void {
    if (this.#lookbehindGroups !== undefined && group > this.#lookbehindGroups) {
      throw this.#error('cannot refer to group defined in the same lookbehind subpattern', at);
    }
  }

  #lookahead(flags: number, start: number, isNegated: boolean): RegexNode {
    return { kind: 'look', node: this.#closed(start, () => this.#choice(flags)), back: 0, isNegated };
  }

  #lookbehind(flags: number, start: number): RegexNode {
    const kind = this.#next();
    if (kind !== '=' && kind !== '!') throw this.#error(`unknown extension ?<${kind}`, start + 1);
    const outer = this.#lookbehindGroups;
    this.#lookbehindGroups = outer ?? this.groups;
    const node = this.#closed(start, () => this.#choice(flags));
    this.#lookbehindGroups = outer;
    const { least, most } = widthOf(node, this.#widths);
    if (least !== most) throw new PythonError('ValueError', 'look-behind requires fixed-width pattern');
    return { kind: 'look', node, back: least, isNegated: kind === '!' };
  }

  #conditional(flags: number, start: number): RegexNode {
    const nameStart = this.#at;
    const end = this.#pattern.indexOf(')', this.#at);
    const name = this.#pattern.slice(this.#at, end === -1 ? undefined : end).join('');
    const group = /^\d+$/.test(name) ? Number(name) : this.names.get(this.#name(')'));
    if (group === undefined) throw this.#error(`unknown group name '${name}'`, nameStart);
    if (/^\d+$/.test(name)) this.#at = end + 1;
    if (group === 0) throw this.#error('bad group number', nameStart);
    this.#checkLookbehind(group, nameStart);
    this.#highestReference = Math.max(this.#highestReference, group);
    return this.#closed(start, () => {
      const then = this.#sequence(flags);
      const otherwise = this.#take('|') ? this.#sequence(flags) : EMPTY;
      if (this.#peek() === '|') throw this.#error('conditional backref with more than two branches');
      return { kind: 'conditional', group, then, otherwise };
    });
  }

  /** Parses `(?i-m:…)`: flags that hold for a part of the pattern. */
  #scopedFlags(first: string, flags: number, start: number): RegexNode {
    this.#at -= first.length;
    const rest = this.#pattern.slice(this.#at, this.#at + 30).join('');
    const match = /^([aiLmsux]*)(?:-([imsx]+))?([:)])/.exec(rest);
    if (!match)
      throw this.#error(first === '' ? 'unexpected end of pattern' : `unknown extension ?${first}`, start + 1);
    const [written, on = '', off = '', end] = match;
    if (end === ')') {
      if (off !== '') throw this.#error('missing :', start + written.length + 1);
      throw this.#error('global flags not at the start of the expression', start);
    }
    this.#at += written.length;
    const added = [...on].reduce((sum, letter) => sum | this.#flag(letter), 0);
    const removed = [...off].reduce((sum, letter) => sum | this.#flag(letter), 0);
    if ((added & removed) !== 0) throw this.#error('bad inline flags: flag turned on and off', start + 2);
    const inherited = on.includes('u') ? flags & ~REGEX_FLAGS.ASCII : flags;
    return this.#closed(start, () => this.#choice((inherited | added) & ~removed));
  }

  #escape(flags: number): RegexNode {
    const start = this.#at - 1;
    const letter = this.#next();
    if (letter === '') throw this.#error('bad escape (end of pattern)', start);
    if (/^[AZbB]$/.test(letter)) return { kind: 'position', holds: positionTest(letter, flags) };
    const category = categoryEscape(letter, flags);
    if (category) return { kind: 'character', matches: category };
    if (/^[1-9]$/.test(letter)) return this.#numbered(letter, flags, start);
    return { kind: 'character', matches: literalTest(this.#escapedCode(letter, start), flags) };
  }

  /** Parses the references `\1` and `\12`, or the octal escape `\123`. */
  #numbered(first: string, flags: number, start: number): RegexNode {
    const digits = /^\d{0,2}/.exec(this.#pattern.slice(this.#at, this.#at + 2).join(''))?.[0] ?? '';
    const octal = first + digits;
    if (/^[0-3][0-7]{2}$/.test(octal) || /^[4-7][0-7]{2}$/.test(octal)) {
      const code = Number.parseInt(octal, 8);
      if (code > 0o377) throw this.#error(`octal escape value \\${octal} outside of range 0-0o377`, start);
      this.#at += 2;
      return { kind: 'character', matches: literalTest(code, flags) };
    }
    const group = Number(first + digits.slice(0, 1));
    this.#at += digits.slice(0, 1).length;
    if (group > this.groups) throw this.#error(`invalid group reference ${group}`, start + 1);
    return this.#backreference(group, flags, start);
  }

  /** The code point of an escape. `letter` is the character behind the backslash. */
  #escapedCode(letter: string, start: number): number {
    const control = CONTROLS.get(letter);
    if (control !== undefined) return control;
    if (letter === '0') {
      const octal = /^[0-7]{0,2}/.exec(this.#pattern.slice(this.#at, this.#at + 2).join(''))?.[0] ?? '';
      this.#at += octal.length;
      return Number.parseInt(`0${octal}`, 8);
    }
    const digits = HEX_DIGITS.get(letter);
    if (digits !== undefined) return this.#hexCode(letter, digits, start);
    if (letter === 'N') throw this.#error('\\N{…} is not supported: use \\u', start);
    if (/^[a-zA-Z]$/.test(letter)) throw this.#error(`bad escape \\${letter}`, start);
    return codeOf(letter);
  }

  #hexCode(letter: string, digits: number, start: number): number {
    const hex = this.#pattern.slice(this.#at, this.#at + digits).join('');
    const isWhole = hex.length === digits && /^[0-9a-fA-F]+$/.test(hex);
    const code = isWhole ? Number.parseInt(hex, 16) : Number.NaN;
    if (!(code <= 0x10ffff)) {
      const written = /^[0-9a-fA-F]*/.exec(hex)?.[0] ?? '';
      throw this.#error(isWhole ? `bad escape \\${letter}${hex}` : `incomplete escape \\${letter}${written}`, start);
    }
    this.#at += digits;
    return code;
  }

  #set(flags: number): CharacterTest {
    const start = this.#at - 1;
    const isNegated = this.#take('^');
    const tests: CharacterTest[] = [];
    const first = this.#at;
    for (;;) {
      const next = this.#peek();
      if (next === undefined) throw this.#error('unterminated character set', start);
      if (next === ']' && this.#at !== first) break;
      tests.push(this.#setItem(flags, start));
    }
    this.#at++;
    return isNegated ? (code) => !tests.some((test) => test(code)) : (code) => tests.some((test) => test(code));
  }

  #setItem(flags: number, setStart: number): CharacterTest {
    const start = this.#at;
    const low = this.#setMember(flags);
    if (this.#peek() !== '-' || this.#pattern[this.#at + 1] === ']') return testOf(low, flags);
    this.#at++;
    if (this.#peek() === undefined) throw this.#error('unterminated character set', setStart);
    const high = this.#setMember(flags);
    if (typeof low !== 'number' || typeof high !== 'number' || high < low) {
      throw this.#error(`bad character range ${this.#pattern.slice(start, this.#at).join('')}`, start);
    }
    return rangeTest(low, high, flags);
  }

  /** Parses a member of a `[…]`: a code point, or the test of a category such as `\d`. */
  #setMember(flags: number): number | CharacterTest {
    const start = this.#at;
    const character = this.#next();
    if (character !== '\\') return codeOf(character);
    const letter = this.#next();
    if (letter === '') throw this.#error('bad escape (end of pattern)', start);
    const category = categoryEscape(letter, flags);
    if (category) return category;
    if (letter === 'b') return 8;
    if (/^[0-7]$/.test(letter)) return this.#octal(letter, start);
    if (/^[89]$/.test(letter)) throw this.#error(`bad escape \\${letter}`, start);
    return this.#escapedCode(letter, start);
  }

  #octal(first: string, start: number): number {
    const digits = /^[0-7]{0,2}/.exec(this.#pattern.slice(this.#at, this.#at + 2).join(''))?.[0] ?? '';
    this.#at += digits.length;
    const code = Number.parseInt(first + digits, 8);
    if (code > 0o377) throw this.#error(`octal escape value \\${first}${digits} outside of range 0-0o377`, start);
    return code;
  }

  /** Skips white space and comments, which a verbose pattern ignores. */
  #skipBlank(): void {
    for (let next = this.#peek(); next !== undefined; next = this.#peek()) {
      if (next === '#') while (this.#peek() !== undefined && this.#peek() !== '\n') this.#at++;
      else if (!/^[ \t\n\r\v\f]$/.test(next)) return;
      else this.#at++;
    }
  }

  #peek(): string | undefined {
    return this.#pattern[this.#at];
  }

  #next(): string {
    const next = this.#pattern[this.#at];
    if (next === undefined) return '';
    this.#at++;
    return next;
  }

  #take(character: string): boolean {
    if (this.#pattern[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #error(problem: string, at = this.#at): PythonError {
    return new PythonError('ValueError', `${problem} at position ${at} of the pattern`);
  }
}

interface Bounds {
  readonly least: number;
  readonly most: number;
}

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
]);

const HEX_DIGITS: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

function categoryEscape(letter: string, flags: number): CharacterTest | undefined {
  if (!/^[dDsSwW]$/.test(letter)) return undefined;
  const test = categoryTest(letter.toLowerCase(), flags);
  return letter === letter.toLowerCase() ? test : (code) => !test(code);
}

function testOf(member: number | CharacterTest, flags: number): CharacterTest {
  return typeof member === 'number' ? literalTest(member, flags) : member;
}

function isRepeat(node: RegexNode): boolean {
  return node.kind === 'repeat' || (node.kind === 'atomic' && node.node.kind === 'repeat');
}

export function isIdentifier(name: string): boolean {
  return /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*$/u.test(name);
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}
