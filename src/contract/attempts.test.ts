import { expect, test } from 'vitest';
import attempts from './testing/attempts.json' with { type: 'json' };
import { CONTRACT } from './testing/built-project.ts';
import { modelsWithErrors } from './testing/models-with-errors.ts';
import ownAttempts from './testing/own-attempts.json' with { type: 'json' };

test('whoever could read a personal value in most rows of a model is stopped', async () => {
  const models = Object.fromEntries(attempts.map(({ sql }, index) => [`mart_${index}`, sql]));

  const errors = await modelsWithErrors(models);

  const passed = attempts.filter(({ readable }, index) => readable >= 15 && !errors.has(`mart_${index}`));
  expect(passed.map(({ id, sql }) => `${id}: ${sql}`)).toEqual([]);
});

/** Queries that give away values of one person, or of a few, by an aggregate, a size, an equality or in pieces. */
const GIVEN_AWAY: readonly string[] = [
  // Aggregates over one person.
  'select sum(salary) as x from users where id = 3',
  'select avg(salary) as x from users where id in (3)',
  'select sum(salary) as x from users where 3 = id and city is not null',
  'select sum(salary) filter (where id = 3) as x from users',
  'select sum(salary) filter (where id = 3) over () as x from users',
  'select sum(salary) over () as x from (from users where id = 3)',
  'select sum(salary * (id = 3)::int) as x from users',
  'select sum(salary * (id = 3)::int) over () as x from users',
  'select sum(case when id = 3 then salary end) as x from users',
  'select sum(if(id = 3, salary, 0)) as x from users',
  'select sum(v) as x from (select salary * (id = 3)::int as v from users)',
  'select sum(salary) as x from (select salary from users order by id limit 1)',
  'select sum(salary) as x from (from users using sample reservoir(1 rows) repeatable(1))',
  'select sum(salary) - (select sum(salary) from users where id <> 3) as x from users',
  'select sum(salary) - sum(salary) filter (where id <> 3) as x from users',
  'select regr_intercept(salary, id - 3) as x from users where id in (3, 4)',
  'select covar_pop(v, w) * 4 as x from (select salary as v, 1 as w from users where id = 3 union all select 0, 0)',
  'select stddev_pop(v) * 2 as x from (select salary as v from users where id = 3 union all select 0)',
  'select id + 0 as x, sum(salary) as y from users group by id + 0',
  'select md5(id::varchar) as x, fsum(salary) as y from users group by all',
  'select o.uid, sum(u.salary) as x from orders o join users u on u.id = o.uid group by o.uid',
  'select sum(salary) as x from users group by cube (id, city)',
  'select sum(salary) as x from users group by grouping sets ((id), ())',
  'select sum(s) as x from (select id, sum(salary) as s from users group by id) group by id',
  'select * from (pivot users on id in (1, 2, 3) using avg(salary) group by city)',
  'select mean(salary) as x from users group by rowid',
  'select bool_or(salary > 50000) as x, id from users group by id',
  // A number of rows or elements that is the value.
  'select id, len(range(salary)) as x from users',
  'select id, length(range(0, salary)) as x from users',
  "select id, length(repeat('a', salary)) as x from users",
  "select id, strlen(lpad('', salary, 'a')) as x from users",
  "select id, length(substr(repeat('a', 99999), 1, salary)) as x from users",
  "select id, length(left(repeat('a', 99999), salary)) as x from users",
  'select id, len(list_transform(range(salary), lambda i: 1)) as x from users',
  'select id, len([1 for i in range(salary)]) as x from users',
  'select id, len(list_resize([]::int[], salary)) as x from users',
  'select id, len(range(100000)[1:salary]) as x from users',
  'select id, sum(1) as x from users, generate_series(1, salary) group by id',
  'select id, count(*) filter (where true) as x from users, lateral (from range(salary)) group by id',
  'select id, len(list(1)) as x from users, range(salary) group by id',
  "select id, length(string_agg('a', '')) as x from users, range(salary) group by id",
  'select id, max(n) as x from (select id, count(*) over (partition by id) as n from users, range(salary)) group by id',
  'select id, max(n) as x from (select id, rank() over (partition by id order by r) as n from users, range(salary) t(r)) group by id',
  'select count(*) as x from (from range(100000) limit (select salary from users where id = 3))',
  'select count(*) as x from (from range(100000) offset (select salary from users where id = 3))',
  'select max(n) as x from (select ntile((select salary from users where id = 3)) over () as n from range(100000))',
  'select id, (select count(*) from unnest(range(salary))) as x from users',
  'select id, (select count(*) from range(100000) t(r) where r < salary) as x from users',
  'select u.id, count(*) as x from users u join range(100000) t(r) on r < u.salary group by u.id',
  'select u.id, sum(r) as x from users u join range(100000) t(r) on r = u.salary group by u.id',
  // A number that is equal to the value, or next to it.
  'select r as x from range(100000) t(r), users where salary - r = 0',
  'select r * 2 + 1 as x from range(100000) t(r), users where hash(salary) = hash(r)',
  'select max(r) as x, id from range(100000) t(r), users where r <= salary group by id',
  'select min(r) as x, id from users cross join (select unnest(range(100000)) as r) where r >= salary group by id',
  'select x from (values (73300), (73301)) t(x) where x in (select salary from users)',
  'select x from (select 73300 as x union all select 73301) where exists (from users where salary = x)',
  'with recursive t(x) as (select 73300 union all select x + 1 from t where x < 73900) select x from t semi join users on x = salary',
  'select x from (select 73300 + row_number() over () as x from orders) where x = any (select salary from users)',
  'select x from range(100000) t(x) anti join users on x = salary',
  'select word as x from dict where list_contains((select list(email) from users), word)',
  "select word as x from dict join users on email like word || '%'",
  'select word as x from dict join users on starts_with(email, word)',
  'select word as x from dict join users on levenshtein(email, word) = 0',
  'select word, count_if(email = word) > 0 as x from dict, users group by word',
  'select word, max((email = word)::int) as x from dict, users group by word',
  'select word as x from dict where (select count(*) from users where email = word) > 0',
  'select word as x from dict asof join users on word >= email',
  'select id, arg_min(word, levenshtein(word, email)) as x from users, dict group by id',
  'select id, first(v) over (order by k, v nulls last rows between 1 preceding and current row) as x from (select id, salary as k, null as v from users union all select null, r, r from range(100000) t(r))',
  'select id, lead(v) over () as x from (from (select id, salary as k, null as v from users union all select null, r, r from range(100000) t(r)) order by k, id)',
  'select id, max(v) over (partition by k) as x from (select id, salary as k, null as v from users union all select null, r, r from range(100000) t(r))',
  'select max(v) as x from (select salary as k, null as v from users union all select r, r from range(100000) t(r)) group by k having count(*) > 1',
  // A list of cases, or a sort key, looks up a row of another table by a personal value.
  "select u.id, o.id as x from users u join orders o on (o.id = 1 and u.name[4] = 'a') or (o.id = 2 and u.name[4] = 'b')",
  "select u.id, o.note as x from users u, orders o where (o.id = 1 and u.name[4] = 'a') or (o.id = 2 and u.name[4] = 'b')",
  "select u.id, o.note as x from users u join orders o on not ((o.id <> 1 or u.name[4] <> 'a') and (o.id <> 2 or u.name[4] <> 'b'))",
  "select u.id, o.note as x from users u join orders o on o.id = case when u.name[4] = 'a' then 1 else 2 end",
  "select u.id, o.note as x from users u, orders o where o.id = if(u.name[4] = 'a', 1, 2)",
  'select id, g as x from (select id, unnest([0, 1]) as g, salary from users) order by if(g = 0, salary, id * 24)',
  'select id, g as x from (select id, unnest([0, 1]) as g, salary from users) order by coalesce(case when g = 0 then salary end, id * 24)',
  // A flag shows which ids belong to the rows that a filter on a personal value leaves.
  'select id, id in (select id from users where salary > 50000) as x from users',
  'select id, id = any (select id from users where salary > 50000) as x from users',
  'select id, exists (select 1 from users m where m.id = u.id and m.salary > 50000) as x from users u',
  'select id, not exists (select 1 from users m where m.id = u.id and m.salary > 50000) as x from users u',
  "select id, case when id in (select id from users where salary > 50000) then 'a' else 'b' end as x from users",
  'select id, count(*) filter (where id in (select id from users where salary > 50000)) as x from users group by id',
  'select u.id, m.id is not null as x from users u left join (select id from users where salary > 50000) m using (id)',
  'select u.id, m.id as x from users u left join (select id from users where salary > 50000) m on m.id = u.id',
  'select u.id, m.id is null as x from (select id from users where salary > 50000) m right join users u using (id)',
  'select u.id, m.id is null as x from (select id from users where salary > 50000) m full join users u on m.id = u.id',
  'select u.id, count(m.id) as x from users u left join (select id from users where salary > 50000) m using (id) group by u.id',
  "select u.id, coalesce(m.flag, 'no') as x from users u left join (select id, 'yes' as flag from users where salary > 50000) m using (id)",
  "select u.id, m.id is not null as x from users u left join (select id from users semi join (select 'a' as k) k on k.k = name[4]) m on m.id = u.id",
  'select u.id, m.id is not null as x from users u left join (select id from users where salary > 50000 intersect select id from users) m on m.id = u.id',
];

test('whoever could read the value of one person in a model is stopped', async () => {
  const queries = [...GIVEN_AWAY, ...ownAttempts];

  const errors = await modelsWithErrors(Object.fromEntries(queries.map((sql, index) => [`mart_${index}`, sql])));

  expect(queries.filter((_, index) => !errors.has(`mart_${index}`))).toEqual([]);
});

/** Queries that give away all of a value in pieces, which a tier with `allow: partial` must not hold. */
const IN_PIECES: readonly string[] = [
  'select substr(email, 1, 4) as a, substr(email, 5, 4) as b, substr(email, 9, 4) as c from users',
  "select array_to_string([substr(email, 1, 4), substr(email, 5, 4), substr(email, 9, 4)], '') as x from users",
  "select list_aggregate([left(email, 4), substr(email, 5, 4)], 'string_agg', '') as x from users",
  "select id, string_agg(substr(email, i::int, 1), '' order by i) as x from users, range(1, 40) t(i) group by id",
  "select id, string_agg(substr(email, i::int, 1), '') over (partition by id order by i) as x from users, range(1, 40) t(i)",
  "select array_to_string([substr(email, i::int, 1) for i in range(1, 40)], '') as x from users",
  'select list_transform(range(1, 40), lambda i: substr(email, i::int, 1)) as x from users',
  'select list_reduce([substr(email, i::int, 1) for i in range(1, 40)], lambda a, b: a || b) as x from users',
  'select id, i, substr(email, i::int, 1) as x from users, range(1, 40) t(i)',
  'select id, i, unicode(email[i::int]) as x from users, range(1, 40) t(i)',
  "select string_agg(p, '' order by o) as x from (select 1 as o, left(email, 4) as p from users where id = 3 union all select 2, substr(email, 5, 4) from users where id = 3)",
  "select {'a': left(email, 4), 'b': substr(email, 5, 4)} as x from users",
  "select to_json({'a': left(email, 4), 'b': substr(email, 5, 4)}) as x from users",
  'select json_array(left(email, 4), substr(email, 5, 4)) as x from users',
  "select json_object('a', left(email, 4), 'b', right(email, 4)) as x from users",
  "select map(['a', 'b'], [left(email, 4), substr(email, 5, 4)]) as x from users",
  "select split_part(email, '@', 1) as a, split_part(email, '@', 2) as b from users",
  "select [unicode(c) for c in string_split(email, '')] as x from users",
  "select list_reduce([chr(unicode(c) + 1) for c in string_split(email, '')], lambda a, b: a || b) as x from users",
  "select id, unnest(string_split(email, '')) as x from users",
  'select year(dob) as y, month(dob) as m, day(dob) as d from users',
  "select date_trunc('month', dob) as m, day(dob) as d from users",
  'select extract(year from dob) as y, dayofyear(dob) as d from users',
  'select [year(dob), month(dob), day(dob)] as x from users',
  "select make_date({'year': year(dob), 'month': month(dob), 'day': day(dob)}) as x from users",
  'select year(dob) * 10000 + month(dob) * 100 + day(dob) as x from users',
  `select ${Array.from({ length: 17 }, (_, bit) => `(salary & ${2 ** bit}) > 0 as b${bit}`).join(', ')} from users`,
  "select length(repeat('a', salary)) as x from users",
  "select length(lpad('', salary, 'a')) as x from users",
  'select id, sum(ascii(substr(email, i::int, 1)) * power(256, 40 - i)) as x from users, range(1, 40) t(i) group by id',
  'select max(left(email, 4)) || max(substr(email, 5, 4)) as x from users group by id',
];

/** Queries that give no more than a part of a value. */
const PARTS: readonly string[] = [
  "select split_part(email, '@', 2) as domain, count(*) as n from users group by domain",
  "select regexp_extract(email, '@(.+)$', 1) as domain, length(email) as l from users",
  'select left(name, 1) as initial, year(dob) as y from users',
  'select year(dob) as y, month(dob) as m from users',
  'select email is not null as a, name is not null as b from users',
  'select list(distinct left(name, 1)) as x from users group by city',
  'select min(year(dob)) as x from users group by city',
];

test('a tier for parts holds no value in pieces, and parts that stay parts', async () => {
  const contract = { ...CONTRACT, tiers: CONTRACT.tiers.map((tier) => ({ ...tier, allow: 'partial' as const })) };
  const queries = [...IN_PIECES, ...PARTS];

  const errors = await modelsWithErrors(Object.fromEntries(queries.map((sql, index) => [`mart_${index}`, sql])), {
    ...contract,
    indirect: { ...contract.indirect, conditional: 'allow' },
  });

  expect(queries.filter((_, index) => !errors.has(`mart_${index}`))).toEqual(PARTS);
});

/** Ordinary queries, with nothing in them that the default contract calls an error. */
const HARMLESS: readonly string[] = [
  'select city, avg(salary) as x, count(*) as n from users group by city',
  'select sum(salary) as x from users where city = $$Oslo$$',
  'select sum(salary) as x from users where id > 100 and id <> 7',
  'select city, sum(salary) - min(0) as x from users group by city',
  'select city, sum(salary) filter (where city is not null) - sum(salary) as x from users group by city',
  'select sum(x) as x from (select id, sum(salary) as x from users group by id)',
  'select u.city, count(distinct u.id) as n, sum(o.amt) as x from users u join orders o on o.uid = u.id group by u.city',
  'select o.note, avg(u.salary) as x from orders o join users u on u.id = o.uid group by o.note',
  'select o.id, o.note, u.city from orders o left join users u on u.id = o.uid',
  'select city, count(*) as n from users group by city order by n desc limit 3',
  'select d.r as day, count(*) as n from range(31) d(r) left join orders o on o.amt = d.r group by d.r',
  'select id, city, row_number() over (partition by city order by id) as n from users qualify n = 1',
  'select count(*) as n, count(email) as e from users',
  'select id from users where city in (select note from orders)',
  'select coalesce(sum(salary), 0) as x from users',
  'select id, city from users union all select id, note from orders',
  'select o.id, len(range(o.amt)) as x from orders o',
  'select sum(case when u.id is null then 0 else u.salary end) as x from orders o left join users u on u.id = o.uid group by o.note',
  'select sum(s) as x from (select city, sum(salary) as s from users group by city order by s desc limit 3)',
  'select sum(salary) as x from users where not (id = 3)',
  'select sum(salary) as x from users where id between 1 and 100',
  'select city, sum(salary) as x from users join (select 50000 as least) l on salary > l.least group by city',
  'select o.id, o.note from orders o join users u on u.id = o.uid order by o.amt * o.id desc limit 3',
  'select city, row_number() over (order by city) as n from users where salary > (select avg(salary) from users)',
  'select id, city from users where id in (select id from users where salary > 50000)',
  'select id, city from users u where exists (select 1 from users m where m.id = u.id and m.salary > 50000)',
  "select id, amt from orders where uid not in (select id from users where email like '%test%')",
  'select o.id from orders o left join (select id from users where salary > 50000) m on m.id = o.uid where m.id is null',
  "select o.id, u.city from orders o join (select * from users where email not like '%test%') u on u.id = o.uid",
  'select o.id, u.city from orders o left join (select * from users where email is not null) u on u.id = o.uid',
  'select o.note, sum(u.salary) as x from orders o left join (select * from users where id > 100) u on u.id = o.uid group by o.note',
  "select o.id, u.city from orders o join users u on u.id = o.uid where u.dob < '2000-01-01' or o.amt > 100",
  'select coalesce(u.city, o.note) as x, count(*) as n from users u full join orders o on u.id = o.uid group by 1 order by 1',
  "select case when id > 10 then city else 'x' end as x, count(*) as n from users group by 1 order by 1",
  'select city from users order by salary desc limit 10',
  "select city, count(distinct id) as n from (select id, city, unnest(string_split(name, ' ')) from users) group by city",
  "select distinct city from (select city, unnest(string_split(name, ' ')) from users)",
  'select id from orders limit (select count(*) from users)',
  'select o.id, unnest(range(o.amt)) as r from orders o',
  'select city, avg(salary - (select min(salary) from users)) as x from users group by city',
  'select rn, sum(amt) as x from (select row_number() over () as rn, amt from orders) group by rn',
  'select avg(m) as x from (select city, max(salary) as m from users group by city)',
  'select city, sum(salary) as x from (select *, row_number() over (partition by id order by city) as rn from users) where rn = 1 group by city',
  'select city, sum(salary) as x, row_number() over (order by city) as rn from users group by city',
  'select sum(salary) as x, count(*) as n from users where random() < 0.5',
  'select uuid() as u, city, avg(salary) as x from users group by city',
  'select o.note, count(try_cast(u.email as int)) as x from orders o join users u on u.id = o.uid group by o.note',
  'select city, count(distinct c) as n from (select city, email as c from users union all select note, note from orders) group by city',
  'select city, count_if(salary > 50000) as n from users group by city',
  'select city, count(distinct email || name) as n from users group by city',
  'select city, avg(try_cast(email as int)) as x from users group by city',
];

test('nothing is called an error in ordinary queries', async () => {
  const errors = await modelsWithErrors(Object.fromEntries(HARMLESS.map((sql, index) => [`mart_${index}`, sql])));

  expect(HARMLESS.filter((_, index) => errors.has(`mart_${index}`))).toEqual([]);
});
