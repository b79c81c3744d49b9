import { describe, expect, test } from 'vitest';
import { sql } from '../../sql.ts';
import { openDuckDB } from '../../warehouse/duckdb.ts';
import { spell, traceQuery } from '../testing/trace-query.ts';
import { UnknownFlow } from '../unknown-flow.ts';

async function trace(query: string): Promise<ReturnType<typeof spell>> {
  await using warehouse = await openDuckDB(':memory:');
  await warehouse.run(sql`
    create table u (id int, email varchar, name varchar, active boolean, tags varchar[], doc json, seen timestamp);
    create table o (id int, uid int, amt int, note varchar, seen timestamp)`);
  return spell(await traceQuery(query, warehouse));
}

/** Flows of each column, as `a + b`, and of the rows. */
interface Case {
  readonly sql: string;
  readonly columns: readonly string[];
  readonly rows?: string;
}

const ID = 'IDENTITY u.id clear';
const EMAIL = 'IDENTITY u.email clear';
const f = (column: string, state = 'clear'): string => `TRANSFORMATION u.${column} ${state}`;
const g = (column: string, state = 'clear'): string => `AGGREGATION u.${column} ${state}`;

const operators: Readonly<Record<string, readonly Case[]>> = {
  'a filter reaches the rows and no column': [
    { sql: "select id from u where email like 'a%'", columns: [ID], rows: 'FILTER u.email' },
    {
      sql: 'select id from u where id > length(email)',
      columns: [`EQUALITY u.email + ${ID}`],
      rows: 'FILTER u.email + FILTER u.id',
    },
    { sql: 'select id from u where random() < 0.5', columns: [ID] },
    {
      sql: 'select name from u group by name having max(email) > $$b$$',
      columns: ['IDENTITY u.name clear'],
      rows: 'FILTER u.email + GROUP_BY u.name',
    },
    {
      sql: 'select id from u qualify row_number() over (partition by email) = 1',
      columns: [ID],
      rows: 'SORT u.email + WINDOW u.email',
    },
  ],
  'an aggregate keeps a value or summarises it, and shows which rows there were': [
    {
      sql: 'select max(email), min(email), any_value(email), list(email), mode(email) from u',
      columns: Array(5).fill(g('email')),
    },
    {
      sql: 'select count(email), count(distinct email), approx_count_distinct(email) from u',
      columns: Array(3).fill(g('email', 'aggregate')),
    },
    {
      sql: 'select sum(id), avg(id), stddev(id), bool_or(active) from u',
      columns: [...Array(3).fill(g('id', 'aggregate')), g('active', 'aggregate')],
    },
    { sql: 'select arg_max(email, id) from u', columns: ['AGGREGATION u.email clear + SORT u.id'] },
    { sql: "select string_agg(name, ',' order by email) from u", columns: ['AGGREGATION u.name clear + SORT u.email'] },
    { sql: "select count(*) filter (where email like 'a%') from u", columns: ['CONDITIONAL u.email'] },
    { sql: "select count(*) from u where email like 'a%'", columns: ['FILTER u.email'], rows: 'FILTER u.email' },
    {
      sql: 'select name, count(*) from u group by name',
      columns: ['IDENTITY u.name clear', 'GROUP_BY u.name'],
      rows: 'GROUP_BY u.name',
    },
    {
      sql: 'select name, grouping(email) from u group by grouping sets ((name, email), (name), ())',
      columns: ['IDENTITY u.name clear', 'GROUP_BY u.email'],
      rows: 'GROUP_BY u.email + GROUP_BY u.name',
    },
  ],
  'a window looks at other rows': [
    {
      sql: 'select lag(email) over (order by id) from u',
      columns: ['TRANSFORMATION u.email clear + WINDOW u.id'],
      rows: 'SORT u.id',
    },
    { sql: 'select rank() over (order by email) from u', columns: ['WINDOW u.email'], rows: 'SORT u.email' },
    { sql: 'select sum(id) over () from u', columns: ['AGGREGATION u.id aggregate'] },
    {
      sql: 'select sum(id) over (partition by name) from u',
      columns: ['AGGREGATION u.id clear + WINDOW u.name'],
      rows: 'SORT u.name',
    },
    {
      sql: 'select count(id) over (partition by name) from u',
      columns: ['AGGREGATION u.id aggregate + WINDOW u.name'],
      rows: 'SORT u.name',
    },
    {
      sql: 'select sum(id) over (order by name) from u',
      columns: ['AGGREGATION u.id clear + WINDOW u.name'],
      rows: 'SORT u.name',
    },
    {
      sql: 'select count(id) over (order by name) from u',
      columns: ['AGGREGATION u.id aggregate + WINDOW u.name'],
      rows: 'SORT u.name',
    },
    {
      sql: 'select max(email) filter (where active) over () from u',
      columns: ['AGGREGATION u.email clear + WINDOW u.active'],
      rows: 'SORT u.active',
    },
    {
      sql: 'select lag(name, 1, email) over (order by id) from u',
      columns: [`${f('email')} + ${f('name')} + WINDOW u.id`],
      rows: 'SORT u.id',
    },
    {
      sql: "select lead('x', id) over (order by name) from u",
      columns: [`${f('id')} + WINDOW u.name`],
      rows: 'SORT u.name',
    },
    {
      sql: 'select count(*) over (order by name rows between id preceding and current row) from u',
      columns: [`${f('id')} + WINDOW u.name`],
      rows: 'SORT u.name',
    },
    {
      sql: 'select count(*) over (order by amt range between 1 preceding and uid following) from o',
      columns: ['TRANSFORMATION o.uid clear + WINDOW o.amt'],
      rows: 'SORT o.amt',
    },
    {
      sql: 'select fill(amt) over (order by id) from o',
      columns: ['TRANSFORMATION o.amt clear + TRANSFORMATION o.id clear + WINDOW o.id'],
      rows: 'SORT o.id',
    },
  ],
  'a join shows in its rows': [
    {
      sql: 'select u.id from u join o on u.id = o.uid',
      columns: [`EQUALITY o.uid + ${ID}`],
      rows: 'JOIN o.uid + JOIN u.id',
    },
    {
      sql: 'select u.id from u left join o on u.email < o.note',
      columns: [ID],
      rows: 'EQUALITY o.note + EQUALITY u.email + JOIN o.note + JOIN u.email',
    },
    {
      sql: 'select u.id from u right join o on u.email = o.note and o.amt > 3',
      columns: [ID],
      rows: 'EQUALITY o.amt + JOIN o.amt + JOIN o.note + JOIN u.email',
    },
    {
      sql: 'select email from (select email from u) a full join (select note as email from o) b using (email)',
      columns: [`CONDITIONAL u.email + TRANSFORMATION o.note clear + ${f('email')}`],
      rows: 'JOIN o.note + JOIN u.email',
    },
    {
      sql: 'select o.id from o semi join u on u.email = o.note',
      columns: ['IDENTITY o.id clear'],
      rows: 'JOIN o.note + JOIN u.email',
    },
    {
      sql: 'select o.id from o anti join u on u.id = o.uid',
      columns: ['IDENTITY o.id clear'],
      rows: 'JOIN o.uid + JOIN u.id',
    },
    {
      sql: 'select o.id from o asof join u on u.id = o.uid and o.seen >= u.seen',
      columns: ['IDENTITY o.id clear'],
      rows: 'EQUALITY o.seen + EQUALITY u.seen + JOIN o.seen + JOIN o.uid + JOIN u.id + JOIN u.seen',
    },
    { sql: 'select u.id, o.note from u cross join o', columns: [ID, 'IDENTITY o.note clear'] },
    {
      sql: 'select u.id from u join range(9) t(r) on r < length(u.email)',
      columns: [ID],
      rows: 'EQUALITY u.email + JOIN u.email',
    },
    {
      sql: 'select u.id from u, range(9) t(r) where r < length(u.email)',
      columns: [ID],
      rows: 'EQUALITY u.email + FILTER u.email',
    },
    {
      sql: 'select u.id from u left join (select 1) x on u.email[4] = $$1$$',
      columns: [ID],
      rows: 'EQUALITY u.email + JOIN u.email',
    },
    {
      sql: 'select u.id from u join (select $$1$$ as k) x on x.k = u.email[4]',
      columns: [ID],
      rows: 'FILTER u.email + JOIN u.email',
    },
    {
      sql: 'select u.id from u join o on o.note = u.email[4]',
      columns: [ID],
      rows: 'EQUALITY o.note + EQUALITY u.email + JOIN o.note + JOIN u.email',
    },
    { sql: 'select u.id from u semi join o on o.note = u.email', columns: [ID], rows: 'JOIN o.note + JOIN u.email' },
    { sql: 'select u.id, o.note from u positional join o', columns: [ID, 'IDENTITY o.note clear'] },
  ],
  'a subquery shows in the column it makes': [
    {
      sql: "select id in (select uid from o where note = 'x') as x from u",
      columns: ['CONDITIONAL o.note + TRANSFORMATION o.uid partial + TRANSFORMATION u.id partial'],
    },
    {
      sql: "select exists (select 1 from o where o.uid = u.id and o.note = 'x') as x from u",
      columns: ['CONDITIONAL o.note + CONDITIONAL o.uid + CONDITIONAL u.id + TRANSFORMATION u.id partial'],
    },
    {
      sql: "select exists (select 1 from o where note = 'x') as x from u",
      columns: ['FILTER o.note'],
    },
    {
      sql: "select u.id, (select count(*) from o where note = 'x') as x from u",
      columns: [ID, 'FILTER o.note'],
    },
    {
      sql: 'from (select unnest([email, name]) as x, id from u)',
      columns: ['TRANSFORMATION u.email clear + TRANSFORMATION u.name clear', ID],
    },
    {
      sql: 'select (select max(note) from o where o.uid = u.id) as x from u',
      columns: ['AGGREGATION o.note clear + FILTER o.uid + FILTER u.id + GROUP_BY u.id + JOIN u.id'],
    },
    {
      sql: 'select (select sum(amt) from o where o.uid = u.id) as x, (select sum(amt) from o) as y from u',
      columns: [
        'AGGREGATION o.amt clear + FILTER o.uid + FILTER u.id + GROUP_BY u.id + JOIN u.id',
        'AGGREGATION o.amt aggregate',
      ],
    },
    { sql: "select 'x' = any (select email from u) as x from o", columns: [f('email', 'partial')] },
    { sql: 'select active in (select true) as x from u', columns: [f('active')] },
    {
      sql: 'select id from u where id in (select uid from o)',
      columns: [`EQUALITY o.uid + ${ID}`],
      rows: 'FILTER o.uid + FILTER u.id',
    },
  ],
  'a value is told by what it is compared with, where the result shows that': [
    {
      sql: 'select r from range(9) t(r) join u on r = u.id',
      columns: ['EQUALITY u.id'],
      rows: 'EQUALITY u.id + JOIN u.id',
    },
    {
      sql: 'select r * 2 + 1 as x from range(9) t(r), u where u.id - r = 0',
      columns: ['EQUALITY u.id'],
      rows: 'EQUALITY u.id + FILTER u.id',
    },
    {
      sql: 'select u.name, g.r from u asof join (from range(9) t(r)) g on u.id >= g.r',
      columns: ['IDENTITY u.name clear', 'EQUALITY u.id'],
      rows: 'EQUALITY u.id + JOIN u.id',
    },
    {
      sql: 'select max(r) as x from u, (values (1), (2)) t(r) where r <= u.id group by u.name',
      columns: ['EQUALITY u.id + FILTER u.id + GROUP_BY u.name'],
      rows: 'EQUALITY u.id + FILTER u.id + GROUP_BY u.name',
    },
    {
      sql: 'with recursive t(r) as (select 1 union all select r + 1 from t where r < 9) select r from t where r in (select id from u)',
      columns: ['EQUALITY u.id'],
      rows: 'FILTER u.id',
    },
    {
      sql: 'select r from (select row_number() over () as r from o) where exists (select 1 from u where u.id = r)',
      columns: ['EQUALITY u.id'],
      rows: 'EQUALITY u.id + FILTER u.id',
    },
    {
      sql: 'select r from (select unnest([1, 2]) as r) semi join u on u.id = r',
      columns: ['EQUALITY u.id'],
      rows: 'EQUALITY u.id + JOIN u.id',
    },
    {
      sql: 'select note, bool_or(email = note) as x from o, u group by note',
      columns: [
        'IDENTITY o.note clear',
        'AGGREGATION o.note aggregate + AGGREGATION u.email aggregate + EQUALITY o.note + EQUALITY u.email + GROUP_BY o.note',
      ],
      rows: 'GROUP_BY o.note',
    },
    {
      sql: 'select email = note as x from o, u',
      columns: [`TRANSFORMATION o.note partial + ${f('email', 'partial')}`],
    },
    {
      sql: 'select count(*) as n from range(9) t(r) join u on r = u.id',
      columns: ['EQUALITY u.id + JOIN u.id'],
      rows: 'EQUALITY u.id + JOIN u.id',
    },
    {
      sql: `select name, last_value(v ignore nulls) over (order by k) as x
        from (select name, id as k, null::bigint as v from u union all select null, r, r from range(9) t(r))`,
      columns: ['IDENTITY u.name clear', 'EQUALITY u.id + WINDOW u.id'],
      rows: 'SORT u.id',
    },
    {
      sql: `select list(coalesce(name, v::varchar) order by k) as x
        from (select name, id as k, null::bigint as v from u union all select null, r, r from range(9) t(r))`,
      columns: [`AGGREGATION u.name clear + CONDITIONAL u.name + EQUALITY u.id + FILTER u.id + SORT u.id`],
    },
    {
      sql: 'select note from (select note, note as k from o union all select null, email from u order by k)',
      columns: ['EQUALITY u.email + IDENTITY o.note clear'],
      rows: 'SORT o.note + SORT u.email',
    },
    {
      sql: 'select name from u group by name, md5(email || name)',
      columns: ['IDENTITY u.name clear'],
      rows: 'GROUP_BY u.email + GROUP_BY u.name',
    },
  ],
  'a set operation pairs columns': [
    {
      sql: 'select id, email from u union all select uid, note from o',
      columns: [`IDENTITY o.uid clear + ${ID}`, `IDENTITY o.note clear + ${EMAIL}`],
    },
    {
      sql: 'select id as a, email as b from u union all by name select note as b, uid as a from o',
      columns: [`IDENTITY o.uid clear + ${ID}`, `IDENTITY o.note clear + ${EMAIL}`],
    },
    {
      sql: 'select email from u except select note from o',
      columns: [`EQUALITY o.note + ${EMAIL}`],
      rows: 'FILTER o.note + FILTER u.email + GROUP_BY u.email',
    },
    {
      sql: 'select note from o intersect select email from u',
      columns: [`IDENTITY o.note clear + ${EMAIL}`],
      rows: 'FILTER o.note + FILTER u.email + GROUP_BY o.note + GROUP_BY u.email',
    },
    {
      sql: 'select email from u union all select email from u union all select note from o',
      columns: [`IDENTITY o.note clear + ${EMAIL}`],
    },
  ],
  'DISTINCT, ORDER BY and LIMIT choose rows': [
    { sql: 'select distinct email from u', columns: [EMAIL], rows: 'GROUP_BY u.email' },
    {
      sql: 'select distinct on (name) id from u order by name, seen',
      columns: [ID],
      rows: 'GROUP_BY u.name + GROUP_BY u.seen + SORT u.name + SORT u.seen',
    },
    { sql: 'select id from u order by email', columns: [ID], rows: 'SORT u.email' },
    {
      sql: 'select id, email from u order by id, length(email) limit 3',
      columns: [ID, `FILTER u.email + ${EMAIL}`],
      rows: 'SORT u.email + SORT u.id',
    },
    {
      sql: 'select email, name from u order by length(name), email limit 3',
      columns: [EMAIL, 'IDENTITY u.name clear'],
      rows: 'FILTER u.name + SORT u.email + SORT u.name',
    },
    {
      sql: 'select email collate nocase as x from u order by x, length(name) limit 3',
      columns: [`FILTER u.name + ${EMAIL}`],
      rows: 'FILTER u.email + SORT u.email + SORT u.name',
    },
    {
      sql: 'select count(*) from (select id from u order by email limit 3)',
      columns: ['SORT u.email'],
      rows: 'SORT u.email',
    },
    { sql: 'select count(*) from (select id from u order by email)', columns: [''] },
    {
      sql: "select l from u join (select 'A' as l, 'ann' as a) x on starts_with(name, a)",
      columns: [''],
      rows: 'FILTER u.name + JOIN u.name',
    },
    {
      sql: "select id from u order by name = 'Ann' desc limit 3",
      columns: [ID],
      rows: 'FILTER u.name + SORT u.name',
    },
    {
      sql: 'select arg_min(id, abs(30 - length(email))) from u',
      columns: ['AGGREGATION u.id clear + FILTER u.email + SORT u.email'],
    },
    {
      sql: "select list(id order by name = 'Ann') from u",
      columns: ['AGGREGATION u.id clear + FILTER u.name + SORT u.name'],
    },
    {
      sql: 'select id from u order by email is null limit 3',
      columns: [ID],
      rows: 'SORT u.email',
    },
    {
      sql: 'select first(id) from (select id from u order by email)',
      columns: ['AGGREGATION u.id clear + SORT u.email'],
    },
    {
      sql: 'select first(g) from (select name as g, count(*) from (select name from u order by email) group by name)',
      columns: ['AGGREGATION u.name clear + GROUP_BY u.name + SORT u.email'],
      rows: 'GROUP_BY u.name',
    },
    {
      sql: 'select name from (select name from u order by email) group by name limit 1',
      columns: ['IDENTITY u.name clear'],
      rows: 'GROUP_BY u.name + SORT u.email',
    },
    {
      sql: `select list(g) over () from (
        select name as g from (select name, row_number() over (order by email) from u) group by rollup(name))`,
      columns: ['AGGREGATION u.name clear + GROUP_BY u.name + WINDOW u.email'],
      rows: 'GROUP_BY u.name + SORT u.email',
    },
    {
      sql: 'select max(to_days(id)), sum(id), sum(id / 2), product(id), median(id) from (from u order by email)',
      columns: [
        'AGGREGATION u.id clear + SORT u.email',
        'AGGREGATION u.id aggregate',
        'AGGREGATION u.id aggregate + SORT u.email',
        'AGGREGATION u.id aggregate + SORT u.email',
        'AGGREGATION u.id clear',
      ],
    },
    {
      sql: 'select distinct to_days(id) as d from (from u order by email)',
      columns: [`SORT u.email + ${f('id')}`],
      rows: 'GROUP_BY u.id + SORT u.email',
    },
    {
      sql: 'select id from u limit (select max(length(email)) from u)',
      columns: [`EQUALITY u.email + ${ID}`],
      rows: 'FILTER u.email',
    },
  ],
  'a CTE is traced once and read by name': [
    {
      sql: 'with a as materialized (select * from u), b as (select email as e from a) select e from b',
      columns: [EMAIL],
    },
    { sql: 'with u as (select id, md5(name) as email from u) select email from u', columns: [f('name')] },
    {
      sql: 'with recursive r(n, a, b) using key (n) as (select id, email, name from u union select n + 1, b, a from r where n < 3) select a from r',
      columns: ['GROUP_BY u.id + IDENTITY u.email clear + IDENTITY u.name clear'],
      rows: 'FILTER u.id + GROUP_BY u.email + GROUP_BY u.id + GROUP_BY u.name',
    },
  ],
  'unnest and table functions give what their arguments hold': [
    { sql: 'select unnest(tags) from u', columns: [f('tags')], rows: 'FILTER u.tags' },
    { sql: 'select t.x from u, unnest(u.tags) as t(x)', columns: [f('tags')], rows: 'FILTER u.tags' },
    { sql: 'select j.value from u, json_each(u.doc) j', columns: [f('doc')], rows: 'FILTER u.doc + JOIN u.doc' },
    {
      sql: 'select (select string_agg(t.x || u.email, $$,$$) from unnest(u.tags) as t(x)) as s, id from u',
      columns: ['AGGREGATION u.email clear + AGGREGATION u.tags clear + FILTER u.tags', ID],
    },
    { sql: 'select i from range(3) t(i)', columns: [''] },
    {
      sql: 'select * from summary((select email from u))',
      columns: [f('email'), f('email')],
      rows: 'FILTER u.email',
    },
  ],
  'a collation changes how values compare, not what they are': [
    { sql: 'select email collate nocase as x from u', columns: [EMAIL] },
    {
      sql: 'select id, [email collate nocase] as x from u where name collate nocase = $$a$$',
      columns: [ID, f('email')],
      rows: 'FILTER u.name',
    },
    {
      sql: 'select email collate nocase as x from (from u order by id) group by x',
      columns: ['AGGREGATION u.email clear + GROUP_BY u.email + SORT u.id'],
      rows: 'GROUP_BY u.email + SORT u.id',
    },
    {
      sql: 'select distinct email collate nocase as x from (from u order by id)',
      columns: ['IDENTITY u.email clear + SORT u.id'],
      rows: 'GROUP_BY u.email + SORT u.id',
    },
  ],
  'functions over the catalog that hold names only have no source': [
    { sql: 'select keyword_name from duckdb_keywords()', columns: [''] },
    { sql: 'select schema_name from duckdb_schemas()', columns: [''] },
  ],
  'the rows of a correlated subquery come back to the rows they were made for': [
    {
      sql: 'select u.id, l.note from u, lateral (select note, u.name as n from o) l',
      columns: [ID, 'IDENTITY o.note clear'],
    },
    {
      sql: 'select u.id, l.note from u left join lateral (select note, u.name as n from o) l on true',
      columns: [ID, 'IDENTITY o.note clear'],
    },
    {
      sql: 'select u.id, l.note from u, lateral (select note from o where o.note > u.name) l',
      columns: [ID, 'EQUALITY u.name + IDENTITY o.note clear'],
      rows: 'EQUALITY o.note + EQUALITY u.name + FILTER o.note + FILTER u.name',
    },
    {
      sql: 'select l.note from u join lateral (select note, id from o) l on l.id is not distinct from u.id and u.name > $$a$$',
      columns: ['IDENTITY o.note clear'],
      rows: 'FILTER u.name + JOIN o.id + JOIN u.id',
    },
    {
      sql: 'select (select note from o where u.name > $$a$$ limit 1) as x from u',
      columns: ['FILTER u.name + IDENTITY o.note clear + WINDOW u.name'],
      rows: 'SORT u.name',
    },
    {
      sql: 'select first(l.note) as x from u, lateral (select note, u.name as n from o) l',
      columns: ['AGGREGATION o.note clear + JOIN u.name'],
    },
  ],
  'VALUES may hold subqueries': [
    {
      sql: 'select * from (values (1, (select max(email) from u)), (2, $$x$$)) t(a, b)',
      columns: ['', 'AGGREGATION u.email clear'],
    },
  ],
  'a pivot with listed values is followed, also over many': [
    {
      sql: "select * from (pivot u on name in ('a', 'b') using max(email) group by id)",
      columns: [ID, ...Array(2).fill('AGGREGATION u.email clear + CONDITIONAL u.name + GROUP_BY u.id')],
      rows: 'GROUP_BY u.id',
    },
  ],
};

for (const [name, cases] of Object.entries(operators)) {
  describe(name, () => {
    test.each(cases)('$sql', async ({ sql, columns, rows = '' }) => {
      const traced = await trace(sql);

      expect(traced.columns.map((flows) => flows.join(' + '))).toEqual(columns);
      expect(traced.rows.join(' + ')).toBe(rows);
    });
  });
}

test('a pivot over more than twenty values takes them from lists', async () => {
  const values = Array.from({ length: 25 }, (_, index) => `'v${index}'`).join(', ');
  const { columns } = await trace(
    `select * from (pivot u on name in (${values}) using max(email), count(*) group by id)`,
  );

  expect(columns).toHaveLength(51);
  expect(columns[1]).toEqual(expect.arrayContaining(['CONDITIONAL u.name']));
  expect(columns[1]?.join()).toContain('u.email clear');
  expect(columns[2]?.join()).not.toContain('u.email clear');
});

test('values move through as many columns as a recursion has', async () => {
  const names = Array.from({ length: 60 }, (_, index) => `c${index}`);
  const anchor = names.map((_, index) => (index === 59 ? 'email' : "''"));
  const shifted = names.map((_, index) => names[index + 1] ?? "''");
  const { columns } = await trace(
    `with recursive r(n, ${names.join(', ')}) as (
       select 1, ${anchor.join(', ')} from u union all select n + 1, ${shifted.join(', ')} from r where n < 70
     ) select c0 from r`,
  );

  expect(columns).toEqual([[EMAIL]]);
});

test('a recursion over no table ends, though every set in it stays empty', async () => {
  const { columns } = await trace(`
    with recursive r(n, a, b) using key (a) as (
      select 1, x, 'z' from unnest(['p', 'q']) t(x) union select n + 1, b, first(a) over (order by n) from r where n < 3
    ) select a from r`);

  expect(columns).toEqual([[]]);
});

const expressions: readonly { readonly sql: string; readonly flows: string }[] = [
  {
    sql: "case when email = 'a' then name else 'z' end",
    flows: `CONDITIONAL u.email + ${f('name')}`,
  },
  { sql: 'nullif(name, email)', flows: `CONDITIONAL u.email + CONDITIONAL u.name + EQUALITY u.email + ${f('name')}` },
  {
    sql: "coalesce(email, name, 'x')",
    flows: `CONDITIONAL u.email + CONDITIONAL u.name + ${f('email')} + ${f('name')}`,
  },
  { sql: "email = 'a@x'", flows: f('email', 'partial') },
  { sql: 'email is not null', flows: f('email', 'partial') },
  { sql: "email in ('a', 'b')", flows: f('email', 'partial') },
  { sql: "email like 'a%'", flows: f('email', 'partial') },
  { sql: 'active and not active', flows: f('active') },
  { sql: "split_part(email, '@', 2)", flows: `CONDITIONAL u.email + ${f('email', 'partial')}` },
  { sql: "regexp_extract(email, '@(.*)', 1)", flows: f('email', 'partial') },
  { sql: "left(email, 4) || '…'", flows: f('email', 'partial') },
  { sql: "left(email, 4) || '…' || left(name, 1)", flows: `${f('email', 'partial')} + ${f('name', 'partial')}` },
  { sql: 'left(email, 4) || substr(email, 5, 4)', flows: f('email') },
  {
    sql: "split_part(email, '@', 1) || '@' || split_part(email, '@', 2)",
    flows: `CONDITIONAL u.email + ${f('email')}`,
  },
  { sql: "regexp_extract(email, '^[^@]+@(.+)$', 1)", flows: f('email', 'partial') },
  { sql: "regexp_extract(email, '.*')", flows: f('email') },
  { sql: "regexp_extract(email, '^(.*)$', 1)", flows: f('email') },
  { sql: "regexp_extract(email, 'a?(.*)\\b', 1)", flows: f('email') },
  { sql: 'regexp_extract(email, name, 1)', flows: `${f('email')} + ${f('name')}` },
  { sql: 'parse_filename(email)', flows: f('email') },
  { sql: 'left(email, 3)', flows: f('email', 'partial') },
  { sql: 'left(email, -1)', flows: f('email') },
  { sql: 'left(email, 4::float::bit::bigint)', flows: f('email') },
  { sql: 'left(email, 30)', flows: f('email') },
  { sql: 'left(email, id)', flows: `${f('email')} + ${f('id')}` },
  { sql: 'substring(email, 2)', flows: f('email') },
  { sql: 'substring(email, 2, 3)', flows: f('email', 'partial') },
  { sql: 'email[1:3]', flows: f('email', 'partial') },
  { sql: 'email[1:300]', flows: f('email') },
  { sql: 'tags[1:1]', flows: f('tags') },
  { sql: 'length(email)', flows: f('email', 'partial') },
  { sql: 'year(seen)', flows: f('seen', 'partial') },
  { sql: "date_trunc('month', seen)", flows: f('seen', 'partial') },
  { sql: "date_trunc('day', seen)", flows: f('seen') },
  { sql: "date_part('year', seen)", flows: f('seen', 'partial') },
  { sql: "date_part('epoch', seen)", flows: f('seen') },
  { sql: "date_part(['year', 'month', 'day'], seen)", flows: f('seen') },
  { sql: 'md5(email)', flows: f('email') },
  { sql: 'try_cast(email as int)', flows: f('email') },
  { sql: "{'a': email, 'b': id}.b", flows: f('id') },
  { sql: "{'a': email, 'b': {'c': id, 'd': name}}.b.d", flows: f('name') },
  { sql: "{'a': email, 'b': id}['a']", flows: f('email') },
  { sql: 'row(email, id)[2]', flows: f('id') },
  { sql: "to_json({'a': email, 'b': id})", flows: `${f('email')} + ${f('id')}` },
  { sql: 'list_transform(tags, lambda t: t || email)', flows: `CONDITIONAL u.tags + ${f('email')} + ${f('tags')}` },
  { sql: "list_transform(tags, lambda t: 'x')", flows: 'CONDITIONAL u.tags' },
  { sql: 'list_transform([email], lambda t, i: i + id)', flows: f('id') },
  { sql: "list_transform([t || 'x' for t in tags if true], lambda t: null)", flows: 'CONDITIONAL u.tags' },
  { sql: "list_transform(list_filter([email], lambda t: t > 'b'), lambda t: 1)", flows: 'CONDITIONAL u.email' },
  {
    sql: "count(case when email = 'a@x' then email end)",
    flows: 'AGGREGATION u.email aggregate + CONDITIONAL u.email',
  },
  {
    sql: 'list_transform([tags], lambda t: list_filter(t, lambda s, j: j > id and s > email))',
    flows: `CONDITIONAL u.email + CONDITIONAL u.id + CONDITIONAL u.tags + EQUALITY u.email + ${f('tags')}`,
  },
  {
    sql: 'list_filter(tags, lambda t: t > email)',
    flows: `CONDITIONAL u.email + CONDITIONAL u.tags + EQUALITY u.email + ${f('tags')}`,
  },
  { sql: 'list_reduce([name], lambda a, b: a || b, email)', flows: `${f('email')} + ${f('name')}` },
  {
    sql: '[t || name for t in tags if t > email]',
    flows: `CONDITIONAL u.email + CONDITIONAL u.tags + EQUALITY u.email + ${f('name')} + ${f('tags')}`,
  },
  { sql: "[{'a': email, 'b': id}][1].b", flows: f('id') },
  { sql: "list_transform([{'a': email, 'b': id}], lambda s: s.b)", flows: f('id') },
  { sql: "struct_insert({'a': email}, b := id).b", flows: f('id') },
  { sql: "struct_insert({'a': email}, b := id).a", flows: f('email') },
  { sql: "struct_update({'a': email, 'b': id}, a := name).a", flows: f('name') },
  { sql: "struct_update({'a': email, 'b': id}, a := name).b", flows: f('id') },
  { sql: "struct_concat({'a': email}, {'b': id}).b", flows: f('id') },
  { sql: "({'a': email, 'b': id}::struct(a varchar, b bigint)).b", flows: f('id') },
  { sql: "to_json({'a': email, 'b': {'c': id}})->'b'->>'c'", flows: f('id') },
  { sql: "to_json({'a': email, 'b': [name, name]})->>'$.b[0]'", flows: f('name') },
  { sql: "json_object('a', email, 'b', id)->>'$.b'", flows: f('id') },
  { sql: "json_object('a', email, name, id)->>'a'", flows: `${f('email')} + ${f('id')} + ${f('name')}` },
  { sql: "json_object('a', email, 'a', id)->>'a'", flows: `${f('email')} + ${f('id')}` },
  { sql: "json_object('TRUE', id, 'true', email)->>('TRUE'::boolean::varchar)", flows: `${f('email')} + ${f('id')}` },
  { sql: "json_object('a', email, 'b', id)->>'$.*'", flows: `${f('email')} + ${f('id')}` },
  { sql: "json_object('a', email, 'b', id)->>name", flows: `${f('email')} + ${f('id')} + ${f('name')}` },
  { sql: "({'a': email, 'b': id}::json)->>'b'", flows: f('id') },
  { sql: "json_array(email, id)->>'$[1]'", flows: f('id') },
  { sql: "json_array(email, {'a': name, 'b': id})->1->>'b'", flows: f('id') },
  { sql: 'json_array(email, id)->>2', flows: `${f('email')} + ${f('id')}` },
  { sql: 'json_array(email, id)->>-1', flows: `${f('email')} + ${f('id')}` },
  { sql: "json_array(email, id)->>'$[*]'", flows: `${f('email')} + ${f('id')}` },
  { sql: 'json_array_length(json_array(email, id))', flows: '' },
  { sql: "json_array_length(json_array(doc), '$[0]')", flows: f('doc') },
  { sql: 'length(json_array(email))', flows: f('email', 'partial') },
  { sql: 'len([email, name])', flows: '' },
  { sql: "len([t for t in tags if t > 'b'])", flows: 'CONDITIONAL u.tags' },
  { sql: "len(list_filter([{'a': email, 'b': id}], lambda s: s.b > 1))", flows: 'CONDITIONAL u.id' },
  { sql: "length({'a': [email]}.a[1])", flows: f('email', 'partial') },
  { sql: 'case when true then email when active then name else $$z$$ end', flows: f('email') },
  {
    sql: 'case when false then email when active then name else $$z$$ end',
    flows: `CONDITIONAL u.active + ${f('name')}`,
  },
  { sql: 'case when active then $$z$$ when true then $$y$$ else email end', flows: 'CONDITIONAL u.active' },
  { sql: 'case when active then email else email end', flows: f('email') },
  { sql: 'case when active then email else lower(email) end', flows: `CONDITIONAL u.active + ${f('email')}` },
  {
    sql: 'case when active then email when id > 3 then coalesce(email, email) else email end',
    flows: `CONDITIONAL u.email + ${f('email')}`,
  },
  { sql: 'case when active then random() else random() end', flows: 'CONDITIONAL u.active' },
  { sql: 'true or active', flows: '' },
  { sql: 'false and active', flows: '' },
  { sql: 'true and active', flows: f('active') },
  { sql: 'not (active or not false)', flows: '' },
  { sql: 'email is not distinct from email', flows: '' },
  { sql: 'email is distinct from email', flows: '' },
  { sql: 'email = email', flows: f('email', 'partial') },
  { sql: 'email is not distinct from name', flows: `${f('email', 'partial')} + ${f('name', 'partial')}` },
  { sql: 'map([id], [email])', flows: `${f('email')} + ${f('id')}` },
  { sql: 'rowid', flows: '' },
  { sql: "error('no ' || email)", flows: f('email') },
];

describe('an expression', () => {
  test.each(expressions)('$sql', async ({ sql, flows }) => {
    expect((await trace(`select ${sql} as x from u`)).columns[0]?.join(' + ')).toBe(flows);
  });

  test('finds the field of a struct through subqueries, CTEs and unions', async () => {
    const { columns } = await trace(`
      with s as (select {'a': email, 'b': id} as s from u union all select {'a': note, 'b': amt} from o)
      select s.b, s.a from (select * from s) d`);

    expect(columns).toEqual([
      ['TRANSFORMATION o.amt clear', f('id')],
      ['TRANSFORMATION o.note clear', f('email')],
    ]);
  });
});

const picks: readonly (readonly [query: string, flows: string])[] = [
  ['select arg_max(u, seen).id as x from u', 'AGGREGATION u.id clear + SORT u.seen'],
  [
    'select max_by(u, seen).email as x from u group by name',
    'AGGREGATION u.email clear + GROUP_BY u.name + SORT u.seen',
  ],
  ['select first(u order by seen).id as x from u', 'AGGREGATION u.id clear + SORT u.seen'],
  ['select any_value(u).id as x from u', 'AGGREGATION u.id clear'],
  ["select (any_value(u) filter (where name = 'a')).id as x from u", 'AGGREGATION u.id clear + CONDITIONAL u.name'],
  ['select list(u)[1].id as x from u', 'AGGREGATION u.id clear'],
  ['select list_transform(list(u order by seen), lambda s: s.id) as x from u', 'AGGREGATION u.id clear + SORT u.seen'],
  ['select l.id as x from (select unnest(array_agg(u)) as l from u)', 'AGGREGATION u.id clear'],
  ['select w.id as x from (select lag(u) over (order by seen) as w from u)', 'AGGREGATION u.id clear + WINDOW u.seen'],
  [
    'select w.id as x from (select first_value(u) over (order by seen) as w from u)',
    'AGGREGATION u.id clear + WINDOW u.seen',
  ],
];

/** Calls that read the other fields, too. */
const wholes: readonly string[] = [
  'select list(distinct {a: id, b: email})[1].a as x from u',
  'select max({a: id, b: email}).a as x from u',
  'select arg_max({a: id, b: email}, seen, 2)[1].a as x from u',
  'select list_sort(list({b: email, a: id}))[1].a as x from u',
  'select s.a as x from (select lag({a: id, b: 1}, 1, {a: 1, b: length(email)}) over () as s from u)',
];

describe('a field of a picked row has the flows of that field', () => {
  test.each(picks)('%s', async (sql, flows) => {
    expect((await trace(sql)).columns.at(-1)?.join(' + ')).toBe(flows);
  });

  test.each(wholes)('and of the others in %s', async (sql) => {
    expect((await trace(sql)).columns.at(-1)?.join(' + ')).toContain('u.email');
  });
});

const refused = [
  'select setseed(id / 100.0), random() from u',
  'from duckdb_tables()',
  "from pragma_table_info('u')",
  "from json_execute_serialized_sql(json_serialize_sql('select * from u'))",
  "from read_text('a.txt')",
  'insert into u (id) values (1)',
  'update u set id = 1',
  'delete from u',
  'create table x as select * from u',
  'drop table u',
];

describe('refused is', () => {
  test.each(refused)('%s', async (sql) => {
    await expect(trace(sql)).rejects.toBeInstanceOf(UnknownFlow);
  });
});
