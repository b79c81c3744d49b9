import type { Draw } from './draw.ts';
import type { Kind, Schema } from './random-schema.ts';

/** A column as a query can write it. */
export interface Column {
  readonly sql: string;
  readonly name: string;
  readonly kind: Kind;
}

/** A query or something to select from, with what it gives. */
export interface Rows {
  readonly sql: string;
  readonly columns: readonly Column[];
}

export type Shapes = 'ordinary' | 'all';

/** What the generators of a query need. */
export interface Making {
  readonly draw: Draw;
  /** Tables and CTEs that FROM can name. */
  readonly relations: Schema;
  readonly depth: number;
  /** `all`: also what nobody writes but to get around the claims, such as sizes made of values and parts put together. */
  readonly shapes: Shapes;
  /** Whether the macros of `macrosOf` are there to call. */
  readonly macros: boolean;
  /** Makes the FROM of a subquery. */
  readonly from: (making: Making) => Rows;
}

const LITERALS: Readonly<Record<Kind, string>> = {
  text: "'k'",
  int: '2',
  bool: 'true',
  date: "date '2024-01-31'",
  list: "['p', 'q']",
  struct: "{'a': 's', 'b': 3}",
  json: `json '{"a": "k"}'`,
};

/** `<text>` stands for an expression of that kind; `<one int>` for a subquery with one row, `<some text>` for one with several. */
const EXPRESSIONS: Readonly<Record<Kind, readonly string[]>> = {
  text: [
    'lower(<text>)',
    '(<text> || <text>)',
    'substr(<text>, 2, 3)',
    "split_part(<text>, '@', 1)",
    "regexp_replace(<text>, '[ab]', <text>)",
    "regexp_extract(<text>, '(.*)@', 1)",
    'nullif(<text>, <text>)',
    'md5(<text>)',
    'cast(<int> as varchar)',
    "strftime(<date>, '%Y-%m')",
    "(<struct>)['a']",
    "struct_extract({'x': <text>, 'y': <int>}, 'x')",
    "({'x': <text>, 'y': <text>}).x",
    "(struct_insert({'x': <text>}, y := <text>)).x",
    "(struct_insert({'x': <text>}, y := <text>)).y",
    "(struct_concat({'x': <text>}, {'y': <text>})).y",
    "(struct_update({'x': <text>, 'z': <int>}, x := <text>)).x",
    '(row(<text>, <int>, <text>))[3]',
    "({'o': {'i': <text>, 'j': <text>}, 'p': <text>}).o.j",
    '(<list>)[1]',
    '(<list>)[<int>]',
    "array_to_string(<list>, '-')",
    "list_aggregate(<list>, 'max')",
    "list_aggregate(<list>, 'string_agg', '/')",
    "(to_json({'k': <text>, 'v': <int>})->>'$.k')",
    "(to_json({'k': <text>, 'v': <text>})->>'v')",
    "json_extract_string(json_object('k', <text>, 'v', <text>), '$.k')",
    "(json_object('k', json_object('i', <text>, 'j', <text>))->'k'->>'j')",
    "(<json>->>'$.a')",
    "(<json>->>'a')",
    'json_type(<json>)',
    "(json_array(<text>, <int>)->>'$[0]')",
    'to_json(<struct>)::varchar',
    '<struct>::varchar',
    "map {'m': <text>, 'n': <text>}['m']",
    'map([<text>], [<text>])[<text>]',
    'map_keys(map([<text>], [<int>]))[1]',
    'try_cast(try_cast(<text> as int) as varchar)',
    'greatest(<text>, <text>)',
    "printf('%s-%d', <text>, length(<text>))",
    'list_reduce([<text>, <text>], lambda x, y: x || y)',
    'list_reduce([<text>], lambda x, y: y || x, <text>)',
    '<one text>',
  ],
  int: [
    'length(<text>)',
    '(<int> + <int>)',
    '(<int> % 3)',
    'abs(<int>)',
    'len(<list>)',
    '(<struct>).b',
    "({'x': <text>, 'y': <int>}).y",
    'list_position(<list>, <text>)',
    'list_reduce([1, <int>], lambda m, n: m + n)',
    'year(<date>)',
    "date_diff('day', <date>, <date>)",
    'ascii(<text>)',
    'json_array_length(<json>)',
    "(json_object('k', <text>, 'v', <int>)->>'v')::int",
    "(<json>->'b'->>0)::int",
    'cardinality(map([<text>], [<int>]))',
    '<bool>::int',
    '(hash(<text>) % 5)::int',
    '<one int>',
  ],
  bool: [
    '(<int> < <int>)',
    '(<text> = <text>)',
    "(<text> like '%a%')",
    '(<text> is null)',
    '(<bool> and <bool>)',
    '(<bool> or not <bool>)',
    '(<int> between 1 and <int>)',
    '(<date> >= <date>)',
    '(<text> in (<text>, <text>))',
    '(<int> not in (1, <int>))',
    'list_contains(<list>, <text>)',
    "json_exists(<json>, '$.a')",
    '(<struct> is not distinct from <struct>)',
    '((<int>, <text>) = (<int>, <text>))',
    '((<int>, <text>) in (select <int>, <text>))',
    '(<text> in (<some text>))',
    '(<text> not in (<some text>))',
    '(<text> >= all (<some text>))',
    '(<text> = any (<some text>))',
    '(<int> < any (<some int>))',
    '(<int> != all (<some int>))',
    'exists (<some bool>)',
    'not exists (<some int>)',
    '<one bool>',
  ],
  date: [
    "date_trunc('month', <date>)",
    '(<date> + interval 1 day)',
    'try_cast(<text> as date)',
    'make_date(2000 + (<int> % 20)::int, 1, 1)',
    'coalesce(<date>, <date>)',
    '<one date>',
  ],
  list: [
    '[<text>, <text>]',
    "string_split(<text>, '@')",
    'list_transform(<list>, lambda e: e || <text>)',
    'list_transform(<list>, lambda e, i: i || <text>)',
    "list_transform(<list>, lambda e: 'x')",
    'list_filter(<list>, lambda e: e > <text>)',
    'list_filter(<list>, lambda e, i: i < <int>)',
    "list_transform(<list>, lambda e: array_to_string(list_transform(<list>, lambda f: f || e || <text>), ','))",
    '[e || <text> for e in <list> if <bool>]',
    '[e for e in <list> if e > <text>]',
    '[<text> for e in <list>]',
    'list_sort(<list>)',
    'list_distinct(<list>)',
    'list_concat(<list>, <list>)',
    '(<list>)[1:2]',
    '(<list>)[<int>:]',
    'map_values(map([1], [<text>]))',
    'flatten([<list>, <list>])',
    'list_zip(<list>, [<text>])::varchar[]',
    'list_where(<list>, [<bool>])',
    "(<json>->>['$.a', '$.b'])",
    '<one list>',
  ],
  struct: [
    "{'a': <text>, 'b': <int>}",
    'struct_pack(a := <text>, b := <int>)',
    "({'s': {'a': <text>, 'b': <int>}, 't': <text>}).s",
    "struct_insert({'a': <text>}, b := <int>)",
    '<one struct>',
  ],
  json: [
    "json_object('a', <text>, 'b', <int>)",
    "to_json({'a': <text>, 'b': [<int>]})",
    "(<json>->'b')",
    "json_merge_patch(<json>, json_object('a', <text>))",
    'json_array(<text>, <text>)',
    'to_json(<list>)',
    '<one json>',
  ],
};

const HOSTILE: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  text: [
    '(<text> collate nocase)',
    '<text>::variant::varchar',
    'union_value(k := <text>)::varchar',
    "union_extract(union_value(k := <text>), 'k')",
    'json_extract_string(<json>, <text>)',
    "(<json>->>('$.' || <text>))",
    "array_to_string([substr(<text>, 1, 3), substr(<text>, 4, 4)], '')",
    '(substr(<text>, 1, 3) || substr(<text>, 4, 4))',
    'list_reduce([substr(<text>, i::int, 1) for i in range(1, 12)], lambda x, y: x || y)',
    'substr(<text>, (abs(<int>) % 4)::int, 2)',
    "lpad('', (abs(<int>) % 7)::int, 'a')",
    "repeat('a', (abs(<int>) % 7)::int)",
    '(<json>->>(<text>))',
    "map_extract(map([<text>, 'k'], [<text>, <text>]), <text>)[1]",
  ],
  int: [
    "length(repeat('a', (abs(<int>) % 9)::int))",
    'len(range((abs(<int>) % 9)::int))',
    'len([1 for i in range((abs(<int>) % 9)::int)])',
    'len(list_resize([1], (abs(<int>) % 5)::int))',
    'ascii(<text>[2])',
    'unicode(substr(<text>, (abs(<int>) % 4)::int, 1))',
    '(<int> * (<int> = 3)::int)',
    'list_position(range(0, 60), (<int>)::bigint)',
    '(select count(*) from range((abs(<int>) % 9)::int))',
  ],
  bool: ['(<text> collate nocase = <text>)', '((<int> & 2) > 0)', '((<int> - <int>) = 0)'],
  date: ['(<date> - to_days((abs(<int>) % 9)::int))'],
  list: [
    "string_split(<text>, '')",
    '[unicode(c)::varchar for c in string_split(<text>, $$$$)]',
    '[substr(<text>, 1, 3), substr(<text>, 4, 4)]',
    'map_keys(map([<text>, <text> || 1], [1, 2]))',
  ],
};

/** Calls of the macros that `macrosOf` creates. */
const MACROS = ['pair_of(<text>, <text>)', 'one_of(<bool>, <text>, <text>)', 'newest(<text>)'];

const ANY_KIND = ['(case when <bool> then <> else <> end)', 'coalesce(<>, <>)', '(case <int> when 2 then <> end)'];

export function randomExpression(kind: Kind, scope: readonly Column[], making: Making): string {
  const { draw, depth } = making;
  if (depth <= 0 || draw.below(3) === 0) return randomColumn(kind, scope, draw);
  return fill(template(kind, making), kind, scope, { ...making, depth: depth - 1 });
}

function template(kind: Kind, { draw, macros, shapes }: Making): string {
  if (draw.once(8)) return draw.pick(ANY_KIND);
  const hostile = shapes === 'all' ? HOSTILE[kind] : undefined;
  if (hostile && draw.once(5)) return draw.pick(hostile);
  if (macros && kind === 'text' && draw.once(8)) return draw.pick(MACROS);
  return draw.pick(EXPRESSIONS[kind]);
}

export function randomColumn(kind: Kind, scope: readonly Column[], draw: Draw): string {
  const fitting = scope.filter((candidate) => candidate.kind === kind);
  return fitting.length === 0 ? LITERALS[kind] : draw.pick(fitting).sql;
}

function fill(template: string, kind: Kind, scope: readonly Column[], making: Making): string {
  return template.replaceAll(
    /<(one |some )?(text|int|bool|date|list|struct|json)?>/g,
    (_, rows?: string, of?: Kind) => {
      if (rows === 'one ') return subqueryOfOne(of ?? kind, scope, making);
      if (rows === 'some ') return subqueryOfSome(of ?? kind, scope, making);
      return randomExpression(of ?? kind, scope, making);
    },
  );
}

function inSubquery(
  scope: readonly Column[],
  making: Making,
): { readonly rows: Rows; readonly visible: readonly Column[] } {
  const rows = making.from(making);
  return { rows, visible: [...rows.columns, ...scope] };
}

/** A scalar subquery: an aggregate or an ordered first row, so that it never fails. */
function subqueryOfOne(kind: Kind, scope: readonly Column[], making: Making): string {
  const { rows, visible } = inSubquery(scope, making);
  const where = randomExpression('bool', visible, { ...making, depth: 1 });
  return making.draw.once(3)
    ? `(select ${randomExpression(kind, visible, making)} from ${rows.sql} where ${where} order by all limit 1)`
    : `(select ${randomAggregate(kind, rows.columns, { ...making, depth: making.depth - 1 })} from ${rows.sql} where ${where})`;
}

function subqueryOfSome(kind: Kind, scope: readonly Column[], making: Making): string {
  const { rows, visible } = inSubquery(scope, making);
  const where = randomExpression('bool', visible, { ...making, depth: 1 });
  return `select ${randomExpression(kind, visible, making)} from ${rows.sql} where ${where}`;
}

const AGGREGATES: Readonly<Record<Kind, readonly string[]>> = {
  text: [
    'max(<text>)',
    'min(<text>)',
    "string_agg(<text>, ',' order by <int>)",
    'string_agg(distinct <text>)',
    'any_value(<text>)',
    'first(<text> order by <int>)',
    'last(<text>)',
    'arg_max(<text>, <int>)',
    'min_by(<text>, <date>)',
    'mode(<text>)',
    'quantile_disc(<text>, 0.5)',
    'max(<text>) filter (where <bool>)',
    'histogram(<text>)::varchar',
    'json_group_array(<text>)::varchar',
    'json_group_object(<text>, <int>)::varchar',
  ],
  int: [
    'count(*)',
    'sum(<int>)::int',
    'count(distinct <text>)',
    'max(<int>)',
    'count(<text>) filter (where <bool>)',
    'approx_count_distinct(<text>)',
    'sum(case when <bool> then 1 end)::int',
    'avg(<int>)::int',
    'median(<int>)::int',
    'round(stddev(<int>), 3)::int',
    'count_if(<bool>)',
    'bit_xor(<int>::int)',
  ],
  bool: ['bool_or(<bool>)', 'bool_and(<bool>)', 'max(<bool>)'],
  date: ['max(<date>)', 'arg_min(<date>, <int>)'],
  list: [
    'list(<text> order by <int>)',
    'list((<list>)[1])',
    'any_value(<list>)',
    'max(<text>, 2)',
    'arg_max(<text>, <int>, 2)',
  ],
  struct: ['first(<struct>)', 'max(<struct>)'],
  json: ['any_value(<json>)', 'to_json(list(<text> order by <int>))'],
};

export function randomAggregate(kind: Kind, scope: readonly Column[], making: Making): string {
  return fill(making.draw.pick(AGGREGATES[kind]), kind, scope, making);
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
  struct: ['first_value(<struct>)', 'lag(<struct>)'],
  json: ['first_value(<json>)', 'last_value(<json>)'],
};

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

/** A window function's call without OVER, for a named window. */
export function randomWindowCall(kind: Kind, scope: readonly Column[], making: Making): string {
  return fill(making.draw.pick(WINDOWS[kind]), kind, scope, making);
}

export function randomWindowSpec(scope: readonly Column[], making: Making): string {
  const { draw } = making;
  const partition = draw.once(2) ? `partition by ${randomExpression(draw.pick(['int', 'text']), scope, making)} ` : '';
  const direction = draw.pick(['', ' desc', ' nulls first']);
  return `${partition}order by ${randomExpression(draw.pick(['int', 'text', 'date']), scope, making)}${direction}${draw.pick(FRAMES)}`;
}

/** The call with its OVER, in front of its cast: `sum(<int>)::int`. */
export function over(call: string, window: string): string {
  return call.endsWith('::int') ? `(${call.slice(0, -5)} over ${window})::int` : `${call} over ${window}`;
}
