import { type CharacterTest, type Fold, type PositionTest, REGEX_FLAGS } from './regex-node.ts';

const NEWLINE = 10;

/** The test of `\d`, `\s` or `\w` by Python's rules. `letter` is `d`, `s` or `w`. */
export function categoryTest(letter: string, flags: number): CharacterTest {
  const isAscii = (flags & REGEX_FLAGS.ASCII) !== 0;
  switch (letter) {
    case 'd':
      return isAscii ? isAsciiDigit : isDigit;
    case 's':
      return isAscii ? isAsciiSpace : isSpace;
    default:
      return isAscii ? isAsciiWord : isWord;
  }
}

function isAsciiDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isDigit(code: number): boolean {
  return code < 128 ? isAsciiDigit(code) : /^\p{Nd}$/u.test(String.fromCodePoint(code));
}

function isAsciiSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

function isSpace(code: number): boolean {
  if (isAsciiSpace(code) || (code >= 0x1c && code <= 0x1f) || code === 0x85) return true;
  return code >= 0xa0 && code !== 0xfeff && /^\s$/.test(String.fromCodePoint(code));
}

function isAsciiWord(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || isAsciiDigit(code) || code === 95;
}

function isWord(code: number): boolean {
  return code < 128 ? isAsciiWord(code) : /^[\p{L}\p{N}]$/u.test(String.fromCodePoint(code));
}

/** Folds case as Python's re.IGNORECASE does, one character to one. Without the flag it folds nothing. */
export function foldOf(flags: number): Fold {
  if ((flags & REGEX_FLAGS.IGNORECASE) === 0) return (code) => code;
  return (flags & REGEX_FLAGS.ASCII) !== 0 ? foldAscii : foldCase;
}

function foldAscii(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code;
}

function foldCase(code: number): number {
  if (code < 128) return foldAscii(code);
  // İ: JavaScript's lower case has two characters, Python's re folds it to one.
  if (code === 0x130) return 105;
  return single(single(code, 'toUpperCase'), 'toLowerCase');
}

function single(code: number, change: 'toUpperCase' | 'toLowerCase'): number {
  const [first = '', ...more] = String.fromCodePoint(code)[change]();
  return more.length > 0 ? code : (first.codePointAt(0) ?? code);
}

/** The test of a range such as `a-z`. With re.IGNORECASE, either case of a character may lie in it. */
export function rangeTest(low: number, high: number, flags: number): CharacterTest {
  const isInside = (code: number) => code >= low && code <= high;
  if ((flags & REGEX_FLAGS.IGNORECASE) === 0) return isInside;
  const fold = foldOf(flags);
  if ((flags & REGEX_FLAGS.ASCII) !== 0) {
    return (code) => isInside(code) || isInside(fold(code)) || (code >= 97 && code <= 122 && isInside(code - 32));
  }
  return (code) =>
    [code, fold(code), single(code, 'toUpperCase'), single(code, 'toLowerCase')].some((variant) => isInside(variant));
}

export function literalTest(literal: number, flags: number): CharacterTest {
  if ((flags & REGEX_FLAGS.IGNORECASE) === 0) return (code) => code === literal;
  const fold = foldOf(flags);
  const folded = fold(literal);
  return (code) => fold(code) === folded;
}

export function anyTest(flags: number): CharacterTest {
  return (flags & REGEX_FLAGS.DOTALL) !== 0 ? () => true : (code) => code !== NEWLINE;
}

/** The test of a position: `^`, `$`, `\A`, `\Z`, `\b` or `\B`. */
export function positionTest(mark: string, flags: number): PositionTest {
  const isMultiline = (flags & REGEX_FLAGS.MULTILINE) !== 0;
  const isWordAt = categoryTest('w', flags);
  const isBoundary: PositionTest = (text, at, end) => {
    const before = at > 0 && isWordAt(text[at - 1] ?? 0);
    return before !== (at < end && isWordAt(text[at] ?? 0));
  };
  switch (mark) {
    case '^':
      return isMultiline ? (text, at) => at === 0 || text[at - 1] === NEWLINE : (_, at) => at === 0;
    case '$':
      if (isMultiline) return (text, at, end) => at === end || text[at] === NEWLINE;
      // In Python, `$` also matches before a line end that is the last character.
      return (text, at, end) => at === end || (at === end - 1 && text[at] === NEWLINE);
    case 'A':
      return (_, at) => at === 0;
    case 'Z':
      return (_, at, end) => at === end;
    case 'b':
      return isBoundary;
    default:
      // CPython: in an empty text neither `\b` nor `\B` matches.
      return (text, at, end) => end > 0 && !isBoundary(text, at, end);
  }
}
