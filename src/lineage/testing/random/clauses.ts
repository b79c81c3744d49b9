import type { Column, GeneratorContext } from './generator-context.ts';
import { randomExpression } from './random-expression.ts';
import type { Kind } from './random-schema.ts';

/** One to three entries of a SELECT list, of random kinds; `make` writes their expressions. */
export function randomItems(context: GeneratorContext, make: (kind: Kind) => string): readonly Column[] {
  const { draw } = context;
  return Array.from({ length: 1 + draw.below(3) }, () => {
    const kind = draw.pick(KINDS);
    return { kind, name: draw.fresh('c'), sql: make(kind) };
  });
}

const KINDS: readonly Kind[] = ['text', 'int', 'bool', 'date', 'list', 'struct', 'json'];

/** The SELECT list as SQL, without the word SELECT. */
export function selectList(columns: readonly Column[]): string {
  return columns.map(({ sql, name }) => `${sql} as ${name}`).join(', ');
}

/** A WHERE clause with a space in front, or in half of all draws an empty text. */
export function randomWhere(scope: readonly Column[], context: GeneratorContext): string {
  return context.draw.once(2)
    ? ` where ${randomExpression('bool', scope, { ...context, depth: context.depth + 1 })}`
    : '';
}

/** A SELECT list of a text `x` and an integer `y`, for queries whose other parts name their columns. */
export function xAndY(scope: readonly Column[], context: GeneratorContext): string {
  return `${randomExpression('text', scope, context)} as x, ${randomExpression('int', scope, context)} as y`;
}

/** The columns that the list `xAndY` gives. */
export const X_AND_Y: readonly Column[] = [
  { sql: 'x', name: 'x', kind: 'text' },
  { sql: 'y', name: 'y', kind: 'int' },
];
