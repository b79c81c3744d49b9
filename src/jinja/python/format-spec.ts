import { isInteger, isNumber } from '../values/numbers.ts';
import { printValue } from '../values/print-value.ts';
import { PythonError } from '../values/python-error.ts';
import { Float, typeName, type Value } from '../values/value.ts';
import { exponentText, fixedText, generalText, keepPoint } from './decimal-text.ts';
import { floatText } from './number-text.ts';
import { characters, checkTextLength, textLength } from './text.ts';

interface Spec {
  readonly fill: string;
  readonly align: string | undefined;
  readonly sign: string;
  readonly hasPrefix: boolean;
  readonly width: number;
  readonly grouping: string;
  readonly precision: number | undefined;
  readonly type: string;
}

const SPEC = /^(?:([\s\S])?([<>=^]))?([-+ ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/u;

/** Python's format(value, spec), with specs such as `>10`, `,.2f` and `02d`. @throws {PythonError} ValueError or TypeError */
export function formatValue(value: Value, text: string): string {
  if (text === '') return printValue(value);
  if (!isNumber(value) && typeof value !== 'string') {
    throw new PythonError('TypeError', `unsupported format string passed to ${typeName(value)}.__format__`);
  }
  const spec = readSpec(text, value);
  if (isInteger(value)) return formatInteger(value, spec);
  if (value instanceof Float) return formatFloat(value.value, spec);
  return formatText(value, spec, typeName(value));
}

function readSpec(text: string, value: Value): Spec {
  const match = SPEC.exec(text);
  if (!match) throw new PythonError('ValueError', `invalid format specifier '${text}' for a '${typeName(value)}'`);
  const [, fill, align, sign = '', prefix, zero, width = '0', grouping = '', precision, type = ''] = match;
  if (
    grouping !== '' &&
    !(grouping === ',' ? 'deEfFgG%' : 'deEfFgG%boxX').includes(typeof value === 'string' ? 's' : type)
  ) {
    throw new PythonError('ValueError', `cannot specify '${grouping}' with '${type || 's'}'`);
  }
  const size = Number(width);
  checkTextLength(size);
  checkTextLength(Number(precision ?? 0) * 100);
  return {
    fill: fill ?? (zero ? '0' : ' '),
    align: align ?? (zero && typeof value !== 'string' ? '=' : undefined),
    sign,
    hasPrefix: prefix !== undefined,
    width: size,
    grouping,
    precision: precision === undefined ? undefined : Number(precision),
    type,
  };
}

function formatText(text: string, spec: Spec, type: string): string {
  if (spec.type !== '' && spec.type !== 's') throw unknownCode(spec, type);
  if (spec.sign !== '' || spec.hasPrefix || spec.align === '=') {
    throw new PythonError('ValueError', "a text has no sign, no '#' and no '=' in its format");
  }
  const cut = spec.precision === undefined ? text : characters(text).slice(0, spec.precision).join('');
  return pad(cut, spec, spec.align ?? '<');
}

const RADIX: { readonly [type: string]: number } = { b: 2, o: 8, x: 16, X: 16, d: 10, n: 10, '': 10 };

function formatInteger(value: number | bigint | boolean, spec: Spec): string {
  if (spec.type === 'c') return pad(String.fromCodePoint(Number(value)), spec, spec.align ?? '<');
  const radix = RADIX[spec.type];
  if (radix === undefined) return formatFloat(Number(value), spec);
  if (spec.precision !== undefined) throw new PythonError('ValueError', 'precision not allowed in an integer format');
  const whole = BigInt(value);
  const digits = (whole < 0n ? -whole : whole).toString(radix);
  const prefix = spec.hasPrefix && radix !== 10 ? `0${spec.type}` : '';
  const text = spec.type === 'X' ? digits.toUpperCase() : digits;
  return padNumber(signOf(whole < 0n, spec) + prefix, text, '', spec, radix === 10 ? 3 : 4);
}

function formatFloat(value: number, spec: Spec): string {
  const isNegative = value < 0 || Object.is(value, -0);
  const size = Math.abs(value);
  const digits = Number.isNaN(value) ? 'nan' : floatDigits(size, spec);
  const text = spec.hasPrefix ? keepPoint(digits) : digits;
  const [, whole = text, rest = ''] = /^(\d+)(.*)$/s.exec(text) ?? [];
  return padNumber(signOf(isNegative, spec), whole, rest, spec, 3);
}

function floatDigits(size: number, spec: Spec): string {
  const precision = spec.precision ?? 6;
  switch (spec.type) {
    case 'f':
      return fixedText(size, precision);
    case 'F':
      return fixedText(size, precision).toUpperCase();
    case 'e':
      return exponentText(size, precision);
    case 'E':
      return exponentText(size, precision).toUpperCase();
    case 'g':
    case 'n':
      return generalText(size, precision, spec.hasPrefix);
    case 'G':
      return generalText(size, precision, spec.hasPrefix).toUpperCase();
    case '%':
      return `${fixedText(size * 100, precision)}%`;
    case '':
      return spec.precision === undefined ? floatText(size) : withPoint(generalPlain(size, spec.precision));
    default:
      throw unknownCode(spec, 'float');
  }
}

/** A float whose spec has no type: like `g`, but it gets an exponent one digit sooner and keeps a digit behind the point. */
function generalPlain(size: number, precision: number): string {
  const digits = Math.max(precision, 1);
  const power = Number(exponentText(size, digits - 1).split('e')[1]);
  if (power < -4 || power >= digits - 1)
    return size !== 0 && (power < -4 || power >= digits - 1) ? asExponent(size, digits) : generalText(size, digits);
  return generalText(size, digits);
}

function asExponent(size: number, digits: number): string {
  const [mantissa = '', exponent = ''] = exponentText(size, digits - 1).split('e');
  return `${mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa}e${exponent}`;
}

function withPoint(text: string): string {
  return /[.e]|inf|nan/.test(text) ? text : `${text}.0`;
}

function signOf(isNegative: boolean, spec: Spec): string {
  return isNegative ? '-' : spec.sign === '-' ? '' : spec.sign;
}

function padNumber(prefix: string, whole: string, rest: string, spec: Spec, groupSize: number): string {
  const hasDigits = /^[0-9a-fA-F]+$/.test(whole) && whole !== 'inf';
  const grouped = spec.grouping && hasDigits ? group(whole, spec.grouping, groupSize) : whole;
  const align = spec.align ?? '>';
  if (align !== '=') return pad(prefix + grouped + rest, spec, align);
  const missing = Math.max(0, spec.width - textLength(prefix + grouped + rest));
  if (!(spec.grouping && hasDigits && spec.fill === '0')) return prefix + spec.fill.repeat(missing) + grouped + rest;
  return prefix + zeroFilled(whole, spec.width - prefix.length - rest.length, spec.grouping, groupSize) + rest;
}

/** Fills with zeros up to the width. The zeros are grouped, too: `{:08,}` of 1234 is `0,001,234`. */
function zeroFilled(whole: string, width: number, sign: string, size: number): string {
  let digits = whole;
  let text = group(digits, sign, size);
  while (text.length < width) {
    digits = `0${digits}`;
    text = group(digits, sign, size);
  }
  return text;
}

function group(digits: string, sign: string, size: number): string {
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= size) groups.unshift(digits.slice(Math.max(0, end - size), end));
  return groups.join(sign);
}

function pad(text: string, { fill, width }: Spec, align: string): string {
  const missing = width - textLength(text);
  if (missing <= 0) return text;
  const before = align === '<' ? 0 : align === '^' ? Math.floor(missing / 2) : missing;
  return fill.repeat(before) + text + fill.repeat(missing - before);
}

function unknownCode(spec: Spec, type: string): PythonError {
  return new PythonError('ValueError', `unknown format code '${spec.type}' for an object of type '${type}'`);
}
