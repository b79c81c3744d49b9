import { Draw } from './draw.ts';
import {
  type Column,
  type Making,
  over,
  type Rows,
  randomAggregate,
  randomColumn,
  randomExpression,
  randomWindowCall,
  randomWindowSpec,
  type Shapes,
} from './random-expression.ts';
import { type Kind, quoted, type Schema, type Table } from './random-schema.ts';

/**
 * A query over the tables of a schema: joins of every kind, correlated and lateral subqueries, set operations, CTEs,
 * windows, structs, lists, JSON, lambdas, macros, pivots. Any bytes give a query.
 */
export function randomQuery(bytes: Uint8Array, schema: Schema, shapes: Shapes = 'all'): string {
  const draw = new Draw(bytes);
  const depth = draw.pick([1, 1, 1, 2, 2, 3]);
  return query({ draw, relations: schema, depth, shapes, macros: true, from: randomRelation }).sql;
}

export interface RandomModel {
  readonly name: string;
  readonly materialized: 'table' | 'view' | 'incremental';
  readonly sql: string;
  /** SQL that a later run of an incremental model adds to the query. */
  readonly later: string;
  readonly uniqueKey: string | undefined;
  /** Whether a later run replaces whole rows by MERGE, or some columns of them. */
  readonly merges?: 'rows' | readonly string[];
}

/** Two to four models, each over the tables and the models before it. An ephemeral one is inlined in its readers. */
export function randomModels(bytes: Uint8Array, schema: Schema): readonly RandomModel[] {
  const draw = new Draw(bytes);
  const count = 2 + draw.below(3);
  const models: RandomModel[] = [];
  const inlined: string[] = [];
  let relations = schema;
  for (let index = 1; index <= count; index += 1) {
    const name = `m${index}`;
    const { sql, columns } = query({
      draw,
      relations,
      depth: draw.pick([1, 1, 2]),
      shapes: 'all',
      macros: false,
      from: randomRelation,
    });
    const own = distinctlyNamed(columns);
    const list = own.map((column, position) => `q.${quoted(column.name)} as a${position}`).join(', ');
    const ctes = inlined.length === 0 ? '' : `with ${inlined.join(', ')} `;
    const text = `${ctes}select ${list || '1 as a0'} from (${sql}) q`;
    const as = index === count ? 'table' : draw.pick(['table', 'view', 'ephemeral', 'incremental'] as const);
    if (as === 'ephemeral') inlined.push(`${name} as (${text.slice(ctes.length)})`);
    else
      models.push({
        name,
        materialized: as,
        sql: text,
        ...(as === 'incremental' ? laterRun(name, own.length, draw) : NO_LATER_RUN),
      });
    const defined = own.map(({ kind }, position) => ({ name: `a${position}`, kind, type: '' }));
    const one = { name: 'a0', kind: 'int', type: '' } as const;
    relations = [{ name, columns: defined.length > 0 ? defined : [one], rows: [] }, ...relations];
  }
  return models;
}

const NO_LATER_RUN = { later: '', uniqueKey: undefined };

function laterRun(name: string, width: number, draw: Draw): Omit<RandomModel, 'name' | 'materialized' | 'sql'> {
  const last = [`a${Math.max(width - 1, 0)}`];
  const merges = draw.pick(['nothing', 'nothing', 'rows', last] as const);
  return {
    ...(merges !== 'nothing' && { merges }),
    later: draw.pick([
      ' where q is not null',
      ` where (select count(*) from ${name}) > 1`,
      ` union all select * from ${name}`,
      ` where exists (select 1 from ${name} z where z.a0 is not null)`,
    ]),
    uniqueKey: merges !== 'nothing' || draw.once(2) ? 'a0' : undefined,
  };
}

function distinctlyNamed(columns: readonly Column[]): readonly Column[] {
  const seen = new Map(columns.map((column) => [column.name.toLowerCase(), column]));
  return [...seen.values()];
}

/**
 * Statements that create the macros which expressions call. The query in a macro is bound where the macro is called.
 */
export function macrosOf([first]: Schema): readonly string[] {
  const text = first?.columns.find(({ kind }) => kind === 'text')?.name;
  const known =
    text === undefined ? 'x' : `(select max(${quoted(text)}) from ${first?.name} where ${quoted(text)} >= x)`;
  return [
    "create or replace macro pair_of(x, y) as x || '&' || y",
    'create or replace macro one_of(c, x, y) as case when c then x else y end',
    `create or replace macro newest(x) as ${known}`,
  ];
}

const KINDS: readonly Kind[] = ['text', 'int', 'bool', 'date', 'list', 'struct', 'json'];

/** A random entry of FROM. */
function randomRelation(making: Making): Rows {
  const { draw, depth } = making;
  if (depth <= 0 || draw.below(2) === 0) return table(making);
  const inner = { ...making, depth: depth - 1 };
  const make = draw.pick([derived, join, join, merged, lateral, unnested, values]);
  return make(inner);
}

function table({ draw, relations }: Making): Rows {
  return tableOf(draw.pick(relations), draw);
}

function tableOf({ name, columns }: Table, draw: Draw): Rows {
  const alias = draw.fresh('t');
  return {
    sql: `${name} ${alias}`,
    columns: columns.map((column) => ({
      sql: `${alias}.${quoted(column.name)}`,
      name: column.name,
      kind: column.kind,
    })),
  };
}

function derived(making: Making): Rows {
  const { sql, columns } = query(making);
  const alias = making.draw.fresh('d');
  return { sql: `(${sql}) ${alias}`, columns: of(columns, alias) };
}

function of(columns: readonly Column[], alias: string): readonly Column[] {
  return columns.map(({ name, kind }) => ({ sql: `${alias}.${quoted(name)}`, name, kind }));
}

const JOINS = [
  'join',
  'left join',
  'right join',
  'full join',
  'semi join',
  'anti join',
  'cross join',
  'positional join',
  'asof join',
  'asof left join',
] as const;

function join(making: Making): Rows {
  const { draw } = making;
  const picked = draw.pick(JOINS);
  const left = randomRelation(making);
  const right = randomRelation(making);
  const kind = picked.startsWith('asof') && commonKinds(left, right).length === 0 ? 'join' : picked;
  const columns = kind === 'semi join' || kind === 'anti join' ? left.columns : [...left.columns, ...right.columns];
  return { sql: `(${left.sql} ${kind} ${right.sql}${joinCondition(kind, left, right, making)})`, columns };
}

function joinCondition(kind: (typeof JOINS)[number], left: Rows, right: Rows, making: Making): string {
  const { draw } = making;
  if (kind === 'cross join' || kind === 'positional join') return '';
  if (kind.startsWith('asof')) return asofCondition(left, right, draw);
  const key = draw.pick(ORDERED);
  const [one, other] = [randomColumn(key, left.columns, draw), randomColumn(key, right.columns, draw)];
  const both = [...left.columns, ...right.columns];
  const more = draw.pick(['', '', ' and #', ' or #']).replace('#', () => randomExpression('bool', both, making));
  return ` on ${one} ${draw.pick(['=', '=', '<', 'is not distinct from'])} ${other}${more}`;
}

const ORDERED: readonly Kind[] = ['int', 'text', 'date'];

function commonKinds(left: Rows, right: Rows): readonly Kind[] {
  const has = ({ columns }: Rows, kind: Kind): boolean => columns.some((column) => column.kind === kind);
  return ORDERED.filter((kind) => has(left, kind) && has(right, kind));
}

/**
 * A condition with columns on both sides: without its optimizer, DuckDB 1.5.5 crashes over an ASOF join with a
 * constant.
 */
function asofCondition(left: Rows, right: Rows, draw: Draw): string {
  const kinds = commonKinds(left, right);
  const compared = (kind: Kind, how: string): string =>
    `${randomColumn(kind, left.columns, draw)} ${how} ${randomColumn(kind, right.columns, draw)}`;
  const equal = draw.once(2) ? `${compared(draw.pick(kinds), '=')} and ` : '';
  return ` on ${equal}${compared(draw.pick(kinds), '>=')}`;
}

/** A join by USING or NATURAL: the columns that it merges have no table of their own. */
function merged(making: Making): Rows {
  const { draw } = making;
  const key = draw.pick(['int', 'text'] as const);
  const [one, other] = [draw.fresh('x'), draw.fresh('y')];
  const side = (name: string): Rows => {
    const rows = randomRelation(making);
    const sql = `select ${randomExpression(key, rows.columns, making)} as k, ${randomExpression('text', rows.columns, making)} as ${name} from ${rows.sql}`;
    return { sql: `(${sql}) ${draw.fresh('m')}`, columns: [{ sql: name, name, kind: 'text' }] };
  };
  const [left, right] = [side(one), side(other)];
  const how = draw.pick(['join', 'left join', 'right join', 'full join']);
  const sql = draw.once(3) ? `natural ${how} ${right.sql}` : `${how} ${right.sql} using (k)`;
  // A subquery, since the name `k` alone would be ambiguous beside other tables.
  const alias = draw.fresh('d');
  const columns: readonly Column[] = [{ sql: 'k', name: 'k', kind: key }, ...left.columns, ...right.columns];
  return { sql: `(select * from ${left.sql} ${sql}) ${alias}`, columns: of(columns, alias) };
}

function lateral(making: Making): Rows {
  const { draw } = making;
  const left = randomRelation(making);
  const right = randomRelation(making);
  const both = [...right.columns, ...left.columns];
  const alias = draw.fresh('l');
  const limit = draw.once(3) ? ' order by all limit 1' : '';
  const inner = `select ${randomExpression('text', both, making)} as x, ${randomExpression('int', both, making)} as y from ${right.sql} where ${randomExpression('bool', both, making)}${limit}`;
  const columns: readonly Column[] = [
    { sql: `${alias}.x`, name: 'x', kind: 'text' },
    { sql: `${alias}.y`, name: 'y', kind: 'int' },
  ];
  const how = draw.pick([' cross join lateral (#)', ' join lateral (#)', ' left join lateral (#)']);
  const on = how.startsWith(' cross') ? '' : ' on true';
  return { sql: `(${left.sql}${how.replace('#', () => inner)} ${alias}${on})`, columns: [...left.columns, ...columns] };
}

const ROW_FUNCTIONS: readonly { readonly call: string; readonly as: string; readonly columns: readonly Kind[] }[] = [
  { call: 'unnest(<list>)', as: '(v)', columns: ['text'] },
  { call: 'range(len(<list>))', as: '(v)', columns: ['int'] },
  { call: 'generate_series(1, length(<text>) % 4)', as: '(v)', columns: ['int'] },
  { call: 'json_each(to_json(<list>))', as: '(k, j)', columns: [] },
  { call: 'json_tree(<json>)', as: '(k, j)', columns: [] },
  { call: 'unnest(<list>) with ordinality', as: '(v, n)', columns: ['text', 'int'] },
];

function unnested(making: Making): Rows {
  const { draw } = making;
  const left = randomRelation(making);
  const alias = draw.fresh('u');
  const { call, as, columns } = draw.pick(ROW_FUNCTIONS);
  const written = call.replace(/<(\w+)>/, (_, kind: Kind) => randomExpression(kind, left.columns, making));
  const own: readonly Column[] = columns.map((kind, index) => {
    const name = index === 0 ? 'v' : 'n';
    return { sql: `${alias}.${name}`, name, kind };
  });
  const json: readonly Column[] = as === '(k, j)' ? [{ sql: `${alias}.j::varchar`, name: 'j', kind: 'text' }] : [];
  return { sql: `(${left.sql} cross join ${written} as ${alias}${as})`, columns: [...left.columns, ...own, ...json] };
}

function values(making: Making): Rows {
  const alias = making.draw.fresh('v');
  const row = (): string => `(${randomExpression('int', [], making)}, ${randomExpression('text', [], making)})`;
  const columns: readonly Column[] = [
    { sql: `${alias}.n`, name: 'n', kind: 'int' },
    { sql: `${alias}.s`, name: 's', kind: 'text' },
  ];
  return { sql: `(values ${row()}, ${row()}) ${alias}(n, s)`, columns };
}

function query(making: Making): Rows {
  const { draw, depth } = making;
  if (depth <= 0) return select(making);
  const make = draw.pick([
    select,
    grouped,
    windowed,
    select,
    distinctOn,
    setOperation,
    cte,
    recursive,
    pivot,
    unpivot,
    stars,
    unnestedList,
    grouped,
    wholeRow,
    ...(making.shapes === 'all' ? [readerOfOrder, countOfSize, nearGrid, mergedSort] : []),
  ]);
  return make({ ...making, depth: depth - 1 });
}

function items(making: Making, make: (kind: Kind) => string): readonly Column[] {
  const { draw } = making;
  return Array.from({ length: 1 + draw.below(3) }, () => {
    const kind = draw.pick(KINDS);
    return { kind, name: draw.fresh('c'), sql: make(kind) };
  });
}

function selectList(columns: readonly Column[]): string {
  return columns.map(({ sql, name }) => `${sql} as ${name}`).join(', ');
}

function where(scope: readonly Column[], making: Making): string {
  return making.draw.once(2) ? ` where ${randomExpression('bool', scope, { ...making, depth: making.depth + 1 })}` : '';
}

function tail(scope: readonly Column[], making: Making): string {
  const { draw } = making;
  const written = draw.pick([
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
  return written
    .replace('#', () => randomExpression(draw.pick(['int', 'text', 'date']), scope, making))
    .replace('@', () => randomRelation({ ...making, depth: 0 }).sql);
}

function select(making: Making): Rows {
  const { draw } = making;
  const { sql, columns } = randomRelation(making);
  const list = items(making, (kind) => randomExpression(kind, columns, { ...making, depth: making.depth + 1 }));
  const [first] = list;
  // Later items may use the names of earlier ones.
  const named: readonly Column[] =
    first && draw.once(5)
      ? [...list, { sql: `coalesce(${first.name}, ${first.name})`, name: draw.fresh('c'), kind: first.kind }]
      : list;
  const distinct = draw.once(5) ? 'distinct ' : '';
  const rest = `from ${sql}${where(columns, making)}`;
  const end = distinct ? draw.pick(['', ' order by 1', ' order by all limit 2']) : tail(columns, making);
  const written = `select ${distinct}${selectList(named)} ${rest}${end}`;
  return { sql: written, columns: named };
}

function grouped(making: Making): Rows {
  const { draw } = making;
  const { sql, columns } = randomRelation(making);
  const inner = { ...making, depth: Math.max(making.depth, 1) };
  const keys = items(making, () => '').map(({ name, kind }, index): Column => {
    const key = kind === 'json' || kind === 'struct' ? 'text' : kind;
    return {
      name,
      kind: key,
      sql: index === 0 ? randomExpression(key, columns, inner) : randomColumn(key, columns, draw),
    };
  });
  const totals = items(making, (kind) => randomAggregate(kind, columns, { ...making, depth: making.depth }));
  const group = groupBy(keys, draw);
  const told: readonly Column[] = group.startsWith('all') ? [] : groupings(keys, draw);
  const having = draw.once(3) ? ` having ${randomAggregate('bool', columns, making)}` : '';
  const list = [...keys, ...totals, ...told];
  const end = draw.pick(['', '', ' order by all limit 2', ' order by all']);
  return {
    sql: `select ${selectList(list)} from ${sql}${where(columns, making)} group by ${group}${having}${end}`,
    columns: list,
  };
}

function groupBy(keys: readonly Column[], draw: Draw): string {
  const written = keys.map(({ sql }) => sql);
  const list = written.join(', ');
  return draw.pick([
    'all',
    list,
    `rollup (${list})`,
    `cube (${list})`,
    `grouping sets ((${list}), (${written[0]}), ())`,
    `grouping sets ((${list}), (${written.at(-1)}))`,
  ]);
}

function groupings(keys: readonly Column[], draw: Draw): readonly Column[] {
  const [key] = keys;
  if (!key || draw.below(3) > 0) return [];
  return [{ sql: `grouping(${key.sql})`, name: draw.fresh('c'), kind: 'int' }];
}

function windowed(making: Making): Rows {
  const { draw } = making;
  const { sql, columns } = randomRelation(making);
  const spec = randomWindowSpec(columns, making);
  const list = items(making, (kind) => {
    const call = randomWindowCall(kind, columns, making);
    return over(call, draw.once(2) ? `(${randomWindowSpec(columns, making)})` : 'w');
  });
  const plain: Column = { sql: randomColumn('text', columns, draw), name: draw.fresh('c'), kind: 'text' };
  const all = [...list, plain];
  const qualify = draw.once(3) ? ` qualify ${over(randomWindowCall('int', columns, making), 'w')} <= 2` : '';
  return {
    sql: `select ${selectList(all)} from ${sql}${where(columns, making)} window w as (${spec})${qualify}`,
    columns: all,
  };
}

/** What sees the order of the groups that it reads. */
function readerOfOrder(making: Making): Rows {
  const { draw } = making;
  const { sql, columns } = randomRelation(making);
  const sorted = draw.pick([
    `select ${randomExpression('text', columns, making)} as x, ${randomExpression('int', columns, making)} as y from ${sql} order by ${randomExpression(draw.pick(['int', 'text', 'date']), columns, making)} ${draw.pick(['', 'desc', 'nulls first'])}`,
    `select ${randomExpression('text', columns, making)} as x, row_number() over (order by ${randomExpression(draw.pick(['int', 'text']), columns, making)}) as y from ${sql}`,
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
  const groups = `(select any_value(x) as x, ${total} as n from (${sorted}) group by ${group})`;
  const distinct = `(select distinct on (x) x, y as n from (${sorted}))`;
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

/** Counts rows whose number is made of a value. */
function countOfSize(making: Making): Rows {
  const { draw } = making;
  const { sql, columns } = randomRelation(making);
  const size = `(abs(${randomExpression('int', columns, making)}) % 7)::int`;
  const key = randomExpression(draw.pick(['text', 'int']), columns, making);
  const one = `(select coalesce(max(abs(${randomExpression('int', columns, making)})), 0) % 7 from ${sql})`;
  const rows = draw.pick([
    `(select ${key} as k, r from ${sql}, lateral (select range as r from range(${size})))`,
    `(select ${key} as k, unnest(range(${size})) as r from ${sql})`,
    `(select ${key} as k, unnest(list_resize([1], ${size})) as r from ${sql})`,
    `(select 1 as k, range as r from range(9) limit ${one})`,
    `(select 1 as k, range as r from range(9) offset ${one})`,
    `(select 1 as k, ntile(${one} + 1) over (order by range) as r from range(9))`,
    `(select 1 as k, count(*) over (order by range rows between ${one} preceding and current row) as r from range(9))`,
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

/** Compares values with all that there may be. */
function nearGrid(making: Making): Rows {
  const { draw } = making;
  const { sql, columns } = randomRelation(making);
  const value = randomExpression('int', columns, making);
  const grid = draw.pick([
    '(select range as r from range(40))',
    '(select unnest(range(40)) as r)',
    '(values (1), (2), (3), (31)) g(r)',
    '(with recursive t(r) as (select 1 union all select r + 1 from t where r < 32) select r from t)',
    `(select row_number() over () as r from ${tableOf(draw.pick(making.relations), draw).sql})`,
  ]);
  const compared = draw.pick(['r = v', 'r - v = 0', 'r <= v', 'r in (v, v + 1)', 'r between v and v']);
  const side = `(select ${value} as v from ${sql})`;
  const read = draw.pick([
    `select r from ${grid}, ${side} where ${compared}`,
    `select r from ${grid} join ${side} on ${compared}`,
    `select max(r) as r from ${grid}, ${side} where ${compared} group by v`,
    `select r from ${grid} semi join ${side} on ${compared}`,
    `select r from ${grid} where r in (select v from ${side})`,
    `select r * 2 + 1 as r from ${grid}, ${side} where ${compared}`,
    `select r from ${grid} where exists (select 1 from ${side} where ${compared})`,
    `select r, count_if(${compared}) as n from ${grid}, ${side} group by r`,
    `select count(*) as r from ${grid}, ${side} where ${compared} group by v`,
  ]);
  return { sql: `select r::int as r from (${read})`, columns: [{ sql: 'r', name: 'r', kind: 'int' }] };
}

/** Sorts rows together with a grid. */
function mergedSort(making: Making): Rows {
  const { draw } = making;
  const { sql, columns } = randomRelation(making);
  const value = randomExpression('int', columns, making);
  const both = `(select ${randomExpression('text', columns, making)} as i, ${value}::bigint as k, null::bigint as v from ${sql} union all select null, range, range from range(33))`;
  const read = draw.pick([
    `select i, last_value(v ignore nulls) over (order by k, v) as v from ${both}`,
    `select i, lag(v) over () as v from (from ${both} order by k, i)`,
    `select list(coalesce(i, v::varchar) order by k, v)::varchar as i, 1 as v from ${both}`,
    `select i, row_number() over (order by k, v) as v from ${both}`,
    `select any_value(i) as i, max(v) as v from ${both} group by k`,
  ]);
  return {
    sql: `select i, v::int as v from (${read})`,
    columns: [
      { sql: 'i', name: 'i', kind: 'text' },
      { sql: 'v', name: 'v', kind: 'int' },
    ],
  };
}

function distinctOn(making: Making): Rows {
  const { draw } = making;
  const { sql, columns } = randomRelation(making);
  const list = items(making, (kind) => randomExpression(kind, columns, making));
  const key = randomExpression(draw.pick(['text', 'int', 'date']), columns, making);
  const order = randomExpression(draw.pick(['int', 'text']), columns, making);
  return {
    sql: `select distinct on (${key}) ${selectList(list)} from ${sql}${where(columns, making)} order by ${key}, ${order} desc`,
    columns: list,
  };
}

const X_AND_Y: readonly Column[] = [
  { sql: 'x', name: 'x', kind: 'text' },
  { sql: 'y', name: 'y', kind: 'int' },
];

function xAndY(scope: readonly Column[], making: Making): string {
  return `${randomExpression('text', scope, making)} as x, ${randomExpression('int', scope, making)} as y`;
}

function setOperation(making: Making): Rows {
  const { draw } = making;
  const operation = draw.pick([
    'union all',
    'union',
    'except',
    'intersect',
    'union all by name',
    'union by name',
    'except all',
    'intersect all',
  ]);
  const side = (isSwapped: boolean): string => {
    const { sql, columns } = randomRelation(making);
    const [x, y] = [randomExpression('text', columns, making), randomExpression('int', columns, making)];
    const list = isSwapped ? `${y} as y, ${x} as x` : `${x} as x, ${y} as y`;
    return `(select ${list} from ${sql}${where(columns, making)})`;
  };
  const sides = [side(false), side(operation.endsWith('by name')), ...(draw.once(4) ? [side(false)] : [])];
  return { sql: sides.join(` ${operation} `), columns: X_AND_Y };
}

function cte(making: Making): Rows {
  const { draw } = making;
  const inner = query(making);
  const name = draw.fresh('w');
  const how = draw.pick(['', 'materialized ', 'not materialized ']);
  const defined: Table = {
    name,
    columns: inner.columns.map(({ name: column, kind }) => ({ name: column, kind, type: '' })),
    rows: [],
  };
  const body = query({ ...making, relations: [defined, ...making.relations] });
  return {
    sql: `with ${name} as ${how}(${inner.sql}) select * from (${body.sql}) ${draw.fresh('d')}`,
    columns: body.columns,
  };
}

/** A recursion that moves values through its columns, for a few rounds. */
function recursive(making: Making): Rows {
  const { draw } = making;
  const { sql, columns } = randomRelation(making);
  const name = draw.fresh('r');
  const isKeyed = draw.once(3);
  const step = draw
    .pick(['b, a', "b, 'z'", "a || b, ''", '(select max(x.a) from # x), a', 'b || n, a'])
    .replace('#', name);
  const small = making.relations.filter(({ rows }) => rows.length > 0);
  // A CTE or a model may have many rows, and a recursion that many times as many.
  const from = draw.once(3) ? `${name}, ${tableOf(draw.pick(small), draw).sql}` : name;
  const union = isKeyed ? 'union' : draw.pick(['union all', 'union']);
  const anchor = `select 1, ${randomExpression('text', columns, making)}, ${randomExpression('text', columns, making)} from ${sql}`;
  return {
    sql: `with recursive ${name}(n, a, b)${isKeyed ? ' using key (a)' : ''} as ((${anchor}) ${union} select ${name}.n + 1, ${step.replaceAll(/\b([abn])\b(?!\))/g, `${name}.$1`)} from ${from} where ${name}.n < 3) select n, a, b from ${name}`,
    columns: [
      { sql: 'n', name: 'n', kind: 'int' },
      { sql: 'a', name: 'a', kind: 'text' },
      { sql: 'b', name: 'b', kind: 'text' },
    ],
  };
}

function pivot(making: Making): Rows {
  const { draw } = making;
  const { sql, columns } = randomRelation(making);
  const inner = `select ${xAndY(columns, making)}, ${randomExpression('text', columns, making)} as z from ${sql}`;
  const count = draw.once(4) ? 22 : 2;
  const listed = Array.from({ length: count }, (_, index) => index);
  const using = draw.pick(['max(x) as p', 'max(x) as p, count(*) as q', 'string_agg(x) as p']);
  const own: readonly Column[] = listed
    .slice(0, 2)
    .map((value) => ({ sql: `"${value}_p"`, name: `${value}_p`, kind: 'text' }));
  return {
    sql: `select * from (pivot (${inner}) on y % 3 in (${listed.join(', ')}) using ${using} group by z)`,
    columns: [{ sql: 'z', name: 'z', kind: 'text' }, ...own],
  };
}

function unpivot(making: Making): Rows {
  const { draw } = making;
  const { sql, columns } = randomRelation(making);
  const inner = `select ${xAndY(columns, making)}, ${randomExpression('text', columns, making)} as z from ${sql}`;
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

/** A `*` with what can be done to it: EXCLUDE, REPLACE, RENAME, COLUMNS. */
function stars(making: Making): Rows {
  const { draw } = making;
  const inner = query(making);
  const [first, ...others] = inner.columns;
  const second = others[0];
  if (!first) return inner;
  const alias = draw.fresh('d');
  const name = quoted(first.name);
  const from = `from (${inner.sql}) ${alias}`;
  const made = first.kind === 'text' ? `${name} || '!'` : `coalesce(${name}, ${name})`;
  const forms: readonly Rows[] = [
    { sql: `select * ${from}`, columns: inner.columns },
    { sql: `${from}`, columns: inner.columns },
    { sql: `select * replace (${made} as ${name}) ${from}`, columns: inner.columns },
    { sql: `select columns('.*') ${from}`, columns: inner.columns },
    { sql: `select columns(c -> c <> 'zz') ${from}`, columns: inner.columns },
    { sql: `select min(columns(*)) ${from}`, columns: [] },
    {
      sql: `select * rename (${name} as renamed) ${from}`,
      columns: [{ ...first, name: 'renamed', sql: 'renamed' }, ...others],
    },
    ...(second ? [{ sql: `select ${alias}.* exclude (${name}) ${from}`, columns: others }] : []),
  ];
  return draw.pick(forms);
}

function unnestedList(making: Making): Rows {
  const { draw } = making;
  const { sql, columns } = randomRelation(making);
  const [list, struct] = [randomExpression('list', columns, making), randomExpression('struct', columns, making)];
  if (draw.once(2)) {
    return {
      sql: `select unnest(${struct}), ${randomExpression('int', columns, making)} as y from ${sql}`,
      columns: [
        { sql: 'a', name: 'a', kind: 'text' },
        { sql: 'b', name: 'b', kind: 'int' },
        { sql: 'y', name: 'y', kind: 'int' },
      ],
    };
  }
  return {
    sql: `select unnest(${list}) as x, ${randomExpression('int', columns, making)} as y from ${sql}${where(columns, making)}`,
    columns: X_AND_Y,
  };
}

/** A row as one value, and its parts again. */
function wholeRow(making: Making): Rows {
  const { draw } = making;
  const inner = query(making);
  const [first] = inner.columns;
  if (!first) return inner;
  const alias = draw.fresh('d');
  const name = draw.fresh('c');
  const forms: readonly Rows[] = [
    { sql: `${alias}::varchar`, columns: [{ sql: name, name, kind: 'text' }] },
    { sql: `to_json(${alias})`, columns: [{ sql: name, name, kind: 'json' }] },
    { sql: `to_json(${alias})->>'${first.name}'`, columns: [{ sql: name, name, kind: 'text' }] },
    { sql: `struct_extract(${alias}, '${first.name}')`, columns: [{ sql: name, name, kind: first.kind }] },
    { sql: `max(${alias})::varchar`, columns: [{ sql: name, name, kind: 'text' }] },
  ];
  const { sql, columns } = draw.pick(forms);
  return { sql: `select ${sql} as ${name} from (${inner.sql}) ${alias}`, columns };
}
