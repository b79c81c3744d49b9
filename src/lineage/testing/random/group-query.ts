import type { Draw } from '../draw.ts';
import { randomItems, randomWhere, selectList } from './clauses.ts';
import type { Column, GeneratorContext, Relation } from './generator-context.ts';
import { randomAggregate, randomColumn, randomExpression } from './random-expression.ts';
import { randomRelation } from './random-relation.ts';

/** A query with GROUP BY, aggregates, and sometimes GROUPING() and HAVING. */
export function groupQuery(context: GeneratorContext): Relation {
  const { draw } = context;
  const { sql, columns } = randomRelation(context);
  const inner = { ...context, depth: Math.max(context.depth, 1) };
  const keys = randomItems(context, () => '').map(({ name, kind }, index): Column => {
    const key = kind === 'json' || kind === 'struct' ? 'text' : kind;
    return {
      name,
      kind: key,
      sql: index === 0 ? randomExpression(key, columns, inner) : randomColumn(key, columns, draw),
    };
  });
  const totals = randomItems(context, (kind) => randomAggregate(kind, columns, context));
  const group = groupBy(keys, draw);
  const groupingCalls: readonly Column[] = group.startsWith('all') ? [] : randomGroupingCalls(keys, draw);
  const having = draw.once(3) ? ` having ${randomAggregate('bool', columns, context)}` : '';
  const list = [...keys, ...totals, ...groupingCalls];
  const end = draw.pick(['', '', ' order by all limit 2', ' order by all']);
  return {
    sql: `select ${selectList(list)} from ${sql}${randomWhere(columns, context)} group by ${group}${having}${end}`,
    columns: list,
  };
}

function groupBy(keys: readonly Column[], draw: Draw): string {
  const expressions = keys.map(({ sql }) => sql);
  const list = expressions.join(', ');
  return draw.pick([
    'all',
    list,
    `rollup (${list})`,
    `cube (${list})`,
    `grouping sets ((${list}), (${expressions[0]}), ())`,
    `grouping sets ((${list}), (${expressions.at(-1)}))`,
  ]);
}

function randomGroupingCalls(keys: readonly Column[], draw: Draw): readonly Column[] {
  const [key] = keys;
  if (!key || draw.below(3) > 0) return [];
  return [{ sql: `grouping(${key.sql})`, name: draw.fresh('c'), kind: 'int' }];
}
