import { randomWhere, X_AND_Y } from './clauses.ts';
import type { GeneratorContext, Relation } from './generator-context.ts';
import { randomExpression } from './random-expression.ts';
import { randomRelation } from './random-relation.ts';

/** A query with UNNEST in its SELECT list: of a list into rows, or of a struct into columns. */
export function unnestQuery(context: GeneratorContext): Relation {
  const { draw } = context;
  const { sql, columns } = randomRelation(context);
  const [list, struct] = [randomExpression('list', columns, context), randomExpression('struct', columns, context)];
  if (draw.once(2)) {
    return {
      sql: `select unnest(${struct}), ${randomExpression('int', columns, context)} as y from ${sql}`,
      columns: [
        { sql: 'a', name: 'a', kind: 'text' },
        { sql: 'b', name: 'b', kind: 'int' },
        { sql: 'y', name: 'y', kind: 'int' },
      ],
    };
  }
  return {
    sql: `select unnest(${list}) as x, ${randomExpression('int', columns, context)} as y from ${sql}${randomWhere(columns, context)}`,
    columns: X_AND_Y,
  };
}
