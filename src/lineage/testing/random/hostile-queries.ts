import { tableWithAlias } from './alias.ts';
import type { GeneratorContext, Relation } from './generator-context.ts';
import { randomExpression } from './random-expression.ts';
import { randomRelation } from './random-relation.ts';

/** Reads groups in the order that their sortedRows input left: the result depends on the columns of that ORDER BY. */
export function readOrder(context: GeneratorContext): Relation {
  const { draw } = context;
  const { sql, columns } = randomRelation(context);
  const sortedRows = draw.pick([
    `select ${randomExpression('text', columns, context)} as x, ${randomExpression('int', columns, context)} as y from ${sql} order by ${randomExpression(draw.pick(['int', 'text', 'date']), columns, context)} ${draw.pick(['', 'desc', 'nulls first'])}`,
    `select ${randomExpression('text', columns, context)} as x, row_number() over (order by ${randomExpression(draw.pick(['int', 'text']), columns, context)}) as y from ${sql}`,
  ]);
  const group = draw.pick([
    'x',
    'rollup (x)',
    'cube (x)',
    'grouping sets ((x), (x, y), ())',
    'x, y % 2',
    'x collate nocase',
  ]);
  const total = draw.pick(['count(*)', 'max(y)', 'sum(y)', 'max(to_days(y::int))::varchar', 'list(y)::varchar']);
  const groups = `(select any_value(x) as x, ${total} as n from (${sortedRows}) group by ${group})`;
  const distinct = `(select distinct on (x) x, y as n from (${sortedRows}))`;
  const from = draw.pick([groups, groups, groups, distinct, `(select x, n from ${groups} union select 'k', null)`]);
  const read = draw.pick([
    `select first(x) as x from ${from}`,
    `select list(x)::varchar as x from ${from}`,
    `select string_agg(x, ',') as x from ${from}`,
    `select x from ${from} limit 2`,
    `select x from ${from} offset 1`,
    `select lag(x) over () as x from ${from}`,
    `select last_value(x) over (rows unbounded preceding) as x from ${from}`,
    `select x || row_number() over () as x from ${from}`,
    `select x from ${from} using sample reservoir(2 rows) repeatable (7)`,
    `select a.x || b.x as x from ${from} a positional join (select 'p' as x union all select 'q') b`,
    `select arg_max(x, 1) as x from ${from}`,
  ]);
  return { sql: read, columns: [{ sql: 'x', name: 'x', kind: 'text' }] };
}

/** Makes as many rows as a value says, and counts them: the count is the value. */
export function countSize(context: GeneratorContext): Relation {
  const { draw } = context;
  const { sql, columns } = randomRelation(context);
  const size = `(abs(${randomExpression('int', columns, context)}) % 7)::int`;
  const key = randomExpression(draw.pick(['text', 'int']), columns, context);
  const sizeOfAll = `(select coalesce(max(abs(${randomExpression('int', columns, context)})), 0) % 7 from ${sql})`;
  const rows = draw.pick([
    `(select ${key} as k, r from ${sql}, lateral (select range as r from range(${size})))`,
    `(select ${key} as k, unnest(range(${size})) as r from ${sql})`,
    `(select ${key} as k, unnest(list_resize([1], ${size})) as r from ${sql})`,
    `(select 1 as k, range as r from range(9) limit ${sizeOfAll})`,
    `(select 1 as k, range as r from range(9) offset ${sizeOfAll})`,
    `(select 1 as k, ntile(${sizeOfAll} + 1) over (order by range) as r from range(9))`,
    `(select 1 as k, count(*) over (order by range rows between ${sizeOfAll} preceding and current row) as r from range(9))`,
  ]);
  const total = draw.pick([
    'count(*)',
    'sum(1)::int',
    'len(list(1))',
    "length(string_agg('a', ''))",
    'count(r)',
    'max(r)::int',
  ]);
  const read = draw.pick([
    `select ${total} as n from ${rows} group by k`,
    `select ${total} as n from ${rows}`,
    `select max(n)::int as n from (select row_number() over (partition by k) as n from ${rows})`,
    `select n from (select rank() over (partition by k order by r) as n from ${rows}) limit 3`,
  ]);
  return { sql: read, columns: [{ sql: 'n', name: 'n', kind: 'int' }] };
}

/** Compares a value with every number of a grid: the number that is equal spells the value. */
export function compareWithGrid(context: GeneratorContext): Relation {
  const { draw } = context;
  const { sql, columns } = randomRelation(context);
  const value = randomExpression('int', columns, context);
  const grid = draw.pick([
    '(select range as r from range(40))',
    '(select unnest(range(40)) as r)',
    '(values (1), (2), (3), (31)) g(r)',
    '(with recursive t(r) as (select 1 union all select r + 1 from t where r < 32) select r from t)',
    `(select row_number() over () as r from ${tableWithAlias(draw.pick(context.tables), draw).sql})`,
  ]);
  const condition = draw.pick(['r = v', 'r - v = 0', 'r <= v', 'r in (v, v + 1)', 'r between v and v']);
  const side = `(select ${value} as v from ${sql})`;
  const read = draw.pick([
    `select r from ${grid}, ${side} where ${condition}`,
    `select r from ${grid} join ${side} on ${condition}`,
    `select max(r) as r from ${grid}, ${side} where ${condition} group by v`,
    `select r from ${grid} semi join ${side} on ${condition}`,
    `select r from ${grid} where r in (select v from ${side})`,
    `select r * 2 + 1 as r from ${grid}, ${side} where ${condition}`,
    `select r from ${grid} where exists (select 1 from ${side} where ${condition})`,
    `select r, count_if(${condition}) as n from ${grid}, ${side} group by r`,
    `select count(*) as r from ${grid}, ${side} where ${condition} group by v`,
  ]);
  return { sql: `select r::int as r from (${read})`, columns: [{ sql: 'r', name: 'r', kind: 'int' }] };
}

/** Sorts values among the numbers of a grid: the neighbour of a value spells it. */
export function sortWithGrid(context: GeneratorContext): Relation {
  const { draw } = context;
  const { sql, columns } = randomRelation(context);
  const value = randomExpression('int', columns, context);
  const union = `(select ${randomExpression('text', columns, context)} as i, ${value}::bigint as k, null::bigint as v from ${sql} union all select null, range, range from range(33))`;
  const read = draw.pick([
    `select i, last_value(v ignore nulls) over (order by k, v) as v from ${union}`,
    `select i, lag(v) over () as v from (from ${union} order by k, i)`,
    `select list(coalesce(i, v::varchar) order by k, v)::varchar as i, 1 as v from ${union}`,
    `select i, row_number() over (order by k, v) as v from ${union}`,
    `select any_value(i) as i, max(v) as v from ${union} group by k`,
  ]);
  return {
    sql: `select i, v::int as v from (${read})`,
    columns: [
      { sql: 'i', name: 'i', kind: 'text' },
      { sql: 'v', name: 'v', kind: 'int' },
    ],
  };
}
