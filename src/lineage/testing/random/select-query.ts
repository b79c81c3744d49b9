import { randomItems, randomWhere, selectList } from './clauses.ts';
import type { Column, GeneratorContext, Relation } from './generator-context.ts';
import { randomExpression } from './random-expression.ts';
import { randomRelation } from './random-relation.ts';

/** A plain SELECT, with or without DISTINCT. */
export function selectQuery(context: GeneratorContext): Relation {
  const { draw } = context;
  const { sql, columns } = randomRelation(context);
  const list = randomItems(context, (kind) =>
    randomExpression(kind, columns, { ...context, depth: context.depth + 1 }),
  );
  const [first] = list;
  // DuckDB lets an item of the list use the alias of an item before it.
  const items: readonly Column[] =
    first && draw.once(5)
      ? [...list, { sql: `coalesce(${first.name}, ${first.name})`, name: draw.fresh('c'), kind: first.kind }]
      : list;
  const distinct = draw.once(5) ? 'distinct ' : '';
  const rest = `from ${sql}${randomWhere(columns, context)}`;
  const end = distinct ? draw.pick(['', ' order by 1', ' order by all limit 2']) : randomEnd(columns, context);
  const query = `select ${distinct}${selectList(items)} ${rest}${end}`;
  return { sql: query, columns: items };
}

/** ORDER BY, LIMIT and OFFSET. */
function randomEnd(scope: readonly Column[], context: GeneratorContext): string {
  const { draw } = context;
  const template = draw.pick([
    '',
    '',
    '',
    ' order by all limit 2',
    ' order by 1',
    ' order by all offset 1',
    ' order by # desc limit 2',
    ' order by # nulls first limit 1 offset 1',
    ' order by all limit (select count(*) % 3 from @)',
    ' order by all limit 50%',
  ]);
  return template
    .replace('#', () => randomExpression(draw.pick(['int', 'text', 'date']), scope, context))
    .replace('@', () => randomRelation({ ...context, depth: 0 }).sql);
}

/** A SELECT DISTINCT ON with an ORDER BY that decides which row of each key stays. */
export function distinctOnQuery(context: GeneratorContext): Relation {
  const { draw } = context;
  const { sql, columns } = randomRelation(context);
  const list = randomItems(context, (kind) => randomExpression(kind, columns, context));
  const key = randomExpression(draw.pick(['text', 'int', 'date']), columns, context);
  const order = randomExpression(draw.pick(['int', 'text']), columns, context);
  return {
    sql: `select distinct on (${key}) ${selectList(list)} from ${sql}${randomWhere(columns, context)} order by ${key}, ${order} desc`,
    columns: list,
  };
}
