import { tableWithAlias } from './alias.ts';
import type { GeneratorContext, Relation } from './generator-context.ts';
import { randomExpression } from './random-expression.ts';
import { randomRelation } from './random-relation.ts';
import type { Table } from './random-schema.ts';

/** A query that can read a CTE beside the other tables. */
export function cteQuery(context: GeneratorContext): Relation {
  const { draw } = context;
  const inner = context.makeQuery(context);
  const name = draw.fresh('w');
  const how = draw.pick(['', 'materialized ', 'not materialized ']);
  const cte: Table = {
    name,
    columns: inner.columns.map(({ name: column, kind }) => ({ name: column, kind, type: '' })),
    rows: [],
  };
  const body = context.makeQuery({ ...context, tables: [cte, ...context.tables] });
  return {
    sql: `with ${name} as ${how}(${inner.sql}) select * from (${body.sql}) ${draw.fresh('d')}`,
    columns: body.columns,
  };
}

/** A recursive CTE of three rounds, whose steps move values from column to column. */
export function recursiveQuery(context: GeneratorContext): Relation {
  const { draw } = context;
  const { sql, columns } = randomRelation(context);
  const name = draw.fresh('r');
  const isKeyed = draw.once(3);
  const step = draw
    .pick(['b, a', "b, 'z'", "a || b, ''", '(select max(x.a) from # x), a', 'b || n, a'])
    .replace('#', name);
  const storedTables = context.tables.filter(({ rows }) => rows.length > 0);
  // Only tables of the schema: a CTE or a model may have so many rows that their product in each round is too large.
  const from = draw.once(3) ? `${name}, ${tableWithAlias(draw.pick(storedTables), draw).sql}` : name;
  const union = isKeyed ? 'union' : draw.pick(['union all', 'union']);
  const anchor = `select 1, ${randomExpression('text', columns, context)}, ${randomExpression('text', columns, context)} from ${sql}`;
  return {
    sql: `with recursive ${name}(n, a, b)${isKeyed ? ' using key (a)' : ''} as ((${anchor}) ${union} select ${name}.n + 1, ${step.replaceAll(/\b([abn])\b(?!\))/g, `${name}.$1`)} from ${from} where ${name}.n < 3) select n, a, b from ${name}`,
    columns: [
      { sql: 'n', name: 'n', kind: 'int' },
      { sql: 'a', name: 'a', kind: 'text' },
      { sql: 'b', name: 'b', kind: 'text' },
    ],
  };
}
