import { unreachable } from '../../unreachable.ts';
import { powerOf, quotientOf } from '../python/float-power.ts';
import { percentFormat } from '../python/percent-format.ts';
import { checkTextLength } from '../python/text.ts';
import type { ArithmeticOperator } from '../syntax/ast.ts';
import { iterate } from './iterate.ts';
import { MAX_BITS, MAX_ITEMS } from './limits.ts';
import { asDouble, isInteger, isNumber } from './numbers.ts';
import { PythonError } from './python-error.ts';
import { Float, HostObject, PySet, Tuple, typeName, Undefined, type Value, View, wholeNumber } from './value.ts';

/** `left operator right` as Python computes it. @throws {PythonError} */
export function operate(operator: ArithmeticOperator, left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number' && (operator === '+' || operator === '-')) {
    const result = operator === '+' ? left + right : left - right;
    if (Number.isSafeInteger(result)) return result;
  }
  if (typeof left === 'string' && operator === '%') return percentFormat(left, right);
  if (left instanceof Undefined) throw left.error();
  if (right instanceof Undefined) throw right.error();
  if (isNumber(left) && isNumber(right)) return operateOnNumbers(operator, left, right);
  const result = operateOnOthers(operator, left, right);
  if (result === undefined) {
    throw new PythonError(
      'TypeError',
      `unsupported operand types for ${operator}: '${typeName(left)}' and '${typeName(right)}'`,
    );
  }
  return result;
}

/** Python's `-x`. @throws {PythonError} TypeError */
export function negate(value: Value): Value {
  if (value instanceof Float) return new Float(-value.value);
  if (isInteger(value)) return wholeNumber(-BigInt(value));
  if (value instanceof Undefined) throw value.error();
  const negated = value instanceof HostObject ? value.operate('*', value, -1) : undefined;
  if (negated !== undefined) return negated;
  throw new PythonError('TypeError', `bad operand type for unary -: '${typeName(value)}'`);
}

/** Python's `+x`. @throws {PythonError} TypeError */
export function affirm(value: Value): Value {
  if (typeof value === 'boolean') return Number(value);
  if (isNumber(value)) return value;
  if (value instanceof Undefined) throw value.error();
  throw new PythonError('TypeError', `bad operand type for unary +: '${typeName(value)}'`);
}

type PyNumber = number | bigint | boolean | Float;

function operateOnNumbers(operator: ArithmeticOperator, left: PyNumber, right: PyNumber): Value {
  if (operator === '/') {
    const divisor = asDouble(right);
    if (divisor === 0) throw new PythonError('ZeroDivisionError', 'division by zero');
    if (typeof left === 'bigint' || typeof right === 'bigint') return divideLarge(left, right);
    return new Float(asDouble(left) / divisor);
  }
  if (left instanceof Float || right instanceof Float) {
    return new Float(operateOnFloats(operator, doubleOf(left), doubleOf(right)));
  }
  return operateOnIntegers(operator, BigInt(left), BigInt(right));
}

function divideLarge(left: PyNumber, right: PyNumber): Value {
  if (left instanceof Float || right instanceof Float) return new Float(doubleOf(left) / doubleOf(right));
  const quotient = quotientOf(BigInt(left), BigInt(right));
  if (Number.isFinite(quotient)) return new Float(quotient);
  throw new PythonError('OverflowError', 'integer division result too large for a float');
}

/** @throws {PythonError} OverflowError for an int beyond the range of floats */
function doubleOf(value: PyNumber): number {
  const double = asDouble(value);
  if (value instanceof Float || Number.isFinite(double)) return double;
  throw new PythonError('OverflowError', 'int too large to convert to float');
}

function operateOnIntegers(operator: Exclude<ArithmeticOperator, '/'>, left: bigint, right: bigint): Value {
  switch (operator) {
    case '+':
      return wholeNumber(left + right);
    case '-':
      return wholeNumber(left - right);
    case '*':
      checkBits(bitsOf(left) + bitsOf(right));
      return wholeNumber(left * right);
    case '//':
    case '%': {
      if (right === 0n) throw new PythonError('ZeroDivisionError', 'integer division or modulo by zero');
      // JavaScript's division rounds towards zero, Python's rounds down.
      const remainder = left % right;
      const isOff = remainder !== 0n && remainder < 0n !== right < 0n;
      if (operator === '%') return wholeNumber(isOff ? remainder + right : remainder);
      return wholeNumber(isOff ? left / right - 1n : left / right);
    }
    case '**':
      if (right < 0n) return new Float(powerOfFloats(Number(left), Number(right)));
      checkBits(bitsOf(left) * Number(right));
      return wholeNumber(left ** right);
    default:
      return unreachable(operator);
  }
}

function operateOnFloats(operator: Exclude<ArithmeticOperator, '/'>, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '//':
      return divideFloats(left, right).quotient;
    case '%':
      return divideFloats(left, right).remainder;
    case '**':
      return powerOfFloats(left, right);
    default:
      return unreachable(operator);
  }
}

/** Quotient and remainder of floats, rounded down (CPython: float_divmod). */
function divideFloats(left: number, right: number): { readonly quotient: number; readonly remainder: number } {
  if (right === 0) throw new PythonError('ZeroDivisionError', 'float floor division by zero');
  let remainder = left % right;
  let quotient = (left - remainder) / right;
  if (remainder === 0) remainder = right < 0 ? -0 : 0;
  else if (remainder < 0 !== right < 0) {
    remainder += right;
    quotient -= 1;
  }
  if (quotient === 0) return { quotient: left / right < 0 || Object.is(left / right, -0) ? -0 : 0, remainder };
  const floor = Math.floor(quotient);
  return { quotient: quotient - floor > 0.5 ? floor + 1 : floor, remainder };
}

function powerOfFloats(base: number, exponent: number): number {
  if (base === 0 && exponent < 0)
    throw new PythonError('ZeroDivisionError', '0.0 cannot be raised to a negative power');
  if (base === 1 || exponent === 0) return 1;
  if (base < 0 && Number.isFinite(base) && Number.isFinite(exponent) && !Number.isInteger(exponent)) {
    throw new PythonError('ValueError', 'a negative number to a fractional power is no number');
  }
  const power = base === -1 && !Number.isFinite(exponent) ? 1 : powerOf(base, exponent);
  if (!Number.isFinite(power) && Number.isFinite(base) && Number.isFinite(exponent)) {
    throw new PythonError('OverflowError', 'the power is too large for a float');
  }
  return power;
}

function bitsOf(value: bigint): number {
  return Math.ceil(Math.abs(value < 0n ? value.toString(16).length - 1 : value.toString(16).length) * 4);
}

function checkBits(bits: number): void {
  if (bits > MAX_BITS) throw new PythonError('LimitError', 'a whole number is too large');
}

function operateOnOthers(operator: ArithmeticOperator, left: Value, right: Value): Value | undefined {
  if (left instanceof HostObject) return left.operate(operator, left, right);
  if (right instanceof HostObject) return right.operate(operator, left, right);
  switch (operator) {
    case '+':
      return join(left, right);
    case '*':
      return isInteger(right) ? repeat(left, Number(right)) : isInteger(left) ? repeat(right, Number(left)) : undefined;
    case '-':
      return subtract(left, right);
    default:
      return undefined;
  }
}

/** `left - right` for sets and the keys of dicts; `undefined` for other values. */
function subtract(left: Value, right: Value): Value | undefined {
  const areSets = left instanceof PySet && right instanceof PySet;
  if (!areSets && !isSetLike(left) && !isSetLike(right)) return undefined;
  const others = right instanceof PySet ? right : new PySet(iterate(right));
  return new PySet(iterate(left).filter((item) => !others.has(item)));
}

function isSetLike(value: Value): boolean {
  return value instanceof View && (value.typeName === 'dict_keys' || value.typeName === 'dict_items');
}

function join(left: Value, right: Value): Value | undefined {
  if (typeof left === 'string' && typeof right === 'string') {
    checkTextLength(left.length + right.length);
    return left + right;
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    checkItems(left.length + right.length);
    return [...left, ...right];
  }
  if (left instanceof Tuple && right instanceof Tuple) {
    checkItems(left.items.length + right.items.length);
    return new Tuple([...left.items, ...right.items]);
  }
  return undefined;
}

function repeat(value: Value, count: number): Value | undefined {
  const times = Math.max(0, count);
  if (typeof value === 'string') {
    checkTextLength(value.length * times);
    return value.repeat(times);
  }
  const items = Array.isArray(value) ? value : value instanceof Tuple ? value.items : undefined;
  if (!items) return undefined;
  checkItems(items.length * times);
  const repeated =
    items.length === 0
      ? []
      : Array.from({ length: items.length * times }, (_, index) => items[index % items.length] ?? null);
  return Array.isArray(value) ? repeated : new Tuple(repeated);
}

/** Checks the length of a list before it is made. @throws {PythonError} LimitError */
export function checkItems(count: number): void {
  if (count > MAX_ITEMS) throw new PythonError('LimitError', `a list of ${count} items is longer than ${MAX_ITEMS}`);
}
