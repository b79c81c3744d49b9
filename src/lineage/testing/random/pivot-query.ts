import { xAndY } from './clauses.ts';
import type { Column, GeneratorContext, Relation } from './generator-context.ts';
import { randomExpression } from './random-expression.ts';
import { randomRelation } from './random-relation.ts';

/** A PIVOT over two values, or over 22: DuckDB plans more than 20 in another way. */
export function pivotQuery(context: GeneratorContext): Relation {
  const { draw } = context;
  const { sql, columns } = randomRelation(context);
  const inner = `select ${xAndY(columns, context)}, ${randomExpression('text', columns, context)} as z from ${sql}`;
  const count = draw.once(4) ? 22 : 2;
  const listed = Array.from({ length: count }, (_, index) => index);
  const using = draw.pick(['max(x) as p', 'max(x) as p, count(*) as q', 'string_agg(x) as p']);
  const pivotColumns: readonly Column[] = listed
    .slice(0, 2)
    .map((value) => ({ sql: `"${value}_p"`, name: `${value}_p`, kind: 'text' }));
  return {
    sql: `select * from (pivot (${inner}) on y % 3 in (${listed.join(', ')}) using ${using} group by z)`,
    columns: [{ sql: 'z', name: 'z', kind: 'text' }, ...pivotColumns],
  };
}

/** An UNPIVOT of two columns into names and values. */
export function unpivotQuery(context: GeneratorContext): Relation {
  const { draw } = context;
  const { sql, columns } = randomRelation(context);
  const inner = `select ${xAndY(columns, context)}, ${randomExpression('text', columns, context)} as z from ${sql}`;
  const nulls = draw.pick(['', ' include nulls']);
  return {
    sql: `select * from (${inner}) ${draw.fresh('d')} unpivot${nulls} (v for key in (x, z))`,
    columns: [
      { sql: 'y', name: 'y', kind: 'int' },
      { sql: 'key', name: 'key', kind: 'text' },
      { sql: 'v', name: 'v', kind: 'text' },
    ],
  };
}
