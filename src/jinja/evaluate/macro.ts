import type { Location } from '../../location.ts';
import type { Body, MacroDefinition, Parameter, Signature } from '../syntax/ast.ts';
import { toValue } from '../values/plain-value.ts';
import { PythonError } from '../values/python-error.ts';
import { runSteps, type Steps } from '../values/steps.ts';
import { type CallArguments, Callable, Dict, Tuple, Undefined, type Value } from '../values/value.ts';
import { evaluate } from './evaluate-expression.ts';
import { type Frame, innerFrame } from './frame.ts';
import { locateError, withMacro } from './locate-error.ts';
import type { MappedText } from './mapped-text.ts';
import { Output } from './output.ts';
import { undefinedName } from './scope.ts';

/**
 * The function that runs a body. Macros get it as a parameter: execute-statement.ts imports this file, and imports may
 * not form a cycle.
 */
export type Execute = (body: Body, frame: Frame, output: Output) => Steps<unknown>;

/**
 * Makes a macro callable from templates. A call gives the text that the macro printed. `around` is the frame of its
 * definition.
 */
export function makeMacro(definition: MacroDefinition, around: Frame, execute: Execute): Callable {
  const { name, signature } = definition;
  const call = (args: CallArguments, site: Location) => runSteps(callMacro(definition, around, args, site, execute));
  return new Callable(name, call, attributesOf(name, signature));
}

function* callMacro(
  definition: MacroDefinition,
  around: Frame,
  args: CallArguments,
  site: Location,
  execute: Execute,
): Steps<Value> {
  const mapped = yield* invokeMacro(definition, around, args, site, execute);
  around.rendering.remember(mapped, site);
  return mapped.text;
}

/**
 * Runs a macro and returns what it printed. It sees the variables of `around`.
 * @throws {TemplateError} with the macro and `site`, the place of the call
 */
export function* invokeMacro(
  { name, signature, body, at }: MacroDefinition,
  around: Frame,
  args: CallArguments,
  site: Location,
  execute: Execute,
): Steps<MappedText> {
  const { rendering } = around;
  const frame = innerFrame(around, body);
  const output = new Output(rendering, at);
  rendering.enterMacro();
  try {
    yield* bindParameters(name, signature, args, frame);
    yield* execute(body, frame, output);
    return output.finish();
  } catch (error) {
    throw withMacro(locateError(error, frame), name, site);
  } finally {
    rendering.leaveMacro();
  }
}

/**
 * Binds arguments to parameters (Jinja: Macro.__call__). An argument too many is an error, unless the body reads
 * `varargs` or `kwargs`.
 */
function* bindParameters(name: string, signature: Signature, args: CallArguments, frame: Frame): Steps<void> {
  const { parameters, usesVarargs, usesKwargs, usesCaller } = signature;
  const { positional } = args;
  const named = new Map(args.named);
  if (!usesVarargs && positional.length > parameters.length) {
    throw new PythonError('TypeError', `macro '${name}' takes not more than ${parameters.length} argument(s)`);
  }
  const values = parameters.map(({ name: parameter }, index) =>
    index < positional.length ? positional[index] : take(named, parameter),
  );
  if (usesCaller && !parameters.some((parameter) => parameter.name === 'caller')) {
    frame.scope.set('caller', take(named, 'caller') ?? new Undefined('No caller defined'));
  }
  if (usesKwargs) frame.scope.set('kwargs', new Dict(named));
  else for (const unknown of named.keys()) throw new PythonError('TypeError', unknownKeyword(name, unknown));
  if (usesVarargs) frame.scope.set('varargs', new Tuple(positional.slice(parameters.length)));
  // A default may read every parameter. One without an argument is undefined until its own default is evaluated.
  for (const [index, { name: parameter }] of parameters.entries()) {
    const value = values[index];
    frame.scope.set(parameter, value === undefined ? undefinedName(parameter) : value);
  }
  for (const [index, parameter] of parameters.entries()) {
    if (values[index] === undefined) frame.scope.set(parameter.name, yield* defaultOf(parameter, frame));
  }
}

function take(named: Map<string, Value>, name: string): Value | undefined {
  const value = named.get(name);
  named.delete(name);
  return value;
}

function unknownKeyword(macro: string, name: string): string {
  return name === 'caller'
    ? `macro '${macro}' was called with a block, but does not use caller()`
    : `macro '${macro}' takes no keyword argument '${name}'`;
}

function* defaultOf({ name, default: fallback }: Parameter, frame: Frame): Steps<Value> {
  return fallback ? yield* evaluate(fallback, frame) : new Undefined(`parameter '${name}' was not provided`);
}

/** The attributes of a macro, such as `macro.name` (Jinja: Macro). */
export function attributesOf(
  name: string,
  { parameters, usesVarargs, usesKwargs, usesCaller }: Signature,
): ReadonlyMap<string, Value> {
  return new Map<string, Value>([
    ['name', name],
    ['arguments', new Tuple(parameters.map((parameter) => toValue(parameter.name)))],
    ['catch_varargs', usesVarargs],
    ['catch_kwargs', usesKwargs],
    ['caller', usesCaller],
  ]);
}
