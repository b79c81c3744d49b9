import { didYouMean } from '../../nearest-name.ts';
import { isLower, isUpper } from '../python/text-case.ts';
import type { ComparisonOperator } from '../syntax/ast.ts';
import { operate } from '../values/arithmetic.ts';
import { areEqual, compare } from '../values/comparison.ts';
import { isIterable } from '../values/iterate.ts';
import type { Meter } from '../values/meter.ts';
import { callNative, type NativeFunction, native } from '../values/native-function.ts';
import { isInteger, isNumber } from '../values/numbers.ts';
import { printValue } from '../values/print-value.ts';
import { PythonError } from '../values/python-error.ts';
import { sizeOf, weightOf } from '../values/size.ts';
import {
  type CallArguments,
  Callable,
  Dict,
  Float,
  HostObject,
  isHashable,
  Tuple,
  typeName,
  Undefined,
  type Value,
  View,
} from '../values/value.ts';
import { isFilterName } from './filter-names.ts';

/**
 * Applies a test of Jinja 3.1: `x is divisibleby 3`, `map(…) | select('none')`.
 * @throws {PythonError} TemplateRuntimeError for an unknown name; otherwise what the test raises
 */
export function applyTest(name: string, input: Value, args: CallArguments, meter: Meter): boolean {
  const test = TESTS.get(name);
  if (!test) throw new PythonError('TemplateRuntimeError', unknownTestMessage(name));
  meter.work(DEEP_TESTS.has(name) ? weightOfAll(input, args) : sizeOf(input));
  return callNative(name, test, input, args);
}

/** Whether a test of that name exists, such as `defined` in `x is defined`. */
export function isTest(name: string): boolean {
  return TESTS.has(name);
}

/** The error message for an unknown Jinja test (`x is name`), with the nearest name. */
export function unknownTestMessage(name: string): string {
  return `No test named '${name}'.${didYouMean(name, TESTS.keys())}`;
}

type JinjaTest = NativeFunction<Value, boolean>;

const COMPARISONS: ReadonlyMap<string, ComparisonOperator> = new Map<string, ComparisonOperator>([
  ['==', '=='],
  ['eq', '=='],
  ['equalto', '=='],
  ['!=', '!='],
  ['ne', '!='],
  ['<', '<'],
  ['lt', '<'],
  ['lessthan', '<'],
  ['<=', '<='],
  ['le', '<='],
  ['>', '>'],
  ['gt', '>'],
  ['greaterthan', '>'],
  ['>=', '>='],
  ['ge', '>='],
]);

/** The tests that visit all parts of both sides, to any depth. */
const DEEP_TESTS: ReadonlySet<string> = new Set([...COMPARISONS.keys(), 'in']);

const TESTS: ReadonlyMap<string, JinjaTest> = new Map<string, JinjaTest>([
  ...[...COMPARISONS].map(([name, operator]) => [name, comparing(operator)] as const),
  ['boolean', native('', (value) => typeof value === 'boolean')],
  ['callable', native('', (value) => isCallable(value))],
  ['defined', native('', (value) => !(value instanceof Undefined))],
  ['divisibleby', native('num', (value, [divisor = null]) => areEqual(operate('%', value, divisor), 0))],
  // Markup is a plain text here: see filter-text.ts.
  ['escaped', native('', () => false)],
  ['even', native('', (value) => areEqual(operate('%', value, 2), 0))],
  ['false', native('', (value) => value === false)],
  ['filter', native('', (value) => isFilterName(nameArgument(value)))],
  ['float', native('', (value) => value instanceof Float)],
  ['in', native('seq', (value, [sequence = null]) => compare('in', value, sequence))],
  ['integer', native('', (value) => isInteger(value) && typeof value !== 'boolean')],
  ['iterable', native('', (value) => isIterable(value))],
  ['lower', native('', (value) => isLower(printValue(value)))],
  ['mapping', native('', (value) => isMapping(value))],
  ['none', native('', (value) => value === null)],
  ['number', native('', (value) => isNumber(value))],
  ['odd', native('', (value) => areEqual(operate('%', value, 2), 1))],
  ['sameas', native('other', (value, [other = null]) => value === other)],
  ['sequence', native('', (value) => isSequence(value))],
  ['string', native('', (value) => typeof value === 'string')],
  ['test', native('', (value) => isTest(nameArgument(value)))],
  ['true', native('', (value) => value === true)],
  ['undefined', native('', (value) => value instanceof Undefined)],
  ['upper', native('', (value) => isUpper(printValue(value)))],
]);

function comparing(operator: ComparisonOperator): JinjaTest {
  return native('other', (value, [other = null]) => compare(operator, value, other));
}

/** Python's callable(). True for an undefined value too: Jinja's has a `__call__`, which fails when it is called. */
function isCallable(value: Value): boolean {
  if (value instanceof HostObject) return value.asCallable() !== undefined;
  return value instanceof Callable || value instanceof Undefined;
}

/** The argument as a name to look up; empty for a value that is no text. */
function nameArgument(value: Value): string {
  if (isHashable(value)) return typeof value === 'string' ? value : '';
  throw new PythonError('TypeError', `unhashable type: '${typeName(value)}'`);
}

function isMapping(value: Value): boolean {
  return value instanceof Dict || (value instanceof HostObject && value.isMapping());
}

/** Jinja's `is sequence`: has a length and takes `[…]`. So a dict is one, and an undefined value. */
function isSequence(value: Value): boolean {
  if (value instanceof View) return value.bounds !== undefined;
  if (value instanceof HostObject) return value.isMapping() || value.items() !== undefined;
  return (
    typeof value === 'string' ||
    Array.isArray(value) ||
    value instanceof Tuple ||
    value instanceof Dict ||
    value instanceof Undefined
  );
}

function weightOfAll(input: Value, { positional, named }: CallArguments): number {
  let weight = weightOf(input);
  for (const value of positional) weight += weightOf(value);
  for (const value of named.values()) weight += weightOf(value);
  return weight;
}
