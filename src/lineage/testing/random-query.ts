import fc from 'fast-check';

/**
 * Queries over the tables of `non-interference.ts`: joins of every kind, correlated and lateral subqueries, set
 * operations, CTEs, windows, structs, lists, JSON, lambdas. Whatever a smaller draw makes is a simpler query, so a
 * failing one shrinks.
 */
export function randomQuery(): fc.Arbitrary<string> {
  return query(3).map((build) => build(new Names(), []).sql);
}

/** Two models: the second reads the first, `m1`, where another would read `users`. */
export function randomModels(): fc.Arbitrary<{ readonly first: string; readonly second: string }> {
  const items = Object.entries(USERS).map(([name, kind]) => expression(kind, 1).map((build) => ({ name, build })));
  return fc.tuple(relation(1), fc.tuple(...items), condition(2), query(2)).map(([from, columns, where, then]) => {
    const names = new Names();
    const { sql, columns: scope } = from(names, []);
    const list = columns.map(({ name, build }) => `${build(names, scope)} as ${name}`).join(', ');
    const second = then(new Names(), []).sql.replaceAll(/\busers\b/g, 'm1');
    return { first: `select ${list} from ${sql} where ${where(names, scope)}`, second };
  });
}

type Kind = 'text' | 'int' | 'bool' | 'list' | 'struct';

interface Column {
  readonly sql: string;
  readonly name: string;
  readonly kind: Kind;
}

class Names {
  #count = 0;

  fresh(letter: string): string {
    this.#count += 1;
    return `${letter}${this.#count}`;
  }
}

/** An expression, once it is known what it can see. */
type BuildExpression = (names: Names, scope: readonly Column[]) => string;
/** Something to select from, with what it gives; `outer` is what a correlated one can see. */
type BuildQuery = (
  names: Names,
  outer: readonly Column[],
) => { readonly sql: string; readonly columns: readonly Column[] };

const LITERALS: Readonly<Record<Kind, string>> = {
  text: "'k'",
  int: '2',
  bool: 'true',
  list: "['p', 'q']",
  struct: "{'a': 's', 'b': 3}",
};

function column(kind: Kind): fc.Arbitrary<BuildExpression> {
  return fc.nat(99).map((pick) => (_, scope) => {
    const fitting = scope.filter((candidate) => candidate.kind === kind);
    return fitting[pick % fitting.length]?.sql ?? LITERALS[kind];
  });
}

/** `#` in a pattern stands for one of the parts, in turn. */
function pattern(text: string, ...parts: readonly fc.Arbitrary<BuildExpression>[]): fc.Arbitrary<BuildExpression> {
  return fc.tuple(...parts).map((builds) => (names, scope) => {
    let next = 0;
    return text.replace(/#/g, () => builds[next++]?.(names, scope) ?? '');
  });
}

function expression(kind: Kind, depth: number): fc.Arbitrary<BuildExpression> {
  if (depth <= 0) return column(kind);
  const of = (inner: Kind): fc.Arbitrary<BuildExpression> =>
    fc.constant(null).chain(() => expression(inner, depth - 1));
  const shared = [
    column(kind),
    pattern('(case when # then # else # end)', of('bool'), of(kind), of(kind)),
    pattern('coalesce(#, #)', of(kind), of(kind)),
  ];
  return fc.oneof(...shared, ...special(kind, depth, of));
}

function special(
  kind: Kind,
  depth: number,
  of: (kind: Kind) => fc.Arbitrary<BuildExpression>,
): readonly fc.Arbitrary<BuildExpression>[] {
  switch (kind) {
    case 'text':
      return [
        pattern('lower(#)', of('text')),
        pattern('(# || #)', of('text'), of('text')),
        pattern('substr(#, 2, 3)', of('text')),
        pattern("split_part(#, '@', 1)", of('text')),
        pattern('nullif(#, #)', of('text'), of('text')),
        pattern('md5(#)', of('text')),
        pattern('cast(# as varchar)', of('int')),
        pattern('(#).a', of('struct')),
        pattern("struct_extract({'x': #, 'y': #}, 'x')", of('text'), of('int')),
        pattern("({'x': #, 'y': #}).x", of('text'), of('text')),
        pattern('(#)[1]', of('list')),
        pattern("array_to_string(#, '-')", of('list')),
        pattern("list_aggregate(#, 'max')", of('list')),
        pattern("(to_json({'k': #, 'v': #})->>'$.k')", of('text'), of('int')),
        pattern('to_json(#)::varchar', of('struct')),
        pattern('try_cast(try_cast(# as int) as varchar)', of('text')),
        subquery('text', depth),
      ];
    case 'int':
      return [
        pattern('length(#)', of('text')),
        pattern('(# + #)', of('int'), of('int')),
        pattern('(# % 3)', of('int')),
        pattern('len(#)', of('list')),
        pattern('(#).b', of('struct')),
        pattern("({'x': #, 'y': #}).y", of('text'), of('int')),
        pattern('list_position(#, #)', of('list'), of('text')),
        pattern('list_reduce([1, #], lambda m, n: m + n)', of('int')),
        subquery('int', depth),
      ];
    case 'bool':
      return [
        pattern('(# < #)', of('int'), of('int')),
        pattern('(# = #)', of('text'), of('text')),
        pattern("(# like '%a%')", of('text')),
        pattern('(# is null)', of('text')),
        pattern('(# and #)', of('bool'), of('bool')),
        pattern('(# or not #)', of('bool'), of('bool')),
        pattern('(# between 1 and #)', of('int'), of('int')),
        pattern('list_contains(#, #)', of('list'), of('text')),
        pattern('(# is not distinct from #)', of('struct'), of('struct')),
        inSubquery('# in (@)', of, depth),
        inSubquery('# not in (@)', of, depth),
        inSubquery('# >= all (@)', of, depth),
        inSubquery('# = any (@)', of, depth),
        exists(depth),
      ];
    case 'list':
      return [
        pattern('[#, #]', of('text'), of('text')),
        pattern("string_split(#, '@')", of('text')),
        pattern('list_transform(#, lambda e: e || #)', of('list'), of('text')),
        pattern('list_filter(#, lambda e: e > #)', of('list'), of('text')),
        pattern('[e || # for e in # if #]', of('text'), of('list'), of('bool')),
        pattern('list_sort(#)', of('list')),
        pattern('list_concat(#, #)', of('list'), of('list')),
        pattern('map_values(map([1], [#]))', of('text')),
        subquery('list', depth),
      ];
    case 'struct':
      return [
        pattern("{'a': #, 'b': #}", of('text'), of('int')),
        pattern('struct_pack(a := #, b := #)', of('text'), of('int')),
      ];
  }
}

const AGGREGATES: Readonly<Record<Kind, readonly string[]>> = {
  text: [
    'max(#)',
    'min(#)',
    "string_agg(#, ',' order by $)",
    'any_value(#)',
    'first(# order by $)',
    'arg_max(#, $)',
    'mode(#)',
    'max(#) filter (where $ > 2)',
  ],
  int: [
    'count(*)',
    'sum(#)::int',
    'count(distinct #)',
    'max(#)',
    'count(#) filter (where $ > 2)',
    'approx_count_distinct(#)',
    'sum(case when $ > 2 then 1 end)::int',
  ],
  bool: ['bool_or(#)', 'bool_and(#)'],
  list: ['list(#[1])', 'any_value(#)'],
  struct: ['first(#)', 'max(#)'],
};

const WINDOWS: Readonly<Record<Kind, readonly string[]>> = {
  text: [
    'lag(#) over (order by $)',
    'first_value(#) over (partition by $ % 2 order by $)',
    'max(#) over (partition by $)',
    'nth_value(#, 2) over (order by $ rows between 1 preceding and 1 following)',
  ],
  int: [
    'row_number() over (partition by # order by $)',
    'rank() over (order by #)',
    'sum(#) over (order by $ rows between 1 preceding and current row)::int',
    'count(*) over (partition by #)',
    'ntile(2) over (order by #)',
  ],
  bool: ['bool_or(#) over (order by $)', 'lead(#) over (order by $)'],
  list: ['last_value(#) over (order by $)'],
  struct: ['first_value(#) over (order by $)'],
};

function summary(
  table: Readonly<Record<Kind, readonly string[]>>,
  kind: Kind,
  depth: number,
): fc.Arbitrary<BuildExpression> {
  return fc.tuple(fc.constantFrom(...table[kind]), expression(kind, depth - 1), column('int')).map(
    ([text, inner, key]) =>
      (names, scope) =>
        text.replace('#', () => inner(names, scope)).replace(/\$/g, () => key(names, scope)),
  );
}

/** One row, so that it never fails: an aggregate, or an ordered first row. */
function subquery(kind: Kind, depth: number): fc.Arbitrary<BuildExpression> {
  return fc
    .tuple(relation(depth - 1), summary(AGGREGATES, kind, 1), expression(kind, 0), condition(depth), fc.boolean())
    .map(([from, total, single, where, isTotal]) => (names, outer) => {
      const { sql, columns } = from(names, outer);
      const filter = where(names, [...columns, ...outer]);
      if (isTotal) return `(select ${total(names, columns)} from ${sql} where ${filter})`;
      return `(select ${single(names, columns)} from ${sql} where ${filter} order by all limit 1)`;
    });
}

function inSubquery(
  text: string,
  of: (kind: Kind) => fc.Arbitrary<BuildExpression>,
  depth: number,
): fc.Arbitrary<BuildExpression> {
  return fc
    .tuple(of('text'), relation(depth - 1), column('text'), condition(depth))
    .map(([left, from, value, where]) => (names, outer) => {
      const { sql, columns } = from(names, outer);
      const inner = `select ${value(names, columns)} from ${sql} where ${where(names, [...columns, ...outer])}`;
      return `(${text.replace('#', () => left(names, outer)).replace('@', () => inner)})`;
    });
}

function exists(depth: number): fc.Arbitrary<BuildExpression> {
  return fc.tuple(relation(depth - 1), condition(depth)).map(([from, where]) => (names, outer) => {
    const { sql, columns } = from(names, outer);
    return `exists (select 1 from ${sql} where ${where(names, [...columns, ...outer])})`;
  });
}

function condition(depth: number): fc.Arbitrary<BuildExpression> {
  return expression('bool', Math.min(1, depth - 1));
}

const USERS: Readonly<Record<string, Kind>> = {
  id: 'int',
  email: 'text',
  name: 'text',
  age: 'int',
  addr: 'struct',
  tags: 'list',
  active: 'bool',
};

const TABLES: readonly { readonly name: string; readonly columns: Readonly<Record<string, Kind>> }[] = [
  { name: 'users', columns: USERS },
  { name: 'orders', columns: { id: 'int', uid: 'int', amt: 'int', note: 'text' } },
];

const table: fc.Arbitrary<BuildQuery> = fc.constantFrom(...TABLES).map(({ name, columns }) => (names) => {
  const alias = names.fresh('t');
  return {
    sql: `${name} ${alias}`,
    columns: Object.entries(columns).map(([column, kind]) => ({ sql: `${alias}.${column}`, name: column, kind })),
  };
});

function relation(depth: number): fc.Arbitrary<BuildQuery> {
  if (depth <= 0) return table;
  return fc.oneof(table, derived(depth - 1), join(depth - 1), lateral(depth - 1), unnested(depth - 1));
}

function derived(depth: number): fc.Arbitrary<BuildQuery> {
  return query(depth).map((build) => (names, outer) => {
    const { sql, columns } = build(names, []);
    const alias = names.fresh('d');
    return { sql: `(${sql}) ${alias}`, columns: renamed(columns, alias, outer) };
  });
}

function renamed(columns: readonly Column[], alias: string, _outer: readonly Column[]): readonly Column[] {
  return columns.map(({ name, kind }) => ({ sql: `${alias}.${name}`, name, kind }));
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
];

function join(depth: number): fc.Arbitrary<BuildQuery> {
  return fc
    .tuple(
      fc.constantFrom(...JOINS),
      derivedOrTable(depth),
      derivedOrTable(depth),
      column('int'),
      column('int'),
      column('text'),
      column('text'),
      fc.nat(3),
    )
    .map(([kind, buildLeft, buildRight, leftKey, rightKey, leftText, rightText, how]) => (names, outer) => {
      const left = buildLeft(names, outer);
      const right = buildRight(names, outer);
      const keys = `${leftKey(names, left.columns)} ${kind === 'asof join' ? '>=' : '='} ${rightKey(names, right.columns)}`;
      const any = how === 1 ? `${keys} or ${leftText(names, left.columns)} < ${rightText(names, right.columns)}` : keys;
      const on = kind === 'cross join' || kind === 'positional join' ? '' : ` on ${kind === 'asof join' ? keys : any}`;
      const columns = kind === 'semi join' || kind === 'anti join' ? left.columns : [...left.columns, ...right.columns];
      return { sql: `(${left.sql} ${kind} ${right.sql}${on})`, columns };
    });
}

function derivedOrTable(depth: number): fc.Arbitrary<BuildQuery> {
  return depth <= 0 ? table : fc.oneof(table, derived(depth - 1));
}

function lateral(depth: number): fc.Arbitrary<BuildQuery> {
  return fc
    .tuple(
      derivedOrTable(depth),
      derivedOrTable(depth),
      expression('text', 1),
      expression('int', 1),
      condition(2),
      fc.boolean(),
    )
    .map(([buildLeft, buildRight, text, int, where, isLimited]) => (names, outer) => {
      const left = buildLeft(names, outer);
      const right = buildRight(names, outer);
      const both = [...right.columns, ...left.columns];
      const alias = names.fresh('l');
      const limit = isLimited ? ' order by all limit 1' : '';
      const inner = `select ${text(names, both)} as x, ${int(names, both)} as y from ${right.sql} where ${where(names, both)}${limit}`;
      const columns: readonly Column[] = [
        { sql: `${alias}.x`, name: 'x', kind: 'text' },
        { sql: `${alias}.y`, name: 'y', kind: 'int' },
      ];
      return { sql: `${left.sql}, lateral (${inner}) ${alias}`, columns: [...left.columns, ...columns] };
    });
}

function unnested(depth: number): fc.Arbitrary<BuildQuery> {
  return fc
    .tuple(
      derivedOrTable(depth),
      expression('list', 1),
      fc.constantFrom('unnest(#)', 'range(len(#))', 'json_each(to_json(#))'),
    )
    .map(([build, list, call]) => (names, outer) => {
      const left = build(names, outer);
      const alias = names.fresh('u');
      const argument = list(names, left.columns);
      const column: Column = call.startsWith('range')
        ? { sql: `${alias}.v`, name: 'v', kind: 'int' }
        : { sql: call.startsWith('json') ? `${alias}.v::varchar` : `${alias}.v`, name: 'v', kind: 'text' };
      const names_ = call.startsWith('json') ? '(k, v)' : '(v)';
      return {
        sql: `${left.sql}, ${call.replace('#', () => argument)} as ${alias}${names_}`,
        columns: [...left.columns, column],
      };
    });
}

function query(depth: number): fc.Arbitrary<BuildQuery> {
  if (depth <= 0) return select(0);
  return fc.oneof(
    { weight: 5, arbitrary: select(depth) },
    { weight: 1, arbitrary: setOperation(depth) },
    { weight: 1, arbitrary: cte(depth) },
    { weight: 1, arbitrary: recursive(depth) },
    { weight: 1, arbitrary: unpivot(depth) },
  );
}

const KINDS: readonly Kind[] = ['text', 'int', 'bool', 'list', 'struct'];

const TAILS = ['', '', '', ' order by all limit 2', ' order by 1', ' order by all offset 1'];

function select(depth: number): fc.Arbitrary<BuildQuery> {
  const item = fc
    .constantFrom(...KINDS)
    .chain((kind) =>
      fc
        .tuple(
          expression(kind, Math.min(2, depth)),
          summary(AGGREGATES, kind, depth),
          summary(WINDOWS, kind, depth),
          fc.nat(3),
        )
        .map(([plain, total, window, pick]) => ({ kind, plain, total, window, isWindow: pick === 3 })),
    );
  return fc
    .record({
      from: relation(depth),
      items: fc.array(item, { minLength: 1, maxLength: 3 }),
      where: fc.option(condition(depth), { nil: undefined }),
      having: fc.option(summary(AGGREGATES, 'bool', 1), { nil: undefined }),
      isGrouped: fc.boolean(),
      isDistinct: fc.nat(4).map((n) => n === 4),
      tail: fc.constantFrom(...TAILS),
    })
    .map(({ from, items, where, having, isGrouped, isDistinct, tail }) => (names, outer) => {
      const { sql, columns } = from(names, outer);
      const written = items.map(({ kind, plain, total, window, isWindow }, index) => {
        const build = isGrouped && index > 0 ? total : isWindow && !isGrouped ? window : plain;
        return { kind, name: names.fresh('c'), sql: build(names, columns) };
      });
      const list = written.map((entry) => `${entry.sql} as ${entry.name}`).join(', ');
      const filter = where ? ` where ${where(names, columns)}` : '';
      const group = isGrouped ? ` group by 1${having ? ` having ${having(names, columns)}` : ''}` : '';
      return {
        sql: `select ${isDistinct ? 'distinct ' : ''}${list} from ${sql}${filter}${group}${tail}`,
        columns: written,
      };
    });
}

const SET_OPERATIONS = ['union all', 'union', 'except', 'intersect', 'union all by name', 'except all'];

function setOperation(depth: number): fc.Arbitrary<BuildQuery> {
  const side = fc.tuple(derivedOrTable(depth - 1), expression('text', 1), expression('int', 1));
  return fc.tuple(fc.constantFrom(...SET_OPERATIONS), side, side).map(([operation, first, second]) => (names) => {
    const swapped = operation.endsWith('by name');
    const [left, right] = [first, second].map(([from, text, int], index) => {
      const { sql, columns } = from(names, []);
      const parts = [`${text(names, columns)} as x`, `${int(names, columns)} as y`];
      return `select ${(index === 1 && swapped ? parts.reverse() : parts).join(', ')} from ${sql}`;
    });
    return {
      sql: `(${left}) ${operation} (${right})`,
      columns: [
        { sql: 'x', name: 'x', kind: 'text' },
        { sql: 'y', name: 'y', kind: 'int' },
      ],
    };
  });
}

function cte(depth: number): fc.Arbitrary<BuildQuery> {
  return fc
    .tuple(
      query(depth - 1),
      fc.constantFrom('', 'materialized ', 'not materialized '),
      expression('text', 1),
      expression('int', 1),
      condition(1),
    )
    .map(([definition, how, text, int, where]) => (names) => {
      const inner = definition(names, []);
      const name = names.fresh('w');
      const [a, b] = [names.fresh('a'), names.fresh('b')];
      const both = [...renamed(inner.columns, a, []), ...renamed(inner.columns, b, [])];
      return {
        sql: `with ${name} as ${how}(${inner.sql}) select ${text(names, both)} as x, ${int(names, both)} as y from ${name} ${a}, (select * from ${name} order by all limit 2) ${b} where ${where(names, both)}`,
        columns: [
          { sql: 'x', name: 'x', kind: 'text' },
          { sql: 'y', name: 'y', kind: 'int' },
        ],
      };
    });
}

/** Moves values through its columns, a few rounds. */
function recursive(depth: number): fc.Arbitrary<BuildQuery> {
  return fc
    .tuple(
      derivedOrTable(depth - 1),
      expression('text', 1),
      expression('text', 1),
      fc.constantFrom('n + 1, b, a', "n + 1, b, 'z'", "n + 1, a || b, ''", 'n + 1, (select max(name) from users), a'),
      fc.boolean(),
    )
    .map(([from, first, second, step, isKeyed]) => (names) => {
      const { sql, columns } = from(names, []);
      const name = names.fresh('r');
      const key = isKeyed ? ' using key (a)' : '';
      return {
        sql: `with recursive ${name}(n, a, b)${key} as (select 1, ${first(names, columns)}, ${second(names, columns)} from ${sql} union ${isKeyed ? '' : 'all '}select ${step} from ${name} where n < 4) select n, a, b from ${name}`,
        columns: [
          { sql: 'n', name: 'n', kind: 'int' },
          { sql: 'a', name: 'a', kind: 'text' },
          { sql: 'b', name: 'b', kind: 'text' },
        ],
      };
    });
}

function unpivot(depth: number): fc.Arbitrary<BuildQuery> {
  return fc
    .tuple(derivedOrTable(depth - 1), expression('text', 1), expression('text', 1), expression('int', 1), fc.boolean())
    .map(([from, a, b, k, isPivot]) => (names) => {
      const { sql, columns } = from(names, []);
      const inner = `select ${a(names, columns)} as a, ${b(names, columns)} as b, ${k(names, columns)} as k from ${sql}`;
      if (isPivot) {
        return {
          sql: `select * from (pivot (${inner}) on k % 3 in (0, 1) using max(a) as p group by b)`,
          columns: [
            { sql: 'b', name: 'b', kind: 'text' },
            { sql: '"0_p"', name: '"0_p"', kind: 'text' },
            { sql: '"1_p"', name: '"1_p"', kind: 'text' },
          ],
        };
      }
      return {
        sql: `select * from (unpivot (${inner}) on a, b into name key value v)`,
        columns: [
          { sql: 'k', name: 'k', kind: 'int' },
          { sql: 'key', name: 'key', kind: 'text' },
          { sql: 'v', name: 'v', kind: 'text' },
        ],
      };
    });
}
