import { PythonError } from '../values/python-error.ts';
import { characters } from './text.ts';
import { isBlank } from './whitespace.ts';

export interface WrapOptions {
  readonly width: number;
  readonly breaksLongWords: boolean;
  readonly breaksOnHyphens: boolean;
}

const SPACES = '[\\t\\n\\v\\f\\r ]';
const WORD = '[\\p{L}\\p{N}_]';
const LETTER = '[\\p{L}\\p{Nl}\\p{No}_]';
const PUNCTUATED = '[\\p{L}\\p{N}_!"\'&.,?]';

/** The pieces between which a line may end: at white space, after the hyphen of a compound, around a dash. */
const PIECES = new RegExp(
  [
    `${SPACES}+`,
    `(?<=${PUNCTUATED})-{2,}(?=${WORD})`,
    [
      `[^\\t\\n\\v\\f\\r ]+?(?:-(?:(?<=${LETTER}{2}-)|(?<=${LETTER}-${PUNCTUATED}-))(?=${LETTER}-?${LETTER})`,
      `(?=${SPACES}|$)`,
      `(?<=${PUNCTUATED})(?=-{2,}${WORD}))`,
    ].join('|'),
  ].join('|'),
  'gu',
);
const WORDS = new RegExp(`${SPACES}+|[^\\t\\n\\v\\f\\r ]+`, 'g');

/** Breaks one paragraph into lines (Python: textwrap.wrap; tabs and line ends stay as they are). */
export function wrapWords(text: string, options: WrapOptions): readonly string[] {
  if (options.width <= 0) throw new PythonError('ValueError', `invalid width ${options.width} (must be > 0)`);
  const pieces = new Pieces(text.match(options.breaksOnHyphens ? PIECES : WORDS) ?? []);
  const lines: string[] = [];
  while (pieces.length > 0) {
    if (lines.length > 0 && pieces.isBlank()) pieces.take();
    const line = takeLine(pieces, options);
    if (isBlank(line.at(-1) ?? '')) line.pop();
    if (line.length > 0) lines.push(line.join(''));
  }
  return lines;
}

function takeLine(pieces: Pieces, { width, breaksLongWords, breaksOnHyphens }: WrapOptions): string[] {
  const line: string[] = [];
  let room = width;
  while (pieces.length > 0 && pieces.length <= room) {
    room -= pieces.length;
    line.push(pieces.take());
  }
  if (pieces.length > width) {
    if (breaksLongWords) line.push(pieces.take((breaksOnHyphens && pieces.hyphenWithin(room)) || room));
    else if (line.length === 0) line.push(pieces.take());
  }
  return line;
}

/** A queue of the pieces that are in no line yet. */
class Pieces {
  readonly #pieces: readonly string[];
  #index = 0;
  #first: readonly string[] = [];
  #start = 0;

  constructor(pieces: readonly string[]) {
    this.#pieces = pieces;
    this.#first = characters(pieces[0] ?? '');
  }

  /** Characters of the first piece; 0 without one. */
  get length(): number {
    return this.#first.length - this.#start;
  }

  isBlank(): boolean {
    return isBlank(this.#pieces[this.#index] ?? '');
  }

  /** Removes and returns the first piece, or its first `length` characters. */
  take(length = this.length): string {
    const taken = this.#first.slice(this.#start, this.#start + length).join('');
    this.#start += length;
    if (this.length === 0) {
      this.#first = characters(this.#pieces[++this.#index] ?? '');
      this.#start = 0;
    }
    return taken;
  }

  /** The length up to the last hyphen among the first `room` characters, if more than hyphens is before it. */
  hyphenWithin(room: number): number | undefined {
    const start = this.#first.slice(this.#start, this.#start + room);
    const hyphen = start.lastIndexOf('-');
    return hyphen > 0 && start.slice(0, hyphen).some((character) => character !== '-') ? hyphen + 1 : undefined;
  }
}
