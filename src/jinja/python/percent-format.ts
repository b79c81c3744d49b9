import { asDouble, isInteger, isNumber } from '../values/numbers.ts';
import { printValue, reprValue } from '../values/print-value.ts';
import { PythonError } from '../values/python-error.ts';
import { Dict, Float, HostObject, Tuple, typeName, Undefined, type Value } from '../values/value.ts';
import { asciiRepr } from './ascii-repr.ts';
import { exponentText, fixedText, generalText, keepPoint } from './decimal-text.ts';
import { characters, checkTextLength, textLength } from './text.ts';

const CONVERSION = /%(?:\(((?:[^()]|\([^()]*\))*)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?[hlL]?([\s\S])?/gu;
const HAS_PRECISION = /\.(\*|\d*)?[hlL]?[\s\S]?$/u;

/** Python's `text % values`. @throws {PythonError} as Python's operator does */
export function percentFormat(text: string, values: Value): string {
  const args = new Args(values);
  let length = 0;
  const result = text.replace(
    CONVERSION,
    (whole, key?: string, flags = '', width?: string, precision?: string, type?: string) => {
      if (type === undefined) throw new PythonError('ValueError', 'incomplete format');
      if (type === '%') return '%';
      const size = width === '*' ? args.nextInteger() : Number(width ?? 0);
      const hasPrecision = HAS_PRECISION.test(whole.slice(0, -1));
      const digits =
        precision === '*'
          ? args.nextInteger()
          : precision === undefined
            ? hasPrecision
              ? 0
              : undefined
            : Number(precision);
      checkTextLength(Math.abs(size));
      checkTextLength((digits ?? 0) * 100);
      const value = key === undefined ? args.next() : args.named(key);
      const isLeft = flags.includes('-') || size < 0;
      const formatted = convert(value, type, digits, flags, isLeft ? 0 : Math.abs(size));
      const padded = isLeft ? formatted + ' '.repeat(Math.max(0, Math.abs(size) - textLength(formatted))) : formatted;
      length += padded.length;
      checkTextLength(length);
      return padded;
    },
  );
  args.finish();
  return result;
}

class Args {
  readonly #values: Value;
  readonly #positional: readonly Value[];
  #next = 0;
  #isNamed = false;

  constructor(values: Value) {
    this.#values = values;
    this.#positional = values instanceof Tuple ? values.items : [values];
  }

  next(): Value {
    const value = this.#positional[this.#next++];
    if (value === undefined) throw new PythonError('TypeError', 'not enough arguments for format string');
    return value;
  }

  nextInteger(): number {
    const value = this.next();
    if (!isInteger(value)) throw new PythonError('TypeError', '* wants int');
    return Number(value);
  }

  named(key: string): Value {
    this.#isNamed = true;
    if (this.#values instanceof Undefined) throw this.#values.error();
    const value = this.#values instanceof Dict ? this.#values.get(key) : undefined;
    if (value === undefined) {
      if (!(this.#values instanceof Dict)) throw new PythonError('TypeError', 'format requires a mapping');
      throw new PythonError('KeyError', `'${key}'`);
    }
    return value;
  }

  /** Fails if values are left over. A mapping may have more items than the text names. */
  finish(): void {
    const mayBeMapping =
      !(this.#values instanceof Tuple) &&
      (this.#values instanceof Dict ||
        Array.isArray(this.#values) ||
        this.#values instanceof HostObject ||
        this.#values instanceof Undefined);
    if (this.#isNamed || mayBeMapping || this.#next >= this.#positional.length) return;
    throw new PythonError('TypeError', 'not all arguments converted during string formatting');
  }
}

function convert(value: Value, type: string, digits: number | undefined, flags: string, width: number): string {
  switch (type) {
    case 's':
    case 'r':
    case 'a': {
      const text = type === 's' ? printValue(value) : type === 'r' ? reprValue(value) : asciiRepr(value);
      return padLeft(digits === undefined ? text : characters(text).slice(0, digits).join(''), width);
    }
    case 'c':
      return padLeft(
        typeof value === 'string' ? oneCharacter(value) : String.fromCodePoint(Number(integerOf(value, type))),
        width,
      );
    case 'd':
    case 'i':
    case 'u':
      return number(integerOf(value, type), 10, digits, flags, width);
    case 'x':
      return number(integerOf(value, type), 16, digits, flags, width, '0x');
    case 'X':
      return number(integerOf(value, type), 16, digits, flags, width, '0x').toUpperCase();
    case 'o':
      return number(integerOf(value, type), 8, digits, flags, width, '0o');
    case 'f':
    case 'F':
      return float(value, flags, width, (size) => fixedText(size, digits ?? 6));
    case 'e':
      return float(value, flags, width, (size) => exponentText(size, digits ?? 6));
    case 'E':
      return float(value, flags, width, (size) => exponentText(size, digits ?? 6)).toUpperCase();
    case 'g':
      return float(value, flags, width, (size) => generalText(size, digits ?? 6, flags.includes('#')));
    case 'G':
      return float(value, flags, width, (size) => generalText(size, digits ?? 6, flags.includes('#'))).toUpperCase();
    default:
      throw new PythonError('ValueError', `unsupported format character '${type}'`);
  }
}

function oneCharacter(text: string): string {
  if (textLength(text) !== 1) throw new PythonError('TypeError', '%c requires int or char');
  return text;
}

function integerOf(value: Value, type: string): bigint {
  if (isInteger(value)) return BigInt(value);
  if (value instanceof Undefined) throw value.error();
  if (value instanceof Float && (type === 'd' || type === 'i' || type === 'u')) return BigInt(Math.trunc(value.value));
  throw new PythonError('TypeError', `%${type} format: a number is required, not ${typeName(value)}`);
}

function number(
  value: bigint,
  radix: number,
  digits: number | undefined,
  flags: string,
  width: number,
  prefix = '',
): string {
  const text = (value < 0n ? -value : value).toString(radix).padStart(digits ?? 0, '0');
  return signed(value < 0n, flags.includes('#') ? prefix : '', text, flags, width);
}

function float(value: Value, flags: string, width: number, digitsOf: (size: number) => string): string {
  if (value instanceof Undefined) throw value.error();
  if (!isNumber(value)) throw new PythonError('TypeError', `must be real number, not ${typeName(value)}`);
  const double = asDouble(value);
  const text = digitsOf(Math.abs(double));
  return signed(double < 0 || Object.is(double, -0), '', flags.includes('#') ? keepPoint(text) : text, flags, width);
}

function signed(isNegative: boolean, prefix: string, digits: string, flags: string, width: number): string {
  const sign = isNegative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const start = sign + prefix;
  return flags.includes('0') ? start + digits.padStart(width - start.length, '0') : padLeft(start + digits, width);
}

function padLeft(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - textLength(text))) + text;
}
