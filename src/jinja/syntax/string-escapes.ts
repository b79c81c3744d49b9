import { PythonError } from '../values/python-error.ts';

const SIMPLE: { readonly [letter: string]: string } = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([\s\S]))/g;

/**
 * The text of a string literal, its escapes undone. Unlike JavaScript, Python keeps the backslash of an unknown escape,
 * so that `'\d+'` stays a regular expression.
 */
export function unescapeString(literal: string): string {
  if (!literal.includes('\\')) return literal;
  return literal.replace(ESCAPE, (whole, byte, short, long, octal, letter) => {
    const hex: string | undefined = byte ?? short ?? long;
    if (hex !== undefined) return codePoint(Number.parseInt(hex, 16));
    if (octal !== undefined) return codePoint(Number.parseInt(octal, 8));
    if (letter === 'x' || letter === 'u' || letter === 'U')
      throw new PythonError('ValueError', `truncated \\${letter} escape`);
    return Object.hasOwn(SIMPLE, letter) ? (SIMPLE[letter] ?? '') : whole;
  });
}

function codePoint(code: number): string {
  if (code > 0x10ffff) throw new PythonError('ValueError', 'illegal Unicode character in an escape');
  return String.fromCodePoint(code);
}
