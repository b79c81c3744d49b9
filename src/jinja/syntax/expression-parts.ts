import { unreachable } from '../../unreachable.ts';
import type { Arguments, Expression, Slice } from './ast.ts';

/** The expressions an expression is made of, in the order Jinja visits them. */
export function partsOf(expression: Expression | Slice): readonly (Expression | Slice)[] {
  switch (expression.kind) {
    case 'constant':
    case 'name':
      return [];
    case 'attribute':
      return [expression.object];
    case 'item':
      return [expression.object, expression.key];
    case 'slice':
      return present([expression.start, expression.stop, expression.step]);
    case 'call':
      return [expression.callee, ...argumentsOf(expression.args)];
    case 'filter':
      return [...present([expression.input]), ...argumentsOf(expression.args)];
    case 'test':
      return [expression.input, ...argumentsOf(expression.args)];
    case 'unary':
      return [expression.operand];
    case 'binary':
    case 'logical':
      return [expression.left, expression.right];
    case 'comparison':
      return [expression.first, ...expression.rest.map(({ operand }) => operand)];
    case 'concat':
      return expression.parts;
    case 'conditional':
      return present([expression.test, expression.consequent, expression.otherwise]);
    case 'list':
    case 'tuple':
      return expression.items;
    case 'dict':
      return expression.entries.flatMap(({ key, value }) => [key, value]);
    default:
      return unreachable(expression);
  }
}

function argumentsOf({ positional, named, spread, spreadNamed }: Arguments): readonly Expression[] {
  return [...positional, ...named.map(({ value }) => value), ...present([spread, spreadNamed])];
}

function present(expressions: readonly (Expression | undefined)[]): readonly Expression[] {
  return expressions.filter((expression) => expression !== undefined);
}
