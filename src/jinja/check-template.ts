import type { Location } from '../location.ts';
import { unreachable } from '../unreachable.ts';
import type { Arguments, Body, Expression, MacroDefinition, Slice, Statement, Target } from './ast.ts';
import { isFilterName, noFilter } from './filter-names.ts';
import { excerpt, type Source } from './source.ts';
import { TemplateError } from './template-error.ts';
import { isTest, noTest } from './tests.ts';

/**
 * The first mistake that Jinja finds when it compiles a template it could parse: before anything is rendered, and also in
 * what is never reached. dbt compiles each macro when it is called for the first time, so one that nobody calls may have any.
 */
export function findFault(body: Body, source: Source): TemplateError | undefined {
  try {
    checkBody(body, { isSoft: false, isLoop: false });
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { message, at } = error;
    return new TemplateError({ code: 'jinja-syntax', message, location: at, excerpt: excerpt(source, at) });
  }
}

/** As {@link findFault}, for a macro that is compiled alone. */
export function findMacroFault(definition: MacroDefinition, source: Source): TemplateError | undefined {
  return findFault([definition], source);
}

class Fault extends Error {
  readonly at: Location;

  constructor(message: string, at: Location) {
    super(message);
    this.at = at;
  }
}

interface Around {
  /** Directly in an `if`: a filter that is missing there is missed only when it is reached (Jinja: soft_frame). */
  readonly isSoft: boolean;
  readonly isLoop: boolean;
}

function checkBody(body: Body, around: Around): void {
  for (const statement of body) checkStatement(statement, around);
}

function checkStatement(statement: Statement, around: Around): void {
  const inner = { ...around, isSoft: false };
  const { isSoft } = around;
  switch (statement.kind) {
    case 'text':
    case 'unsupported':
      return;
    case 'print':
    case 'do':
      return checkExpression(statement.expression, isSoft);
    case 'set':
      return checkExpression(statement.value, isSoft);
    case 'set-block':
    case 'filter-block':
      checkBody(statement.body, inner);
      if (statement.filter) checkExpression(statement.filter, false);
      return;
    case 'if':
      for (const { test, body } of statement.branches) {
        checkExpression(test, true);
        checkBody(body, { ...around, isSoft: true });
      }
      return checkBody(statement.otherwise, { ...around, isSoft: true });
    case 'for':
      checkExpression(statement.items, isSoft);
      if (statement.condition) checkExpression(statement.condition, false);
      checkNoLoopTarget([statement.target]);
      checkNoLoopTarget(targetsIn(statement.body));
      checkNoLoopTarget(targetsIn(statement.otherwise));
      checkBody(statement.body, { isSoft: false, isLoop: true });
      return checkBody(statement.otherwise, statement.isRecursive ? { isSoft: false, isLoop: false } : inner);
    case 'break':
    case 'continue':
      if (!around.isLoop) throw new Fault(`'${statement.kind}' stands outside of a loop.`, statement.at);
      return;
    case 'macro':
      return checkMacro(statement);
    case 'call-block':
      checkMacro(statement.caller);
      return checkExpression(statement.call, isSoft);
    case 'with':
      for (const { value } of statement.assignments) checkExpression(value, isSoft);
      return checkBody(statement.body, inner);
    case 'scope':
      return checkBody(statement.body, { isSoft: false, isLoop: false });
    default:
      return unreachable(statement);
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

/** What the statements assign to, those inside of others included. */
function targetsIn(body: Body): readonly Target[] {
  return body.flatMap((statement): readonly Target[] => {
    switch (statement.kind) {
      case 'set':
        return [statement.target];
      case 'set-block':
        return [statement.target, ...targetsIn(statement.body)];
      case 'if':
        return [...statement.branches.flatMap((branch) => targetsIn(branch.body)), ...targetsIn(statement.otherwise)];
      case 'with':
        return [...statement.assignments.map(({ target }) => target), ...targetsIn(statement.body)];
      case 'macro':
      case 'filter-block':
      case 'scope':
        return targetsIn(statement.body);
      case 'call-block':
        return targetsIn(statement.caller.body);
      default:
        return [];
    }
  });
}

function checkExpression(expression: Expression | Slice, isSoft: boolean): void {
  const check = (part: Expression | Slice | undefined) => {
    if (part) checkExpression(part, isSoft);
  };
  switch (expression.kind) {
    case 'constant':
    case 'name':
      return;
    case 'attribute':
      return check(expression.object);
    case 'item':
      check(expression.object);
      return check(expression.key);
    case 'slice':
      check(expression.start);
      check(expression.stop);
      return check(expression.step);
    case 'call':
      check(expression.callee);
      return checkArguments(expression.args, expression.at, isSoft);
    case 'filter':
      check(expression.input);
      if (!isSoft && !isFilterName(expression.name)) {
        throw new Fault(noFilter(expression.name), expression.at);
      }
      return checkArguments(expression.args, expression.at, isSoft);
    case 'test':
      check(expression.input);
      if (!isSoft && !isTest(expression.name)) throw new Fault(noTest(expression.name), expression.at);
      return checkArguments(expression.args, expression.at, isSoft);
    case 'unary':
      return check(expression.operand);
    case 'binary':
    case 'logical':
      check(expression.left);
      return check(expression.right);
    case 'comparison':
      check(expression.first);
      return expression.rest.forEach(({ operand }) => check(operand));
    case 'concat':
      return expression.parts.forEach(check);
    case 'conditional':
      for (const part of [expression.test, expression.then, expression.otherwise]) {
        if (part) checkExpression(part, true);
      }
      return;
    case 'list':
    case 'tuple':
      return expression.items.forEach(check);
    case 'dict':
      return expression.entries.forEach(({ key, value }) => {
        check(key);
        check(value);
      });
    default:
      return unreachable(expression);
  }
}

function checkArguments({ positional, named, spread, spreadNamed }: Arguments, at: Location, isSoft: boolean): void {
  const values = [...positional, ...named.map(({ value }) => value)];
  for (const value of values) checkExpression(value, isSoft);
  if (spread) checkExpression(spread, isSoft);
  if (spreadNamed) checkExpression(spreadNamed, isSoft);
  const names = named.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Fault(`The argument '${twice}' is given twice.`, at);
}
