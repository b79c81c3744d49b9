import type { Expression } from '../syntax/ast.ts';
import { parseTemplate } from '../syntax/parse-template.ts';
import { TemplateError } from '../syntax/template-error.ts';
import { negate } from '../values/arithmetic.ts';
import { isInteger, isNumber } from '../values/numbers.ts';
import { printValue } from '../values/print-value.ts';
import { PythonError } from '../values/python-error.ts';
import { Dict, Float, Tuple, type Value } from '../values/value.ts';

/**
 * Reads a text as a Python literal (dbt: quoted_native_concat, ast.literal_eval). With `any`, a text that is no literal
 * stays a text.
 * @throws {PythonError} when the text is no literal of the type
 */
export function literalValue(value: Value, type: 'bool' | 'number' | 'any'): Value {
  const literal = typeof value === 'string' ? readLiteral(value) : value;
  if (type === 'any') return literal ?? value;
  const fits =
    literal !== undefined &&
    (type === 'bool'
      ? typeof literal === 'boolean'
      : isNumber(literal) && !(isInteger(literal) && typeof literal === 'boolean'));
  if (fits) return literal;
  throw new PythonError('ValueError', `Could not convert value '${printValue(value)}' into type '${type}'`);
}

function readLiteral(text: string): Value | undefined {
  try {
    const [only, ...more] = parseTemplate({ file: '', text: `{{ ${text.trim()} }}` }).body;
    return only?.kind === 'print' && more.length === 0 ? literalOf(only.expression) : undefined;
  } catch (error) {
    if (error instanceof TemplateError) return undefined;
    throw error;
  }
}

function literalOf(expression: Expression): Value | undefined {
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'unary': {
      const operand = literalOf(expression.operand);
      return expression.operator === '-' && (typeof operand === 'number' || operand instanceof Float)
        ? negate(operand)
        : undefined;
    }
    case 'list':
      return allOf(expression.items);
    case 'tuple': {
      const items = allOf(expression.items);
      return items && new Tuple(items);
    }
    case 'dict': {
      const keys = allOf(expression.entries.map(({ key }) => key));
      const values = allOf(expression.entries.map(({ value }) => value));
      return keys && values && new Dict(keys.map((key, index) => [key, values[index] ?? null]));
    }
    default:
      return undefined;
  }
}

function allOf(expressions: readonly Expression[]): Value[] | undefined {
  const values = expressions.map(literalOf);
  return values.every((value) => value !== undefined) ? values : undefined;
}
