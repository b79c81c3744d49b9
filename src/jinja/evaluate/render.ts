import type { Location } from '../../location.ts';
import { UserError } from '../../user-error.ts';
import type { Expression, Signature, Statement } from '../syntax/ast.ts';
import { parseTemplate, type Template, type TemplateBlock } from '../syntax/parse-template.ts';
import { DEFAULT_LIMITS, type Limits } from '../values/limits.ts';
import { printValue } from '../values/print-value.ts';
import { runSteps, type Steps } from '../values/steps.ts';
import { type CallArguments, Callable, isTruthy, type Value } from '../values/value.ts';
import { evaluate } from './evaluate-expression.ts';
import { execute } from './execute-statement.ts';
import { bodyFrame, type Context, type Frame } from './frame.ts';
import { literalValue } from './literal-value.ts';
import { locateError, withMacro } from './locate-error.ts';
import { attributesOf, invokeMacro } from './macro.ts';
import { concatText, type MappedText } from './mapped-text.ts';
import { Output } from './output.ts';
import { Rendering } from './rendering.ts';
import { Scope } from './scope.ts';

export type { Context } from './frame.ts';

/** Thrown by dbt's `return(value)`: the running macro gives this value instead of what it printed. */
export class MacroReturn {
  readonly value: Value;

  constructor(value: Value) {
    this.value = value;
  }
}

/**
 * Renders a template as Jinja 3.1 does in dbt's configuration. Returns a promise only if a function of the context does, or if the context takes turns.
 * @throws {TemplateError} at the place of what failed, with the macros around it; {UserError} of functions in the context
 */
export function renderTemplate(
  template: Template,
  context: Context,
  limits: Limits = DEFAULT_LIMITS,
): MappedText | Promise<MappedText> {
  return runSteps(renderSteps(template, context, limits));
}

function* renderSteps(template: Template, context: Context, limits: Limits): Steps<MappedText> {
  if (template.fault) throw template.fault;
  const frame = frameOf(template, context, limits);
  const output = new Output(frame.rendering, template.source.start);
  try {
    yield* execute(template.body, frame, output);
  } catch (error) {
    if (error instanceof MacroReturn) throw returnOutside(frame.rendering.at);
    throw error;
  }
  return output.finish();
}

function frameOf({ source, body, hidden }: Template, context: Context, limits: Limits): Frame {
  const rendering = new Rendering(limits, source.start);
  return bodyFrame({ source, context, scope: new Scope(), rendering, hidden }, body);
}

function returnOutside(location: Location): UserError {
  return new UserError({
    code: 'jinja-runtime',
    message: 'return() gives the value of a macro, but no macro of a file is running.',
    location,
    fix: 'put it into a macro of its own, or print the value',
  });
}

/**
 * Renders a value of a YAML file (dbt: NativeEnvironment). A single expression keeps its type, anything else gives text.
 * `at` is the place of the value in its file.
 * @throws as {@link renderTemplate}
 */
export function renderNative(text: string, context: Context, at: Location): Value | Promise<Value> {
  const template = parseTemplate({ file: at.file, text, firstLine: at.line, firstColumn: at.column });
  return runSteps(nativeSteps(template, context));
}

function* nativeSteps(template: Template, context: Context): Steps<Value> {
  const only = yield* onlyPrint(template.body, template, context);
  if (only) return yield* nativeValue(only, template, context);
  const { text } = yield* renderSteps(template, context, DEFAULT_LIMITS);
  return text;
}

type Print = Extract<Statement, { kind: 'print' }>;

/** The expression that is all a template prints, also in a branch of an `if`; `undefined` if it prints more. */
function* onlyPrint(body: readonly Statement[], template: Template, context: Context): Steps<Print | undefined> {
  const [only, ...more] = body;
  if (more.length > 0) return undefined;
  if (only?.kind === 'print') return only;
  if (only?.kind !== 'if') return undefined;
  if (template.fault) throw template.fault;
  const frame = frameOf(template, context, DEFAULT_LIMITS);
  let chosen = only.otherwise;
  try {
    for (const { test, body: then } of only.branches) {
      if (!isTruthy(yield* evaluate(test, frame))) continue;
      chosen = then;
      break;
    }
  } catch (error) {
    throw locateError(error, frame);
  }
  return yield* onlyPrint(chosen, template, context);
}

function* nativeValue({ expression }: Print, template: Template, context: Context): Steps<Value> {
  if (template.fault) throw template.fault;
  const frame = frameOf(template, context, DEFAULT_LIMITS);
  try {
    const value = yield* evaluate(expression, frame);
    frame.rendering.at = expression.at;
    return applyTypeFilter(expression, value);
  } catch (error) {
    throw locateError(error, frame);
  }
}

/**
 * Applies dbt's `as_bool`, `as_number`, `as_native` and `as_text`: they have an effect only as the last filter of a YAML
 * value.
 */
function applyTypeFilter(expression: Expression, value: Value): Value {
  if (expression.kind !== 'filter') return value;
  switch (expression.name) {
    case 'as_text':
      return printValue(value);
    case 'as_bool':
      return literalValue(value, 'bool');
    case 'as_number':
      return literalValue(value, 'number');
    case 'as_native':
      return literalValue(value, 'any');
    default:
      return value;
  }
}

export interface BindOptions {
  /** Changes the text that the macro gives. Other values stay as they are. */
  readonly wrapMacro?: WrapMacro;
}

/**
 * Gives the text to print in place of a macro's output.
 *
 * @param macro name of the macro, without its package
 * @param argument the first argument of the call; `undefined` if there is none, or it is no text
 */
export type WrapMacro = (macro: string, output: string, argument: string | undefined) => string;

/**
 * Makes a macro of a file callable from templates (dbt: MacroGenerator). It sees the context, not the other statements of
 * its file. A call gives the text it printed, or the value it gave to `return()`; the text of a macro in `wrapMacro` is
 * what that makes of it.
 */
export function bindMacro(block: TemplateBlock, context: Context, { wrapMacro }: BindOptions): Callable {
  const { name, definition, template, fault, hidden } = block;

  function* call(args: CallArguments, site: Location, rendering: Rendering): Steps<Value> {
    if (fault) throw withMacro(fault, name, site);
    const frame: Frame = { source: template, context, scope: new Scope(), rendering, hidden };
    const argument = firstText(args, definition.signature);
    try {
      const printed = yield* invokeMacro(definition, frame, args, site, execute);
      const output = wrapMacro ? wrap(printed, wrapMacro(name, printed.text, argument), definition.at) : printed;
      rendering.remember(output, site);
      return output.text;
    } catch (error) {
      if (!(error instanceof MacroReturn)) throw error;
      return wrapMacro && typeof error.value === 'string' ? wrapMacro(name, error.value, argument) : error.value;
    }
  }

  return new Callable(
    name,
    (args, site, rendering) => runSteps(call(args, site, rendering ?? new Rendering(DEFAULT_LIMITS, site))),
    attributesOf(name, definition.signature),
  );
}

function firstText({ positional, named }: CallArguments, { parameters }: Signature): string | undefined {
  const first = positional[0] ?? named.get(parameters[0]?.name ?? '');
  return typeof first === 'string' ? first : undefined;
}

/** Text with a wrapped macro's output in it: the output keeps its origins, the text around it has the macro's place. */
function wrap(output: MappedText, wrapped: string, at: Location): MappedText {
  if (wrapped === output.text) return output;
  const start = wrapped.indexOf(output.text);
  if (start === -1) return concatText([wrapped], at);
  return concatText([wrapped.slice(0, start), output, wrapped.slice(start + output.text.length)], at);
}
