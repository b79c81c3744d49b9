import { randomWhere, X_AND_Y } from './clauses.ts';
import type { GeneratorContext, Relation } from './generator-context.ts';
import { randomExpression } from './random-expression.ts';
import { randomRelation } from './random-relation.ts';

/** UNION, EXCEPT or INTERSECT of two or three queries; with BY NAME the second one has its columns swapped. */
export function setOperation(context: GeneratorContext): Relation {
  const { draw } = context;
  const operation = draw.pick([
    'union all',
    'union',
    'except',
    'intersect',
    'union all by name',
    'union by name',
    'except all',
    'intersect all',
  ]);
  const side = (isSwapped: boolean): string => {
    const { sql, columns } = randomRelation(context);
    const [x, y] = [randomExpression('text', columns, context), randomExpression('int', columns, context)];
    const list = isSwapped ? `${y} as y, ${x} as x` : `${x} as x, ${y} as y`;
    return `(select ${list} from ${sql}${randomWhere(columns, context)})`;
  };
  const sides = [side(false), side(operation.endsWith('by name')), ...(draw.once(4) ? [side(false)] : [])];
  return { sql: sides.join(` ${operation} `), columns: X_AND_Y };
}
