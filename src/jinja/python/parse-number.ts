import { MAX_BITS } from '../values/limits.ts';
import { PythonError } from '../values/python-error.ts';

/** Digits of the longest int that Python reads from a text (sys.int_info.default_max_str_digits). */
const MAX_DIGITS = 4300;

// White space that int() and float() accept. U+001C to U+001F are white space for Python everywhere else, but not here.
const SPACES = '[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]*';
const TRIMMED = new RegExp(`^${SPACES}(.*?)${SPACES}$`, 's');
const INTEGER = /^([+-]?)(0[xob])?_?([0-9a-z]+(?:_[0-9a-z]+)*)$/i;
const FLOAT = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?$/i;
const NOT_FINITE = /^([+-]?)(?:(inf|infinity)|nan)$/i;

const PREFIXED_BASE: { readonly [prefix: string]: number } = { '0x': 16, '0o': 8, '0b': 2 };

/** Python's int(text, base); `undefined` instead of a ValueError. */
export function parseInteger(text: string, base: number): bigint | undefined {
  if (base !== 0 && (base < 2 || base > 36)) return undefined;
  const [, sign = '', prefix = '', written = ''] = splitInteger(trimmed(text), base) ?? [];
  const digits = written.replaceAll('_', '').toLowerCase();
  if (digits === '') return undefined;
  const radix = base || (PREFIXED_BASE[prefix.toLowerCase()] ?? 10);
  // With base 0, Python reads literals, and a literal has no leading zero.
  if (base === 0 && prefix === '' && /^0+[^0]/.test(digits)) return undefined;
  if (![...digits].every((digit) => Number.parseInt(digit, 36) < radix)) return undefined;
  const size = wholeOf(digits, radix);
  return size === undefined || sign !== '-' ? size : -size;
}

/** Python's float(text); `undefined` instead of a ValueError. */
export function parseFloatText(text: string): number | undefined {
  const number = trimmed(text);
  if (FLOAT.test(number)) return Number(number.replaceAll('_', ''));
  const match = NOT_FINITE.exec(number);
  if (!match) return undefined;
  return match[2] === undefined ? Number.NaN : match[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function trimmed(text: string): string {
  return (TRIMMED.exec(text)?.[1] ?? text).replace(/(?![0-9])\p{Nd}/gu, asciiDigit);
}

/** The ASCII digit of a digit in any script: each script's ten digits are consecutive code points. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let first = code;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(first - 1))) first--;
  return String((code - first) % 10);
}

/** Splits a text into sign, prefix and digits. A prefix counts only for its base: `0b1` in base 16 is digits alone. */
function splitInteger(text: string, base: number): readonly (string | undefined)[] | undefined {
  const match = INTEGER.exec(text);
  if (!match) return undefined;
  const [, sign, prefix, digits] = match;
  if (prefix === undefined) return /^[+-]?_/.test(text) ? undefined : [text, sign, '', digits];
  if (base === 0 || PREFIXED_BASE[prefix.toLowerCase()] === base) return match;
  return text.includes(`${prefix}_`) ? [text, sign, '', `${prefix}_${digits}`] : [text, sign, '', `${prefix}${digits}`];
}

function wholeOf(digits: string, radix: number): bigint | undefined {
  const bits = digits.length * Math.log2(radix);
  const isBinary = Number.isInteger(Math.log2(radix));
  if (!isBinary && digits.length > MAX_DIGITS) return undefined;
  if (bits > MAX_BITS) throw new PythonError('LimitError', 'a whole number is too large');
  if (radix === 10) return BigInt(digits);
  let whole = 0n;
  for (const digit of digits) whole = whole * BigInt(radix) + BigInt(Number.parseInt(digit, 36));
  return whole;
}
