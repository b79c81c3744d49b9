import { exponentText, fixedText } from '../python/decimal-text.ts';
import { parseFloatText, parseInteger } from '../python/parse-number.ts';
import { integerArgument } from '../values/arguments.ts';
import { negate, operate } from '../values/arithmetic.ts';
import { asDouble, isInteger, isNumber } from '../values/numbers.ts';
import { PythonError } from '../values/python-error.ts';
import { Float, isTruthy, typeName, Undefined, type Value, wholeNumber } from '../values/value.ts';
import { filter } from './filter.ts';

export const ABS = filter('', (input) => {
  if (input instanceof Float) return new Float(Math.abs(input.value));
  if (!isInteger(input)) throw new PythonError('TypeError', `bad operand type for abs(): '${typeName(input)}'`);
  return Number(input) < 0 ? negate(input) : wholeNumber(BigInt(input));
});

export const FILESIZEFORMAT = filter('binary?', (input, [binary = false]) => {
  const bytes = floatOf(input);
  if (bytes === undefined) {
    throw new PythonError(typeof input === 'string' ? 'ValueError' : 'TypeError', 'a size must be a number of bytes');
  }
  return sizeText(bytes, isTruthy(binary));
});

export const FLOAT = filter('default?', (input, [fallback = new Float(0)]) => {
  const number = floatOf(input);
  return number === undefined ? fallback : new Float(number);
});

export const INT = filter('default? base?', (input, [fallback = 0, base = 10]) => {
  if (isInteger(input)) return wholeNumber(BigInt(input));
  if (input instanceof Float) return wholeOfFloat(input.value) ?? fallback;
  const whole = typeof input === 'string' && isInteger(base) ? parseInteger(input, Number(base)) : undefined;
  if (whole !== undefined) return wholeNumber(whole);
  // Jinja reads a text as a float, too: `'42.23'|int` is 42.
  const number = floatOf(input);
  return number === undefined || !Number.isFinite(number) ? fallback : wholeNumber(BigInt(Math.trunc(number)));
});

export const ROUND = filter('precision? method?', (input, [precision = 0, method = 'common']) => {
  switch (typeof method === 'string' ? method : '') {
    case 'common':
      return precision === null ? nearestWhole(input) : rounded(input, integerArgument(precision));
    case 'ceil':
      return roundedBy(Math.ceil, input, precision);
    case 'floor':
      return roundedBy(Math.floor, input, precision);
    default:
      throw new PythonError('FilterArgumentError', 'method must be common, ceil or floor');
  }
});

/** Python's float(); `undefined` instead of a TypeError or ValueError. */
function floatOf(input: Value): number | undefined {
  if (input instanceof Undefined) throw input.error();
  if (typeof input === 'string') return parseFloatText(input);
  if (!isNumber(input)) return undefined;
  const number = asDouble(input);
  if (!(input instanceof Float) && !Number.isFinite(number)) {
    throw new PythonError('OverflowError', 'int too large to convert to float');
  }
  return number;
}

/**
 * Python's int() of a float; `undefined` for NaN.
 * @throws {PythonError} OverflowError for infinity: the filter `int` does not catch it
 */
function wholeOfFloat(value: number): Value | undefined {
  if (Number.isNaN(value)) return undefined;
  if (!Number.isFinite(value)) throw new PythonError('OverflowError', 'cannot convert float infinity to integer');
  return wholeNumber(BigInt(Math.trunc(value)));
}

/** Python's round(x, digits): to the nearest, a tie to the even digit. */
function rounded(input: Value, digits: number): Value {
  if (input instanceof Float) return new Float(roundedFloat(input.value, digits));
  if (isInteger(input)) return digits >= 0 ? wholeNumber(BigInt(input)) : roundedInteger(BigInt(input), -digits);
  throw new PythonError('TypeError', `type ${typeName(input)} doesn't define __round__ method`);
}

/** Python's round(x), which gives an int. */
function nearestWhole(input: Value): Value {
  const nearest = rounded(input, 0);
  return nearest instanceof Float ? toWhole(nearest.value) : nearest;
}

/** Digits behind the point that a float can have at most (CPython: NDIGITS_MAX, NDIGITS_MIN). */
const MOST_DIGITS = 323;
const LEAST_DIGITS = -308;

function roundedFloat(value: number, digits: number): number {
  if (!Number.isFinite(value) || value === 0 || digits > MOST_DIGITS) return value;
  if (digits < LEAST_DIGITS) return 0 * value;
  const number = digits >= 0 ? Number(fixedText(value, digits)) : roundedToTens(value, -digits);
  if (!Number.isFinite(number)) throw new PythonError('OverflowError', 'rounded value too large to represent');
  return number;
}

function roundedToTens(value: number, zeros: number): number {
  const exponent = Number(value.toExponential().split('e')[1]);
  if (exponent >= zeros) return Number(exponentText(value, exponent - zeros));
  const unit = Number(`1e${zeros}`);
  return Math.abs(value) > unit / 2 ? Math.sign(value) * unit : 0 * value;
}

function roundedInteger(value: bigint, zeros: number): Value {
  if (zeros > String(value).length) return 0;
  const unit = 10n ** BigInt(zeros);
  const remainder = ((value % unit) + unit) % unit;
  const below = value - remainder;
  const isUp = remainder * 2n > unit || (remainder * 2n === unit && (below / unit) % 2n !== 0n);
  return wholeNumber(isUp ? below + unit : below);
}

function roundedBy(method: (value: number) => number, input: Value, precision: Value): Value {
  const scale = operate('**', 10, precision);
  const scaled = operate('*', input, scale);
  const whole = scaled instanceof Float ? toWhole(method(scaled.value)) : scaled;
  if (!isNumber(whole)) throw new PythonError('TypeError', `must be real number, not ${typeName(scaled)}`);
  return operate('/', whole, scale);
}

function toWhole(value: number): Value {
  if (Number.isFinite(value)) return wholeNumber(BigInt(value));
  throw new PythonError(
    Number.isNaN(value) ? 'ValueError' : 'OverflowError',
    `cannot convert float ${Number.isNaN(value) ? 'NaN' : 'infinity'} to integer`,
  );
}

function sizeText(bytes: number, isBinary: boolean): string {
  const base = isBinary ? 1024 : 1000;
  if (bytes === 1) return '1 Byte';
  if (bytes < base) return `${wholeOfFloat(bytes) ?? 0} Bytes`;
  const units = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'].map((unit) =>
    isBinary ? `${unit.toUpperCase()}iB` : `${unit}B`,
  );
  const power = units.findIndex((_, index) => bytes < base ** (index + 2));
  const index = power === -1 ? units.length - 1 : power;
  return `${fixedText((base * bytes) / base ** (index + 2), 1)} ${units[index]}`;
}
