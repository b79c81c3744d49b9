import { unreachable } from '../../unreachable.ts';
import type { Body, CallBlock, Expression, For, NamedBlock, Slice, Statement } from '../syntax/ast.ts';
import { partsOf } from '../syntax/expression-parts.ts';
import { iterateLazily } from '../values/iterate.ts';
import { printValue } from '../values/print-value.ts';
import { PythonError } from '../values/python-error.ts';
import { runSteps, type Steps, yieldToEventLoop } from '../values/steps.ts';
import { Callable, Generator, isTruthy, typeName, Undefined, type Value } from '../values/value.ts';
import { assign, checkNamespaces } from './assign.ts';
import { applyFilters, evaluate, evaluateCall } from './evaluate-expression.ts';
import { type Frame, innerFrame, outermostFrame } from './frame.ts';
import { locateError } from './locate-error.ts';
import { LoopItems } from './loop-items.ts';
import { LoopValue } from './loop-value.ts';
import { makeMacro } from './macro.ts';
import { Output } from './output.ts';

/** The statement that ended a body early. */
type EarlyExit = 'break' | 'continue' | undefined;

/** Runs statements one after another. @throws {TemplateError} at the place of what failed. */
export function* execute(body: Body, frame: Frame, output: Output): Steps<EarlyExit> {
  try {
    for (const statement of body) {
      if (frame.context.takesTurns) yield* yieldToEventLoop();
      const exit = yield* executeStatement(statement, frame, output);
      if (exit) return exit;
    }
  } catch (error) {
    throw locateError(error, frame);
  }
  return undefined;
}

function* executeStatement(statement: Statement, frame: Frame, output: Output): Steps<EarlyExit> {
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
      const { text, exit } = yield* textOf(body, inner, at);
      if (!exit) assign(target, filter ? yield* applyFilters(filter, text, inner) : text, frame);
      return exit;
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
      const { text, exit } = yield* textOf(body, inner, at);
      if (!exit) output.print(blockText(yield* applyFilters(filter, text, inner)), at);
      return exit;
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

/**
 * Runs a body and returns what it printed. Callers drop the text after a `break` or `continue`: it leaves the loop
 * around.
 */
function* textOf(
  body: Body,
  frame: Frame,
  at: Statement['at'],
): Steps<{ readonly text: string; readonly exit: EarlyExit }> {
  const output = new Output(frame.rendering, at);
  const exit = yield* execute(body, frame, output);
  const mapped = output.finish();
  frame.rendering.remember(mapped, undefined);
  return { text: mapped.text, exit };
}

/** The text of a `filter` or `call` block. Jinja joins it unconverted, so another value is a TypeError. */
function blockText(value: Value): string {
  if (typeof value === 'string') return value;
  throw new PythonError('TypeError', `the block gives a '${typeName(value)}', which is no text`);
}

function* executeCallBlock({ call, caller, at }: CallBlock, frame: Frame, output: Output): Steps<void> {
  const value = yield* evaluateCall(call, frame, makeMacro(caller, frame, execute));
  output.print(blockText(value), at);
}

function* executeFor(loop: For, iterable: Value, frame: Frame, output: Output, depth0: number): Steps<EarlyExit> {
  const { target, condition, body, otherwise } = loop;
  const { rendering } = frame;
  rendering.at = loop.items.at;
  if (iterable instanceof Undefined && iterable.isForbidden) throw iterable.error();
  const items = new LoopItems(condition ? yield* filterItems(iterable, loop, condition, frame) : iterable);
  const loopValue = new LoopValue(items, depth0, loop.isRecursive ? recursion(loop, frame, depth0) : undefined);
  // As in Jinja, `else` runs when no round reached its end: rounds that `continue` ended do not count.
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
    const exit = yield* execute(body, inner, output);
    if (exit === 'break') break;
    if (!exit) isEmpty = false;
  }
  if (isEmpty) return yield* execute(otherwise, innerFrame(frame, otherwise), output);
  return undefined;
}

/** The frame of a named block: it sees only the template's variables, unless it is `scoped`. */
function blockFrame({ isScoped, body }: NamedBlock, frame: Frame): Frame {
  return isScoped ? innerFrame(frame, body) : outermostFrame(frame, body);
}

/**
 * The items that pass the `if` of a loop. They are tested one by one as the loop runs, or all before it if the test may
 * have to wait for the warehouse.
 */
function* filterItems(iterable: Value, { target }: For, condition: Expression, frame: Frame): Steps<Value> {
  function* holds(item: Value): Steps<boolean> {
    frame.rendering.meter.iterate(1);
    const inner = innerFrame(frame, NO_BODY);
    inner.scope.set('loop', new Undefined(NO_LOOP));
    assign(target, item, inner);
    return yield* isTrue(condition, inner);
  }
  if (!hasCall(condition)) return new Generator(itemsThat((item) => runSteps(holds(item)) === true, iterable));
  const items: Value[] = [];
  for (const item of iterateLazily(iterable)) if (yield* holds(item)) items.push(item);
  return items;
}

const NO_BODY: Body = [];
const NO_LOOP = "'loop' is undefined: neither the condition of a loop nor its else has one";

function* itemsThat(hold: (item: Value) => boolean, iterable: Value): Iterable<Value> {
  for (const item of iterateLazily(iterable)) if (hold(item)) yield item;
}

/** Whether an expression has a call in it: only calls wait for the warehouse. */
function hasCall(expression: Expression | Slice): boolean {
  return expression.kind === 'call' || partsOf(expression).some(hasCall);
}

/** The `loop(items)` of a recursive loop: runs the loop's body for other items and gives what it printed. */
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
