import { randomItems, randomWhere, selectList } from './clauses.ts';
import type { Column, GeneratorContext, Relation } from './generator-context.ts';
import { fillTemplate, randomColumn, randomExpression } from './random-expression.ts';
import { randomRelation } from './random-relation.ts';
import type { Kind } from './random-schema.ts';

/** A query with a named window, and calls that use it or a window of their own. */
export function windowQuery(context: GeneratorContext): Relation {
  const { draw } = context;
  const { sql, columns } = randomRelation(context);
  const spec = randomWindowSpec(columns, context);
  const list = randomItems(context, (kind) => {
    const call = randomWindowCall(kind, columns, context);
    return over(call, draw.once(2) ? `(${randomWindowSpec(columns, context)})` : 'w');
  });
  const plain: Column = { sql: randomColumn('text', columns, draw), name: draw.fresh('c'), kind: 'text' };
  const all = [...list, plain];
  const qualify = draw.once(3) ? ` qualify ${over(randomWindowCall('int', columns, context), 'w')} <= 2` : '';
  return {
    sql: `select ${selectList(all)} from ${sql}${randomWhere(columns, context)} window w as (${spec})${qualify}`,
    columns: all,
  };
}

/** A call of a window function, without OVER. */
function randomWindowCall(kind: Kind, scope: readonly Column[], context: GeneratorContext): string {
  return fillTemplate(context.draw.pick(WINDOWS[kind]), kind, scope, context);
}

const WINDOWS: Readonly<Record<Kind, readonly string[]>> = {
  text: [
    'lag(<text>)',
    'lead(<text>, 2, <text>)',
    'first_value(<text>)',
    'last_value(<text> ignore nulls)',
    'nth_value(<text>, 2)',
    'max(<text>)',
    'max(<text>) filter (where <bool>)',
    "string_agg(<text>, ',' order by <int>)",
    'first_value(<text> order by <int>)',
  ],
  int: [
    'row_number()',
    'rank()',
    'dense_rank()',
    'count(*)',
    'sum(<int>)::int',
    'ntile(2)',
    'count(distinct <text>)',
    'count(*) filter (where <bool>)',
    'lag(<int>)',
  ],
  bool: ['bool_or(<bool>)', 'lead(<bool>)'],
  date: ['first_value(<date>)', 'max(<date>)'],
  list: ['last_value(<list>)', 'list(<text>)'],
  struct: [
    'first_value(<struct>)',
    'lag(<struct>)',
    "last_value({'a': <text>, 'b': <int>})",
    "lag({'a': <text>, 'b': <int>})",
    "arg_min({'a': <text>, 'b': <int>}, <int>)",
  ],
  json: ['first_value(<json>)', 'last_value(<json>)'],
};

function randomWindowSpec(scope: readonly Column[], context: GeneratorContext): string {
  const { draw } = context;
  const partition = draw.once(2) ? `partition by ${randomExpression(draw.pick(['int', 'text']), scope, context)} ` : '';
  const direction = draw.pick(['', ' desc', ' nulls first']);
  return `${partition}order by ${randomExpression(draw.pick(['int', 'text', 'date']), scope, context)}${direction}${draw.pick(FRAMES)}`;
}

const FRAMES = [
  '',
  ' rows between 1 preceding and current row',
  ' rows between unbounded preceding and unbounded following',
  ' rows between 1 following and 2 following',
  ' rows between unbounded preceding and current row exclude current row',
  ' groups between 1 preceding and 1 following exclude ties',
  ' range between unbounded preceding and current row',
  ' rows between unbounded preceding and unbounded following exclude group',
];

/** A window call with OVER. In `sum(<int>)::int` OVER stands before the cast. */
function over(call: string, window: string): string {
  return call.endsWith('::int') ? `(${call.slice(0, -5)} over ${window})::int` : `${call} over ${window}`;
}
