import type { Column, GeneratorContext, Relation } from './generator-context.ts';
import { randomExpression } from './random-expression.ts';

/** An entry of FROM beside a LATERAL subquery that reads its columns. */
export function lateralJoin(context: GeneratorContext): Relation {
  const { draw } = context;
  const left = context.makeRelation(context);
  const right = context.makeRelation(context);
  const both = [...right.columns, ...left.columns];
  const alias = draw.fresh('l');
  const limit = draw.once(3) ? ' order by all limit 1' : '';
  const inner = `select ${randomExpression('text', both, context)} as x, ${randomExpression('int', both, context)} as y from ${right.sql} where ${randomExpression('bool', both, context)}${limit}`;
  const columns: readonly Column[] = [
    { sql: `${alias}.x`, name: 'x', kind: 'text' },
    { sql: `${alias}.y`, name: 'y', kind: 'int' },
  ];
  const how = draw.pick([' cross join lateral (#)', ' join lateral (#)', ' left join lateral (#)']);
  const on = how.startsWith(' cross') ? '' : ' on true';
  return { sql: `(${left.sql}${how.replace('#', () => inner)} ${alias}${on})`, columns: [...left.columns, ...columns] };
}
