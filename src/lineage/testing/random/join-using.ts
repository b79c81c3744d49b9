import { columnsOfAlias } from './alias.ts';
import type { Column, GeneratorContext, Relation } from './generator-context.ts';
import { randomExpression } from './random-expression.ts';

/** A join by USING or NATURAL, whose common column `k` has the alias of neither side. */
export function joinUsing(context: GeneratorContext): Relation {
  const { draw } = context;
  const key = draw.pick(['int', 'text'] as const);
  const [leftText, rightText] = [draw.fresh('x'), draw.fresh('y')];
  const side = (name: string): Relation => {
    const relation = context.makeRelation(context);
    const sql = `select ${randomExpression(key, relation.columns, context)} as k, ${randomExpression('text', relation.columns, context)} as ${name} from ${relation.sql}`;
    return { sql: `(${sql}) ${draw.fresh('m')}`, columns: [{ sql: name, name, kind: 'text' }] };
  };
  const [left, right] = [side(leftText), side(rightText)];
  const how = draw.pick(['join', 'left join', 'right join', 'full join']);
  const sql = draw.once(3) ? `natural ${how} ${right.sql}` : `${how} ${right.sql} using (k)`;
  // The join is a subquery: outside, the bare name `k` could also mean a column of another table.
  const alias = draw.fresh('d');
  const columns: readonly Column[] = [{ sql: 'k', name: 'k', kind: key }, ...left.columns, ...right.columns];
  return { sql: `(select * from ${left.sql} ${sql}) ${alias}`, columns: columnsOfAlias(columns, alias) };
}
