import { expect, test } from 'vitest';
import { UserError } from '../user-error.ts';
import attempts from './testing/attempts.json' with { type: 'json' };
import { CONTRACT } from './testing/built-project.ts';
import { modelsWithErrors } from './testing/models-with-errors.ts';

/** A model in no tier, `stg`, and a query over it that gives the value of one person away. */
const GIVEN_AWAY_BY_TWO: readonly (readonly [string, string])[] = [
  // A sum over one person.
  ['select * from users where id = 3', 'select sum(salary) as x from stg'],
  ['select salary, city from users where id in (3)', 'select city, avg(salary) as x from stg group by city'],
  ['select * from users', 'select sum(salary) as x from stg where id = 3'],
  ['select id as user_id, salary from users', 'select user_id, sum(salary) as x from stg group by user_id'],
  ['select md5(id::varchar) as k, salary from users', 'select k, fsum(salary) as x from stg group by k'],
  [
    'select o.uid, u.salary from orders o join users u on u.id = o.uid',
    'select uid, sum(salary) as x from stg group by uid',
  ],
  [
    'select u.salary, o.uid from orders o, users u where o.uid = u.id',
    'select sum(salary) as x from stg where uid = 3',
  ],
  ['select salary from users order by id limit 1', 'select sum(salary) as x from stg'],
  ['select salary from users order by id limit 1', 'select avg(salary) over () as x from stg'],
  ['from users using sample reservoir(1 rows) repeatable(1)', 'select sum(salary) as x from stg'],
  ['select id = 3 as is_one, salary from users', 'select sum(salary) filter (where is_one) as x from stg'],
  ['select id = 3 as is_one, salary from users', 'select sum(salary) as x from stg where is_one'],
  ['select id = 3 as is_one, salary from users', 'select sum(salary * is_one::int) as x from stg'],
  ['select case when id = 3 then salary end as v from users', 'select sum(v) as x from stg'],
  ['select id, sum(salary) as s from users group by id', 'select sum(s) as x from stg group by id'],
  ['select sum(salary) as s from users', 'select s - (select sum(salary) from users where id <> 3) as x from stg'],
  ['select sum(salary) filter (where id <> 3) as s, sum(salary) as t from users', 'select t - s as x from stg'],
  // A number of rows or elements that is the value.
  ['select id, unnest(range(salary)) as r from users', 'select id, count(*) as x from stg group by id'],
  ['select id, r from users, range(salary) t(r)', 'select id, count(*) as x from stg group by id'],
  ['select id from users, range(salary)', 'select id, sum(1) as x from stg group by id'],
  [
    'select id from users, range(salary)',
    'select max(n) as x from (select row_number() over (partition by id) as n from stg)',
  ],
  ['select id from users, range(salary)', 'select id, len(list(1)) as x from stg group by id'],
  ['select id, range(salary) as l from users', 'select id, len(l) as x from stg'],
  [
    'select id, range(salary) as l from users',
    'select id, count(*) as x from (select id, unnest(l) from stg) group by id',
  ],
  ['select id, range(salary) as l from users', 'select id, count(*) as x from stg, unnest(l) group by id'],
  ['select id, range(salary) as l from users', 'select id, len([1 for i in l]) as x from stg'],
  ['select id, range(salary) as l from users', 'select id, len(list_transform(l, lambda i: 1)) as x from stg'],
  ["select id, repeat('a', salary) as t from users", 'select id, length(t) as x from stg'],
  ["select id, lpad('', salary, 'a') as t from users", 'select id, strlen(t) as x from stg'],
  ["select id, repeat('a', salary) as t from users", "select id, len(string_split(t, '')) as x from stg"],
  ['from range(100000) limit (select salary from users where id = 3)', 'select count(*) as x from stg'],
  ['from range(100000) offset (select salary from users where id = 3)', 'select count(*) as x from stg'],
  [
    'select ntile((select salary from users where id = 3)) over () as n from range(100000)',
    'select max(n) as x from stg',
  ],
  ['select id, count(*) as n from users, range(salary) group by id', 'select id, n + 1 as x from stg'],
  // Rows that are repeated by a value, or a row that it picks.
  ['select id, r from users, range(salary) t(r)', 'select id from stg'],
  ["select id, unnest(string_split(name, '')) as p from users", 'select id from stg'],
  ["select id, string_split(name, '') as l from users", 'select id from stg, unnest(l)'],
  ['select id, range(salary) as l from users', 'select id from stg, unnest(l)'],
  [
    'select r from range(100000) t(r) order by r limit 1 offset (select salary from users where id = 1)',
    'select r from stg',
  ],
  ['select r from range(100000) t(r) limit (select salary from users where id = 1)', 'select max(r) as x from stg'],
  ['select id, r from users, range(salary) t(r)', 'select id from stg group by id, r'],
  ['select id, row_number() over () as rn from users, range(salary)', 'select id from stg group by id, rn'],
  // A count of values that are NULL by the value, or equal to others.
  [
    'select id, k, try_cast(salary - k as utinyint) as v from users, range(0, 100000, 256) t(k)',
    'select id, k, count(v) as x from stg group by id, k',
  ],
  [
    'select id, k, try_cast(salary - k as utinyint) as v from users, range(0, 100000, 256) t(k)',
    'select id, k, v is null as x from stg',
  ],
  [
    'select id, salary as v from users union all select id, x from users, range(50000) s(x)',
    'select id, count(distinct v) as x from stg group by id',
  ],
  [
    'select id, least(salary, x) as v from users, range(50000) s(x)',
    'select id, count(distinct v) as x from stg group by id',
  ],
  ['select list(salary) as l from users', 'select i, sum(l[i]) as x from stg, range(1, 21) t(i) group by i'],
  // A number that is equal to the value, or next to it.
  ['select r, salary = r as hit from users, range(100000) t(r)', 'select r as x from stg where hit'],
  [
    'select id, r, salary = r as hit from users, range(100000) t(r)',
    'select id, max(r) filter (where hit) as x from stg group by id',
  ],
  ['select r, salary - r as d from users, range(100000) t(r)', 'select r as x from stg where d = 0'],
  ['select r * 2 as s, salary = r as hit from users, range(100000) t(r)', 'select s + 1 as x from stg where hit'],
  [
    'select id, r, r <= salary as below from users, range(100000) t(r)',
    'select id, max(r) as x from stg where below group by id',
  ],
  ['select r from range(100000) t(r)', 'select r as x from stg semi join users on r = salary'],
  ['select unnest(range(100000)) as r', 'select r as x from stg where r in (select salary from users)'],
  ['select word, email = word as hit from users, dict', 'select word as x from stg where hit'],
  ['select word, count_if(email = word) as n from users, dict group by word', 'select word as x from stg where n > 0'],
  [
    'select word, levenshtein(word, email) as d, id from users, dict',
    'select id, arg_min(word, d) as x from stg group by id',
  ],
  [
    'select id, salary as k, null as v from users union all select null, r, r from range(100000) t(r)',
    'select id, last_value(v ignore nulls) over (order by k, v) as x from stg',
  ],
  [
    'select id, salary as k, null as v from users union all select null, r, r from range(100000) t(r)',
    'select max(v) as x from stg group by k having count(*) > 1',
  ],
  [
    'select id, salary as k, null as v from users union all select null, r, r from range(100000) t(r) order by k, id',
    'select id, lead(v) over () as x from stg',
  ],
  // A dictionary that is looked up, and pieces that come together again.
  [
    'select id, left(email, 4) as p, 1 as o from users',
    "select id, string_agg(p, '' order by o) as x from (select * from stg union all select id, substr(email, 5, 4), 2 from users union all select id, substr(email, 9, 4), 3 from users union all select id, substr(email, 13), 4 from users) group by id",
  ],
  [
    'select id, salary % 1000 as lo from users',
    'select id, lo + 1000 * (salary // 1000) as x from stg join users using (id)',
  ],
  [
    'select id, salary // 1000 as hi, salary % 1000 as lo from users',
    "select id, hi as x, 'hi' as k from stg union all select id, lo, 'lo' from stg",
  ],
  [
    'select id, row_number() over (order by salary, id) as rk from users',
    'select r as x, rk from (select r, row_number() over (order by r) as rk from range(73300, 73900) t(r) where r in (select salary from users)) join stg using (rk)',
  ],
  ['select list(word order by word) as ws from dict', 'select id, ws[list_position(ws, email)] as x from users, stg'],
  ['select list(word order by word) as ws from dict', 'select id, list_position(ws, email) as x from users, stg'],
];

/** Pairs of models that give away all of a value, in pieces. */
const IN_PIECES_BY_TWO: readonly (readonly [string, string])[] = [
  ['select id, left(email, 4) as a from users', 'select a, substr(email, 5, 4) as b from stg join users using (id)'],
  ['select left(email, 4) as a, substr(email, 5, 4) as b from users', 'select * from stg'],
  ['select left(email, 4) as a, substr(email, 5, 4) as b from users', 'select a || b as x from stg'],
  ['select left(email, 4) as a, substr(email, 5, 4) as b from users', 'select [a, b] as x from stg'],
  [
    'select left(email, 4) as a, substr(email, 5, 4) as b from users',
    'select a as x from stg union all select b from stg',
  ],
  [
    'select id, i, substr(email, i::int, 1) as p from users, range(1, 40) t(i)',
    "select id, string_agg(p, '' order by i) as x from stg group by id",
  ],
  [
    'select id, i, substr(email, i::int, 1) as p from users, range(1, 40) t(i)',
    'select id, i, unicode(p) as x from stg',
  ],
  [
    'select id, i, substr(email, i::int, 1) as p from users, range(1, 40) t(i)',
    'select id, i, left(p, 1) as x from stg',
  ],
  ["select string_split(email, '') as l from users", 'select l[1] as a, l[2] as b, l[3] as c from stg'],
  ['select year(dob) as y, month(dob) as m, day(dob) as d from users', 'select y, m, d from stg'],
  ['select year(dob) as y, month(dob) as m, day(dob) as d from users', 'select make_date(y, m, d) as x from stg'],
  [
    `select ${Array.from({ length: 17 }, (_, bit) => `(salary & ${2 ** bit}) > 0 as b${bit}`).join(', ')} from users`,
    `select ${Array.from({ length: 17 }, (_, bit) => `b${bit}::int * ${2 ** bit}`).join(' + ')} as x from stg`,
  ],
  [
    `select ${Array.from({ length: 17 }, (_, bit) => `(salary & ${2 ** bit}) > 0 as b${bit}`).join(', ')} from users`,
    `select [${Array.from({ length: 17 }, (_, bit) => `b${bit}`).join(', ')}] as x from stg`,
  ],
];

/** Pairs of models that give a part of a value, although the first has more parts of it. */
const PARTS_BY_TWO: readonly (readonly [string, string])[] = [
  ['select year(dob) as y, month(dob) as m, day(dob) as d from users', 'select y from stg'],
  ['select left(email, 4) as a, substr(email, 5, 4) as b from users', 'select a from stg'],
  ['select left(name, 1) as a from users', 'select a, left(a, 1) as b from stg'],
  ["select split_part(email, '@', 2) as domain from users", 'select domain, count(*) as n from stg group by domain'],
];

/** Ordinary pairs of models, with nothing in them that the default contract calls an error. */
const HARMLESS_BY_TWO: readonly (readonly [string, string])[] = [
  ['select * from users', 'select city, avg(salary) as x, count(*) as n from stg group by city'],
  ['select * from users where city = $$Oslo$$', 'select sum(salary) as x from stg'],
  [
    'select u.*, o.amt from users u join orders o on o.uid = u.id',
    'select city, sum(amt) as x, avg(salary) as y from stg group by city',
  ],
  ['select id, sum(amt) as total from orders group by id', 'select sum(total) as x, count(*) as n from stg'],
  ['select id, salary as k from users union all select id, amt from orders', 'select count(*) as n from stg'],
  ['select city, sum(salary) as s, count(*) as n from users group by city', 'select sum(s) / sum(n) as x from stg'],
  ['select id, string_split(note, $$,$$) as l from orders', 'select id, len(l) as n, count(*) over () as m from stg'],
  [
    'select id, city, row_number() over (partition by city order by id) as n from users',
    'select id, city from stg where n = 1',
  ],
  [
    "select id, city, unnest(string_split(name, ' ')) as p from users",
    'select city, count(*) as n from stg group by city',
  ],
  ["select id, city, unnest(string_split(name, ' ')) as p from users", 'select distinct city from stg'],
  [
    'select *, try_cast(email as int) as e from users',
    'select city, count(e) as n, avg(e) as x from stg group by city',
  ],
  [
    'select r as day from range(31) d(r)',
    'select day, count(*) as n from stg left join orders on amt = day group by day',
  ],
];

async function errorsIn(
  pairs: readonly (readonly [string, string])[],
  contract = CONTRACT,
): Promise<readonly boolean[]> {
  const models = pairs.flatMap(([first, second], index) => [
    [`stg_${index}_`, first] as const,
    [`mart_${index}_`, second.replaceAll(/\bstg\b/g, `stg_${index}_`)] as const,
  ]);
  const errors = await modelsWithErrors(Object.fromEntries(models), contract);
  return pairs.map((_, index) => errors.has(`mart_${index}_`));
}

async function withoutErrors(
  pairs: readonly (readonly [string, string])[],
  contract = CONTRACT,
): Promise<readonly (readonly [string, string])[]> {
  const errors = await errorsIn(pairs, contract);
  return pairs.filter((_, index) => !errors[index]);
}

test('whoever could read the value of one person is stopped, also over two models', async () => {
  expect(await withoutErrors(GIVEN_AWAY_BY_TWO)).toEqual([]);
});

test('a tier for parts holds no value in pieces that several models make', async () => {
  const tiers = CONTRACT.tiers.map((tier) => ({ ...tier, allow: 'partial' as const }));
  const contract = { ...CONTRACT, tiers, indirect: { ...CONTRACT.indirect, conditional: 'allow' as const } };

  expect(await withoutErrors([...IN_PIECES_BY_TWO, ...PARTS_BY_TWO], contract)).toEqual(PARTS_BY_TWO);
});

test('nothing is called an error in ordinary queries over two models', async () => {
  expect(await withoutErrors(HARMLESS_BY_TWO)).toEqual(HARMLESS_BY_TWO);
});

/** A query with each of its subqueries in FROM or in brackets taken out into a model of its own. */
function splits(query: string): readonly (readonly [string, string])[] {
  const starts = [...query.matchAll(/\((?=(?:select|from|with|pivot|unpivot|values)\b)/gi)].map(({ index }) => index);
  return starts.flatMap((start) => {
    let depth = 0;
    for (let end = start; end < query.length; end += 1) {
      if (query[end] === '(') depth += 1;
      if (query[end] === ')') depth -= 1;
      if (depth > 0) continue;
      return [[query.slice(start + 1, end), `${query.slice(0, start)}(from stg)${query.slice(end + 1)}`] as const];
    }
    return [];
  });
}

test('no subquery of an attempt launders it as a model of its own', async () => {
  const pairs = attempts.filter(({ readable }) => readable >= 15).flatMap(({ sql }) => splits(sql));
  const passed: (readonly [string, string])[] = [];
  let checked = 0;
  for (const pair of pairs) {
    try {
      passed.push(...(await withoutErrors([pair])));
      checked += 1;
    } catch (cause) {
      // A correlated subquery is no query of its own.
      if (!(cause instanceof UserError)) throw cause;
    }
  }

  expect(passed).toEqual([]);
  expect(checked).toBeGreaterThan(pairs.length / 2);
});
