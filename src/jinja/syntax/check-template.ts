import type { Location } from '../../location.ts';
import { unreachable } from '../../unreachable.ts';
import { isFilterName, noFilter } from '../filters/filter-names.ts';
import { isTest, unknownTestMessage } from '../filters/tests.ts';
import type { Arguments, Body, Expression, MacroDefinition, Slice, Statement, Target } from './ast.ts';
import { partsOf } from './expression-parts.ts';
import { excerpt, type Source } from './source.ts';
import { TemplateError } from './template-error.ts';

/**
 * The first mistake that Jinja would report when it compiles a parsed template: before rendering, and also in branches that
 * are never rendered. dbt compiles a macro when it is first called, so a macro that is never called may have mistakes.
 */
export function findFault(body: Body, source: Source): TemplateError | undefined {
  try {
    checkBlocks(body);
    checkBody(body, { isSoft: false, isLoop: false });
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { message, at } = error;
    return new TemplateError({ code: 'jinja-syntax', message, location: at, excerpt: excerpt(source, at) });
  }
}

class Fault extends Error {
  readonly at: Location;

  constructor(message: string, at: Location) {
    super(message);
    this.at = at;
  }
}

/** The statements that enclose another one. */
interface Enclosing {
  /** Directly inside an `if`: a filter that does not exist is an error only when it is reached (Jinja: soft_frame). */
  readonly isSoft: boolean;
  readonly isLoop: boolean;
}

function checkBody(body: Body, enclosing: Enclosing): void {
  for (const statement of body) checkStatement(statement, enclosing);
}

function checkStatement(statement: Statement, enclosing: Enclosing): void {
  const inner = { ...enclosing, isSoft: false };
  const { isSoft } = enclosing;
  switch (statement.kind) {
    case 'text':
    case 'unsupported':
      return;
    case 'print':
    case 'do':
      checkExpression(statement.expression, isSoft);
      return;
    case 'set':
      checkExpression(statement.value, isSoft);
      return;
    case 'set-block':
    case 'filter-block':
      checkBody(statement.body, inner);
      if (statement.filter) checkExpression(statement.filter, false);
      return;
    case 'if':
      for (const { test, body } of statement.branches) {
        checkExpression(test, true);
        checkBody(body, { ...enclosing, isSoft: true });
      }
      checkBody(statement.otherwise, { ...enclosing, isSoft: true });
      return;
    case 'for':
      checkExpression(statement.items, isSoft);
      if (statement.condition) checkExpression(statement.condition, false);
      checkNoLoopTarget([statement.target]);
      checkNoLoopTarget(targetsIn(statement.body));
      checkNoLoopTarget(targetsIn(statement.otherwise));
      checkBody(statement.body, { isSoft: false, isLoop: true });
      checkBody(statement.otherwise, statement.isRecursive ? { isSoft: false, isLoop: false } : inner);
      return;
    case 'break':
    case 'continue':
      if (!enclosing.isLoop) throw new Fault(`'${statement.kind}' stands outside of a loop.`, statement.at);
      return;
    case 'macro':
      checkMacro(statement);
      return;
    case 'call-block':
      checkMacro(statement.caller);
      checkExpression(statement.call, isSoft);
      return;
    case 'with':
      for (const { value } of statement.assignments) checkExpression(value, isSoft);
      checkBody(statement.body, inner);
      return;
    case 'block':
      checkBody(statement.body, { isSoft: false, isLoop: false });
      return;
    default:
      unreachable(statement);
      return;
  }
}

/** Throws for a block's name that occurs twice in the template. */
function checkBlocks(body: Body, seen = new Set<string>()): void {
  for (const statement of body) {
    if (statement.kind === 'block') {
      if (seen.has(statement.name)) throw new Fault(`The block '${statement.name}' is there twice.`, statement.at);
      seen.add(statement.name);
    }
    for (const inner of bodiesOf(statement)) checkBlocks(inner, seen);
  }
}

function bodiesOf(statement: Statement): readonly Body[] {
  switch (statement.kind) {
    case 'if':
      return [...statement.branches.map(({ body }) => body), statement.otherwise];
    case 'for':
      return [statement.body, statement.otherwise];
    case 'call-block':
      return [statement.caller.body];
    default:
      return 'body' in statement ? [statement.body] : [];
  }
}

function checkMacro({ signature, body }: MacroDefinition): void {
  const seen = new Set<string>();
  for (const { name, default: fallback, at } of signature.parameters) {
    if (seen.has(name)) throw new Fault(`The parameter '${name}' is there twice.`, at);
    seen.add(name);
    if (fallback) checkExpression(fallback, false);
    else if (name === 'caller' && signature.usesCaller) {
      throw new Fault("A parameter that is named 'caller' must have a default.", at);
    }
  }
  checkBody(body, { isSoft: false, isLoop: false });
}

function checkNoLoopTarget(targets: readonly Target[]): void {
  for (const target of targets) {
    if (target.kind === 'tuple') checkNoLoopTarget(target.items);
    else if (target.kind === 'name' && target.name === 'loop') {
      throw new Fault("'loop' cannot be assigned to inside of a loop.", target.at);
    }
  }
}

/** The targets that the statements assign to, nested statements included. */
function targetsIn(body: Body): readonly Target[] {
  return body.flatMap((statement) => [...targetsOf(statement), ...bodiesOf(statement).flatMap(targetsIn)]);
}

function targetsOf(statement: Statement): readonly Target[] {
  switch (statement.kind) {
    case 'set':
    case 'set-block':
      return [statement.target];
    case 'with':
      return statement.assignments.map(({ target }) => target);
    default:
      return [];
  }
}

function checkExpression(expression: Expression | Slice, isSoft: boolean): void {
  switch (expression.kind) {
    case 'conditional':
      for (const part of partsOf(expression)) checkExpression(part, true);
      return;
    case 'filter':
      if (!isSoft && !isFilterName(expression.name)) throw new Fault(noFilter(expression.name), expression.at);
      break;
    case 'test':
      if (!isSoft && !isTest(expression.name)) throw new Fault(unknownTestMessage(expression.name), expression.at);
      break;
    default:
      break;
  }
  if ('args' in expression) checkArguments(expression.args, expression.at);
  for (const part of partsOf(expression)) checkExpression(part, isSoft);
}

function checkArguments({ named }: Arguments, at: Location): void {
  const names = named.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Fault(`The argument '${twice}' is given twice.`, at);
}
