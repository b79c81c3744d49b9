import { columnsOfAlias, tableWithAlias } from './alias.ts';
import type { Column, GeneratorContext, Relation } from './generator-context.ts';
import { joinUsing } from './join-using.ts';
import { lateralJoin } from './lateral-join.ts';
import { randomExpression } from './random-expression.ts';
import { randomJoin } from './random-join.ts';
import type { Kind } from './random-schema.ts';

/** A random entry of FROM: a table, a subquery, a join, a table function or VALUES. */
export function randomRelation(context: GeneratorContext): Relation {
  const { draw, depth } = context;
  if (depth <= 0 || draw.below(2) === 0) return table(context);
  const inner = { ...context, depth: depth - 1 };
  const make = draw.pick([subquery, randomJoin, randomJoin, joinUsing, lateralJoin, rowFunction, values]);
  return make(inner);
}

function table({ draw, tables }: GeneratorContext): Relation {
  return tableWithAlias(draw.pick(tables), draw);
}

function subquery(context: GeneratorContext): Relation {
  const { sql, columns } = context.makeQuery(context);
  const alias = context.draw.fresh('d');
  return { sql: `(${sql}) ${alias}`, columns: columnsOfAlias(columns, alias) };
}

function rowFunction(context: GeneratorContext): Relation {
  const { draw } = context;
  const left = randomRelation(context);
  const alias = draw.fresh('u');
  const { call, as, columns } = draw.pick(ROW_FUNCTIONS);
  const filledCall = call.replace(/<(\w+)>/, (_, kind: Kind) => randomExpression(kind, left.columns, context));
  const values: readonly Column[] = columns.map((kind, index) => {
    const name = index === 0 ? 'v' : 'n';
    return { sql: `${alias}.${name}`, name, kind };
  });
  const json: readonly Column[] = as === '(k, j)' ? [{ sql: `${alias}.j::varchar`, name: 'j', kind: 'text' }] : [];
  return {
    sql: `(${left.sql} cross join ${filledCall} as ${alias}${as})`,
    columns: [...left.columns, ...values, ...json],
  };
}

const ROW_FUNCTIONS: readonly { readonly call: string; readonly as: string; readonly columns: readonly Kind[] }[] = [
  { call: 'unnest(<list>)', as: '(v)', columns: ['text'] },
  { call: 'range(len(<list>))', as: '(v)', columns: ['int'] },
  { call: 'generate_series(1, length(<text>) % 4)', as: '(v)', columns: ['int'] },
  { call: 'json_each(to_json(<list>))', as: '(k, j)', columns: [] },
  { call: 'json_tree(<json>)', as: '(k, j)', columns: [] },
  { call: 'unnest(<list>) with ordinality', as: '(v, n)', columns: ['text', 'int'] },
];

function values(context: GeneratorContext): Relation {
  const alias = context.draw.fresh('v');
  const row = (): string => `(${randomExpression('int', [], context)}, ${randomExpression('text', [], context)})`;
  const columns: readonly Column[] = [
    { sql: `${alias}.n`, name: 'n', kind: 'int' },
    { sql: `${alias}.s`, name: 's', kind: 'text' },
  ];
  return { sql: `(values ${row()}, ${row()}) ${alias}(n, s)`, columns };
}
