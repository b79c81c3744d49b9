import { unreachable } from '../../unreachable.ts';
import type { Body, CallBlock, Expression, For, NamedBlock, Slice, Statement } from '../syntax/ast.ts';
import { partsOf } from '../syntax/expression-parts.ts';
import { walk } from '../values/iterate.ts';
import { PythonError } from '../values/python-error.ts';
import { runSteps, type Steps } from '../values/steps.ts';
import { Callable, Generator, isTruthy, printValue, typeName, Undefined, type Value } from '../values/value.ts';
import { assign, checkNamespaces } from './assign.ts';
import { evaluate, evaluateCall, filterBlock } from './evaluate-expression.ts';
import { type Frame, innerFrame, outermostFrame } from './frame.ts';
import { locateError } from './locate-error.ts';
import { LoopItems } from './loop-items.ts';
import { LoopValue } from './loop-value.ts';
import { makeMacro } from './macro.ts';
import { Output } from './output.ts';

/** How a body ended before its last statement. */
type Left = 'break' | 'continue' | undefined;

/** Runs statements one after another. @throws {TemplateError} at the place of what failed. */
export function* execute(body: Body, frame: Frame, output: Output): Steps<Left> {
  try {
    for (const statement of body) {
      const left = yield* executeStatement(statement, frame, output);
      if (left) return left;
    }
  } catch (error) {
    throw locateError(error, frame);
  }
  return undefined;
}

function* executeStatement(statement: Statement, frame: Frame, output: Output): Steps<Left> {
  const { rendering } = frame;
  switch (statement.kind) {
    case 'text':
      rendering.at = statement.at;
      output.write(statement.text, frame.source, statement.at);
      return undefined;
    case 'print': {
      const { expression } = statement;
      const value = yield* evaluate(expression, frame);
      rendering.at = expression.at;
      output.print(printValue(value), expression.at);
      return undefined;
    }
    case 'do':
      yield* evaluate(statement.expression, frame);
      return undefined;
    case 'set':
      checkNamespaces(statement.target, frame);
      assign(statement.target, yield* evaluate(statement.value, frame), frame);
      return undefined;
    case 'set-block': {
      const { target, filter, body, at } = statement;
      const inner = innerFrame(frame, body);
      const { text, left } = yield* textOf(body, inner, at);
      if (!left) assign(target, filter ? yield* filterBlock(filter, text, inner) : text, frame);
      return left;
    }
    case 'if':
      for (const { test, body } of statement.branches) {
        if (yield* isTrue(test, frame)) return yield* execute(body, frame, output);
      }
      return yield* execute(statement.otherwise, frame, output);
    case 'for':
      return yield* executeFor(statement, yield* evaluate(statement.items, frame), frame, output, 0);
    case 'break':
    case 'continue':
      return statement.kind;
    case 'macro':
      frame.scope.set(statement.name, makeMacro(statement, frame, execute));
      return undefined;
    case 'call-block':
      yield* executeCallBlock(statement, frame, output);
      return undefined;
    case 'filter-block': {
      const { filter, body, at } = statement;
      const inner = innerFrame(frame, body);
      const { text, left } = yield* textOf(body, inner, at);
      if (!left) output.print(blockText(yield* filterBlock(filter, text, inner)), at);
      return left;
    }
    case 'with': {
      const inner = innerFrame(frame, statement.body);
      for (const { target, value } of statement.assignments) assign(target, yield* evaluate(value, frame), inner);
      return yield* execute(statement.body, inner, output);
    }
    case 'block':
      return yield* execute(statement.body, blockFrame(statement, frame), output);
    case 'unsupported':
      rendering.at = statement.at;
      throw new PythonError('TemplateRuntimeError', statement.reason);
    default:
      return unreachable(statement);
  }
}

function* isTrue(test: Expression, frame: Frame): Steps<boolean> {
  const value = yield* evaluate(test, frame);
  frame.rendering.at = test.at;
  return isTruthy(value);
}

/** What a body prints, as a string whose origin is remembered; lost when it leaves the loop that is around it. */
function* textOf(body: Body, frame: Frame, at: Statement['at']): Steps<{ readonly text: string; readonly left: Left }> {
  const output = new Output(frame.rendering, at);
  const left = yield* execute(body, frame, output);
  const mapped = output.finish();
  frame.rendering.remember(mapped, undefined);
  return { text: mapped.text, left };
}

/** Jinja prints what a `filter` or `call` block gives as it is, and can join nothing but texts. */
function blockText(value: Value): string {
  if (typeof value === 'string') return value;
  throw new PythonError('TypeError', `the block gives a '${typeName(value)}', which is no text`);
}

function* executeCallBlock({ call, caller, at }: CallBlock, frame: Frame, output: Output): Steps<void> {
  const value = yield* evaluateCall(call, frame, makeMacro(caller, frame, execute));
  output.print(blockText(value), at);
}

function* executeFor(loop: For, iterable: Value, frame: Frame, output: Output, depth0: number): Steps<Left> {
  const { target, condition, body, otherwise } = loop;
  const { rendering } = frame;
  rendering.at = loop.items.at;
  if (iterable instanceof Undefined && iterable.isForbidden) throw iterable.error();
  const items = new LoopItems(condition ? yield* chosen(iterable, loop, condition, frame) : iterable);
  const loopValue = new LoopValue(items, depth0, loop.isRecursive ? recursion(loop, frame, depth0) : undefined);
  // As in Jinja, `else` is for loops none of whose rounds came to its end, by `continue` too.
  let isEmpty = true;
  for (let rounds = 0; ; rounds++) {
    rendering.at = loop.items.at;
    const item = items.at(rounds);
    if (item === undefined) break;
    rendering.at = loop.at;
    rendering.meter.iterate(1);
    const inner = innerFrame(frame, body);
    loopValue.index0 = rounds;
    inner.scope.set('loop', loopValue);
    assign(target, item, inner);
    const left = yield* execute(body, inner, output);
    if (left === 'break') break;
    if (!left) isEmpty = false;
  }
  if (isEmpty) return yield* execute(otherwise, innerFrame(frame, otherwise), output);
  return undefined;
}

/** A block sees only what the template has set, unless it is `scoped`. */
function blockFrame({ isScoped, body }: NamedBlock, frame: Frame): Frame {
  return isScoped ? innerFrame(frame, body) : outermostFrame(frame, body);
}

/** The items for which the condition behind `if` holds, found when the loop asks for them unless that may have to wait. */
function* chosen(iterable: Value, { target }: For, condition: Expression, frame: Frame): Steps<Value> {
  function* holds(item: Value): Steps<boolean> {
    frame.rendering.meter.iterate(1);
    const inner = innerFrame(frame, NO_BODY);
    inner.scope.set('loop', new Undefined(NO_LOOP));
    assign(target, item, inner);
    return yield* isTrue(condition, inner);
  }
  if (!callsSomething(condition)) return new Generator(itemsThat((item) => runSteps(holds(item)) === true, iterable));
  const items: Value[] = [];
  for (const item of walk(iterable)) if (yield* holds(item)) items.push(item);
  return items;
}

const NO_BODY: Body = [];
const NO_LOOP = "'loop' is undefined: neither the condition of a loop nor its else has one";

function* itemsThat(hold: (item: Value) => boolean, iterable: Value): Iterable<Value> {
  for (const item of walk(iterable)) if (hold(item)) yield item;
}

/** Only calls have to wait for the warehouse. */
function callsSomething(expression: Expression | Slice): boolean {
  return expression.kind === 'call' || partsOf(expression).some(callsSomething);
}

/** `loop(items)` in a loop that is marked recursive: what its body prints for them. */
function recursion(loop: For, frame: Frame, depth0: number): Callable {
  function* recurse(items: Value): Steps<Value> {
    const output = new Output(frame.rendering, loop.at);
    frame.rendering.enterMacro();
    try {
      yield* executeFor(loop, items, frame, output, depth0 + 1);
    } finally {
      frame.rendering.leaveMacro();
    }
    const mapped = output.finish();
    frame.rendering.remember(mapped, undefined);
    return mapped.text;
  }
  return new Callable('loop', ({ positional }) => runSteps(recurse(positional[0] ?? null)));
}
