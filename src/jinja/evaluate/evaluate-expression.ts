import { unreachable } from '../../unreachable.ts';
import { applyFilter } from '../filters/filters.ts';
import { applyTest } from '../filters/tests.ts';
import { checkTextLength } from '../python/text.ts';
import type { Arguments, Call, Comparison, Expression, Filter, Item, Slice, Test } from '../syntax/ast.ts';
import { affirm, negate, operate } from '../values/arithmetic.ts';
import { getAttribute, getItem, getSlice } from '../values/attributes.ts';
import { compare } from '../values/comparison.ts';
import { iterate } from '../values/iterate.ts';
import { printValue } from '../values/print-value.ts';
import { PythonError } from '../values/python-error.ts';
import { sizeOf } from '../values/size.ts';
import type { Steps } from '../values/steps.ts';
import {
  type CallArguments,
  Callable,
  Dict,
  HostObject,
  isTruthy,
  Tuple,
  typeName,
  Undefined,
  type Value,
} from '../values/value.ts';
import type { Frame } from './frame.ts';
import { GLOBALS } from './globals.ts';
import { undefinedName } from './scope.ts';

/** Evaluates an expression. @throws {PythonError} whose place is `frame.rendering.at` */
export function* evaluate(expression: Expression, frame: Frame): Steps<Value> {
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'name':
      return lookUp(expression.name, frame);
    case 'attribute': {
      const object = yield* evaluate(expression.object, frame);
      frame.rendering.at = expression.at;
      return getAttribute(object, expression.name);
    }
    case 'item':
      return yield* evaluateItem(expression, frame);
    case 'call':
      return yield* evaluateCall(expression, frame);
    case 'filter':
      return yield* evaluateFilter(expression, frame);
    case 'test':
      return yield* evaluateTest(expression, frame);
    case 'unary': {
      const operand = yield* evaluate(expression.operand, frame);
      frame.rendering.at = expression.at;
      if (expression.operator === 'not') return !isTruthy(operand);
      return expression.operator === '-' ? negate(operand) : affirm(operand);
    }
    case 'binary': {
      const left = yield* evaluate(expression.left, frame);
      const right = yield* evaluate(expression.right, frame);
      frame.rendering.at = expression.at;
      return chargeResult(operate(expression.operator, left, right), frame);
    }
    case 'logical': {
      const left = yield* evaluate(expression.left, frame);
      frame.rendering.at = expression.at;
      if (isTruthy(left) === (expression.operator === 'or')) return left;
      return yield* evaluate(expression.right, frame);
    }
    case 'comparison':
      return yield* evaluateComparison(expression, frame);
    case 'concat': {
      const texts: string[] = [];
      for (const part of expression.parts) {
        const value = yield* evaluate(part, frame);
        frame.rendering.at = part.at;
        texts.push(printValue(value));
      }
      checkTextLength(texts.reduce((length, text) => length + text.length, 0));
      return chargeResult(texts.join(''), frame);
    }
    case 'conditional': {
      const test = yield* evaluate(expression.test, frame);
      frame.rendering.at = expression.at;
      if (isTruthy(test)) return yield* evaluate(expression.consequent, frame);
      if (expression.otherwise) return yield* evaluate(expression.otherwise, frame);
      return new Undefined('the inline if-expression evaluated to false and no else section was defined.');
    }
    case 'list':
      return yield* evaluateAll(expression.items, frame);
    case 'tuple':
      return new Tuple(yield* evaluateAll(expression.items, frame));
    case 'dict': {
      const dict = new Dict();
      for (const { key, value } of expression.entries) {
        const hashed = yield* evaluate(key, frame);
        const item = yield* evaluate(value, frame);
        frame.rendering.at = key.at;
        dict.set(hashed, item);
      }
      return dict;
    }
    default:
      return unreachable(expression);
  }
}

function lookUp(name: string, { scope, context }: Frame): Value {
  // Python's None is `null` here and a value like any other, so `??` would skip it.
  let value = scope.get(name);
  if (value === undefined) value = context.get(name);
  if (value === undefined) value = GLOBALS.get(name);
  return value === undefined ? undefinedName(name) : value;
}

function* evaluateAll(expressions: readonly Expression[], frame: Frame): Steps<Value[]> {
  const values: Value[] = [];
  for (const expression of expressions) values.push(yield* evaluate(expression, frame));
  return values;
}

function* evaluateItem({ object, key, at }: Item, frame: Frame): Steps<Value> {
  const container = yield* evaluate(object, frame);
  if (key.kind === 'slice') return yield* evaluateSlice(container, key, frame);
  const index = yield* evaluate(key, frame);
  frame.rendering.at = at;
  return getItem(container, index);
}

function* evaluateSlice(container: Value, { start, stop, step, at }: Slice, frame: Frame): Steps<Value> {
  const first = start ? yield* evaluate(start, frame) : null;
  const end = stop ? yield* evaluate(stop, frame) : null;
  const stride = step ? yield* evaluate(step, frame) : null;
  frame.rendering.at = at;
  return chargeResult(getSlice(container, first, end, stride), frame);
}

function* evaluateComparison({ first, rest, at }: Comparison, frame: Frame): Steps<Value> {
  let left = yield* evaluate(first, frame);
  for (const { operator, operand } of rest) {
    const right = yield* evaluate(operand, frame);
    frame.rendering.at = at;
    if (!compare(operator, left, right)) return false;
    left = right;
  }
  return true;
}

function* evaluateFilter(filter: Filter, frame: Frame): Steps<Value> {
  if (!filter.input) throw new Error('internal: a filter block without its body');
  return yield* filterValue(filter, yield* evaluate(filter.input, frame), frame);
}

/** Applies a chain of filters to the text that a filter block printed. */
export function* applyFilters(filter: Filter, text: string, frame: Frame): Steps<Value> {
  const input = filter.input?.kind === 'filter' ? yield* applyFilters(filter.input, text, frame) : text;
  return yield* filterValue(filter, input, frame);
}

function* filterValue({ name, args, at }: Filter, input: Value, frame: Frame): Steps<Value> {
  const callArguments = yield* evaluateArguments(args, frame);
  frame.rendering.at = at;
  return applyFilter(name, input, callArguments, frame.rendering.meter);
}

function* evaluateTest({ name, input, args, isNegated, at }: Test, frame: Frame): Steps<Value> {
  const value = yield* evaluate(input, frame);
  const callArguments = yield* evaluateArguments(args, frame);
  frame.rendering.at = at;
  return applyTest(name, value, callArguments, frame.rendering.meter) !== isNegated;
}

/** Evaluates a call. `caller` is the body of a call block. */
export function* evaluateCall({ callee, args, at }: Call, frame: Frame, caller?: Callable): Steps<Value> {
  const value = yield* evaluate(callee, frame);
  const callArguments = yield* evaluateArguments(args, frame);
  frame.rendering.at = at;
  const callable = callableOf(value);
  frame.rendering.meter.work(1 + sizesOf(callArguments));
  const all = caller
    ? { ...callArguments, named: new Map([...callArguments.named, ['caller', caller]]) }
    : callArguments;
  const result = callable.call(all, at, frame.rendering);
  const output = result instanceof Promise ? yield result : result;
  frame.rendering.at = at;
  return chargeResult(output, frame);
}

function callableOf(value: Value): Callable {
  if (value instanceof Callable) return value;
  if (value instanceof Undefined) throw value.error();
  const callable = value instanceof HostObject ? value.asCallable() : undefined;
  if (callable) return callable;
  throw new PythonError('TypeError', `'${typeName(value)}' object is not callable`);
}

function* evaluateArguments({ positional, named, spread, spreadNamed }: Arguments, frame: Frame): Steps<CallArguments> {
  if (named.length === 0 && !spread && !spreadNamed) {
    return { positional: positional.length === 0 ? [] : yield* evaluateAll(positional, frame), named: NO_NAMED };
  }
  const values = yield* evaluateAll(positional, frame);
  if (spread) values.push(...iterate(yield* evaluate(spread, frame)));
  const byName = new Map<string, Value>();
  for (const { name, value } of named) byName.set(name, yield* evaluate(value, frame));
  if (spreadNamed) {
    const more = yield* evaluate(spreadNamed, frame);
    frame.rendering.at = spreadNamed.at;
    for (const [name, value] of namedArguments(more)) {
      if (byName.has(name)) throw new PythonError('TypeError', `got multiple values for keyword argument '${name}'`);
      byName.set(name, value);
    }
  }
  return { positional: values, named: byName };
}

const NO_NAMED: ReadonlyMap<string, Value> = new Map();

function namedArguments(value: Value): readonly (readonly [string, Value])[] {
  if (value instanceof Undefined) throw value.error();
  if (!(value instanceof Dict))
    throw new PythonError('TypeError', `argument after ** must be a mapping, not ${typeName(value)}`);
  return value.entries().map(([name, item]) => {
    if (typeof name !== 'string') throw new PythonError('TypeError', 'keywords must be strings');
    return [name, item] as const;
  });
}

/** Charges the size of an operation's result, so that a long chain of cheap operations reaches the limit. */
function chargeResult(value: Value, { rendering }: Frame): Value {
  rendering.meter.work(sizeOf(value));
  return value;
}

function sizesOf({ positional, named }: CallArguments): number {
  let size = 0;
  for (const value of positional) size += sizeOf(value);
  for (const value of named.values()) size += sizeOf(value);
  return size;
}
