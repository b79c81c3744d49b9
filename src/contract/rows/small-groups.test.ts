import { describe, expect, test } from 'vitest';
import { sourceColumns } from '../../lineage/shadow/source-columns.ts';
import { traceProject } from '../../lineage/trace-project.ts';
import type { Project } from '../../project/project.ts';
import { readCatalog } from '../../warehouse/catalog.ts';
import type { SmallGroup } from '../finding.ts';
import { type BuiltProjectOptions, buildProject, CONTRACT } from '../testing/built-project.ts';
import { findSmallGroups } from './small-groups.ts';
import { safeModels } from './value-leaks.ts';

const SOURCES = {
  // Twelve people of organisation 1, two of organisation 2.
  raw_user: `select i as id, 'u' || i || '@host.example' as email, case when i < 12 then 1 else 2 end as org_id,
    20 + i as age, date '1990-01-01' + i::int as born from range(14) t(i)`,
  // Everybody has three events on each of seven days.
  raw_event: `select i // 21 as user_id, i // 3 % 7 as day, 'login' as kind from range(294) t(i)`,
  raw_price: `select i as plan, i % 2 as size from range(6) t(i)`,
};

/** Findings with a smallest group of five, as `mart.people in < 5`, or `mart in < 5` where rows are counted. */
async function smallGroups(
  models: Readonly<Record<string, string>>,
  options: FindOptions = {},
): Promise<readonly string[]> {
  const found = await find(models, options);
  return found.map(({ model, column, groups }) => {
    const subject = column === undefined ? model : `${model}.${column}`;
    return `${subject} in ${groups === 'unknown' ? groups : 'below' in groups ? `< ${groups.below}` : groups.exactly}`;
  });
}

interface FindOptions extends Partial<BuiltProjectOptions>, Pick<GroupCase, 'builtTexts' | 'taggedModels'> {
  readonly policy?: 'error' | 'warn';
}

async function find(
  models: Readonly<Record<string, string>>,
  { builtTexts = {}, taggedModels = {}, policy = 'error', ...options }: FindOptions,
): Promise<readonly SmallGroup[]> {
  await using built = await buildProject({ sources: SOURCES, tagged: ['raw_user.email'], models, ...options });
  const { warehouse } = built;
  const project = withTags(built.project, taggedModels);
  const columns = await sourceColumns(project, warehouse);
  return await findSmallGroups({
    project,
    lineage: await traceProject({ project, sourceColumns: columns, masks: ['hash_pii'], nonce: 'n0nce' }),
    safe: safeModels(project, CONTRACT),
    tables: await readCatalog(warehouse),
    minimum: 5,
    policy,
    builtTexts: new Map(Object.entries(builtTexts)),
    adapter: { query: refuse, relationType: refuse, columns: refuse },
    session: warehouse,
  });
}

function withTags(project: Project, tagged: Readonly<Record<string, string>>): Project {
  const nodes = [...project.nodes].map(([id, node]) => {
    const name = tagged[node.name];
    if (name === undefined) return [id, node] as const;
    const column = { name, description: '', dataType: undefined, tags: ['pii'], meta: {}, location: node.location };
    return [id, { ...node, columns: new Map([[name, column]]) }] as const;
  });
  return { ...project, nodes: new Map(nodes) };
}

function refuse(): never {
  throw new Error('internal: nothing here asks the warehouse through a template');
}

interface GroupCase extends Partial<BuiltProjectOptions> {
  readonly name: string;
  readonly models: Readonly<Record<string, string>>;
  readonly builtTexts?: Readonly<Record<string, string>>;
  /** A tagged column of a model. */
  readonly taggedModels?: Readonly<Record<string, string>>;
}

const small: readonly (GroupCase & { readonly found: readonly string[] })[] = [
  {
    name: 'groups of few rows',
    models: { mart: 'select org_id, count(*) as people from raw_user group by org_id' },
    found: ['mart in < 5'],
  },
  {
    name: 'groups of the text that was built, whatever the template gives now',
    models: { mart: 'select id, org_id from raw_user' },
    builtTexts: { 'model.app.mart': 'select org_id, count(*) as people from raw_user group by org_id' },
    found: ['mart in < 5'],
  },
  {
    name: 'GROUP BY ALL, with columns that count nothing',
    models: { mart: `select org_id, max(length(email)) as longest from raw_user group by all order by all` },
    found: ['mart in < 5'],
  },
  {
    name: 'a group in a CTE that is read on',
    models: {
      mart: `with grouped as (select org_id, count(*) as people from raw_user group by 1),
        named as (select *, 'x' as tag from grouped) select tag, people, org_id from named as n where org_id > 0`,
    },
    found: ['mart in < 5'],
  },
  {
    name: 'a group in a subquery that is joined',
    models: {
      mart: `select p.plan, g.people from raw_price as p
        left join (select org_id, count(*) as people from raw_user group by org_id) as g on g.org_id = p.plan`,
    },
    found: ['mart in < 5'],
  },
  {
    name: 'a group of groups, by the rows of the first',
    models: {
      mart: `with daily as (select org_id, id % 2 as half, count(*) as n from raw_user group by all)
        select org_id, sum(n) as n from daily group by org_id`,
    },
    found: ['mart in < 5'],
  },
  {
    name: 'a group in another model, table or view',
    models: {
      daily: 'select org_id, id % 2 as half, count(*) as n from raw_user group by all',
      mart: 'select org_id, n from daily',
      mart_sum: 'select org_id, sum(n) as n from daily group by org_id',
    },
    materialized: { daily: 'view' },
    found: ['mart in < 5', 'mart_sum in < 5'],
  },
  {
    name: 'an upper level of ROLLUP, too',
    models: { mart: 'select org_id, id, count(*) as n from raw_user group by rollup (org_id, id)' },
    found: ['mart in 15'],
  },
  {
    name: 'people who are counted by their masked e-mail',
    models: {
      mart: `select org_id, count(distinct mask(email)) as people, count(*) as events
        from raw_user join raw_event on user_id = id group by org_id`,
    },
    found: ['mart.people in < 5', 'mart in < 5'],
  },
  {
    name: 'groups on both sides of a UNION',
    models: {
      mart: `select org_id, count(*) as n from raw_user group by all union all select 0, count(*) from raw_user`,
      mart_large: `select 0 as org_id, count(*) as n from raw_user union select org_id, count(*) from raw_user where org_id = 1 group by 1`,
    },
    found: ['mart in < 5'],
  },
  {
    name: 'groups that cannot be followed',
    models: {
      mart_distinct: 'select distinct n from (select count(*) as n from raw_user group by org_id)',
      mart_window: 'select distinct org_id, count(*) over (partition by org_id) as n from raw_user',
      mart_except: 'select org_id, count(*) as n from raw_user group by org_id except select 1, 12',
      mart_after: 'select count(*) as n from (select org_id from raw_user except select 1)',
      mart_pivot: `from (pivot (select id, org_id, age from raw_user) on org_id in (1, 2) using avg(age))`,
    },
    found: [
      'mart_distinct in unknown',
      'mart_window in unknown',
      'mart_except in unknown',
      'mart_after in unknown',
      'mart_pivot in unknown',
    ],
  },
];

/** Person 3 has a hundred amounts, of which none is large beside the one of everybody else. */
const ofOneMostly = (query: string) =>
  `with amounts as (
    select id, age * 10 + n as amount, n from raw_user, range(100) as r(n) where id = 3
    union all by name select id, age as amount, 0 as n from raw_user where id <> 3) ${query}`;

/** A summary of a personal column that is the value of few persons, although it reads many rows. */
const ofFew: readonly (readonly [name: string, sql: string])[] = [
  [
    'an average of one person, over the many rows of a join',
    `select e.user_id, count(*) as events, avg(date_diff('day', u.born, date '2026-01-01')) as age
      from raw_event as e join raw_user as u on u.id = e.user_id group by e.user_id`,
  ],
  ['one person five times', 'select id, avg(age) as age from raw_user cross join range(5) group by id'],
  ['one person in WHERE', 'select avg(age) as age from raw_user where id = 3'],
  ['one person in LIMIT', 'select avg(age) as age from (select age from raw_user order by id limit 1)'],
  ['one person in a sample', 'select sum(age) as age from (select * from raw_user using sample 1)'],
  ['a sample of the table', 'select sum(age) as age from raw_user tablesample reservoir(2 rows)'],
  ['CASE', 'select sum(case when id = 3 then age else 0 end) as age from raw_user'],
  ['CASE without ELSE', 'select avg(case when id = 3 then age end) as age from raw_user'],
  ['zeros', 'select sum(age * (id = 3)::int) as age from raw_user'],
  ['zeros of a decimal', 'select sum((age * (id = 3)::int)::decimal(9, 2)) as age from raw_user'],
  ['zeros of a double', 'select sum((age * (id = 3)::int)::double) as age from raw_user'],
  ['FILTER', 'select sum(age) filter (where id = 3) as age from raw_user'],
  ['FILTER, beside all', 'select avg(age) as all_ages, sum(age) filter (where id = 3) as age from raw_user'],
  ['FILTER in a window', 'select sum(age) filter (where id = 3) over () as age from raw_user'],
  ['a window over one row', 'select sum(age) over () as age from raw_user where id = 3'],
  ['a window that moves on', 'select avg(age) over (order by id) as age from raw_user'],
  ['a partition', 'select org_id, avg(age) over (partition by org_id) as age from raw_user'],
  [
    'sums one by one',
    `select sum(age) as age from raw_user where id = 1 union all select sum(age) from raw_user where id = 2`,
  ],
  ['ROLLUP', 'select org_id, id, avg(age) as age from raw_user group by rollup (org_id, id)'],
  ['an average of a subquery', 'select (select avg(age) from raw_user where id = p.plan) as age from raw_price as p'],
  [
    'the largest average of one person each',
    'select max(a) as a from (select id, avg(age) as a from raw_user group by id) where a > 0',
  ],
  [
    'averages of one person each, as the groups of a count',
    'select a, count(*) as n from (select id, 7 as a0, avg(age) as a from raw_user group by id) group by a',
  ],
  ['a sum that is nearly one person’s', 'select sum(case when id = 3 then age else 0.01 end) as age from raw_user'],
  [
    'a sum that is nearly one person’s, whom a join repeats',
    'select avg(case when id = 3 then age else 0.01 end) as age from raw_user join raw_event on user_id = id',
  ],
  ['many amounts of one person', ofOneMostly('select avg(amount) as amount from amounts')],
  ['many amounts of one person, in a sum', ofOneMostly('select sum(amount) as amount from amounts')],
  ['many negative amounts of one person', ofOneMostly('select sum(-amount) as amount from amounts')],
  [
    'amounts of one person that cancel out',
    ofOneMostly('select sum(amount * case when n % 2 = 0 then 1 else -1 end) as amount from amounts'),
  ],
  [
    'many amounts of one person, beside large ones of nobody',
    ofOneMostly(
      'select sum(amount) as amount from (select amount, id from amounts union all select 1000000, 0 from range(9))',
    ),
  ],
  [
    'many amounts of one person, in a group',
    ofOneMostly(
      'select id < 99 as all_of_them, sum(amount) as amount from amounts group by all having sum(amount) > 1',
    ),
  ],
  ['many amounts of one person, in their variance', ofOneMostly('select stddev(amount) as amount from amounts')],
  ['different amounts of one person', ofOneMostly('select sum(distinct amount) as amount from amounts')],
  [
    'sums of each person',
    ofOneMostly('select sum(a) as amount from (select id, sum(amount) as a from amounts group by id)'),
  ],
  [
    'sums of each person, over a UNION ALL',
    ofOneMostly('select sum(amount) as amount from (from amounts union all from amounts)'),
  ],
  ['ones in the place of zeros', 'select sum(case when id = 3 then age else 1 end) as age from raw_user'],
  [
    'ones in the place of zeros, by COALESCE',
    'select avg(coalesce(case when id = 3 then age end, 1)) as age from raw_user',
  ],
  ['ones in the place of zeros, by if', 'select sum(round(if(id = 3, age, 1)::double)) as age from raw_user'],
  ['ones beside zeros', 'select sum(1 + age * (id = 3)::int) as age from raw_user'],
  ['ones beside zeros that are taken off', 'select sum((age - 1) * (id = 3)::int - 1) as age from raw_user'],
  ['ones beside zeros, by a bound', 'select sum(greatest(1, age * (id = 3)::int)) as age from raw_user'],
  ['ones in a product', 'select product(case when id = 3 then age else 1 end) as age from raw_user'],
  [
    'a bound that takes all but one out',
    'select sum(greatest(case when id = 3 then age else -age end, 0)) as age from raw_user',
  ],
  [
    'a large number beside the sum',
    'select sum(1000000 + case when id = 3 then age * 1000 else age end) as age from raw_user',
  ],
  [
    'a count of a window, by QUALIFY',
    'select org_id, count(*) over (partition by org_id) as n from raw_user qualify row_number() over (partition by org_id order by id) = 1',
  ],
  [
    'letters',
    `select sum(unicode(substr(email, 1, 1))) as one, sum(unicode(substr(email, 2, 1))) as two from raw_user where id = 3`,
  ],
  ['a word', `select count_if(email = 'u3@host.example') as it_is from raw_user`],
  [
    'a column by another name',
    'with u(a, b) as (select id, age from raw_user) select sum(case when a = 3 then b end) as age from u',
  ],
  [
    'stars',
    'with a as (select * from raw_user), b as (select *, 1 as one from a) select sum(age) filter (where id = 3) as age from b',
  ],
  ['distinct rows', 'select avg(age) as age from (select distinct id % 2 as half, age from raw_user where id = 3)'],
  [
    'a lateral join',
    'select p.plan, l.age from raw_price as p, lateral (select sum(age) as age from raw_user where id = p.plan) as l',
  ],
];

describe('about too few are', () => {
  test('summaries of which one person makes up all, or nearly all: each is a mart of one project', async () => {
    const models = Object.fromEntries(ofFew.map(([name, sql]) => [`mart_${name.replace(/\W+/g, '_')}`, sql]));
    const found = await smallGroups(models, { tagged: ['raw_user.email', 'raw_user.age', 'raw_user.born'] });
    expect(found.map((each) => each.replace(/ in (< 5|\d+)$/, ''))).toEqual(Object.keys(models));
  });

  test('persons of a table that has a column rowid of its own', async () => {
    const models = {
      mart: 'select a.rowid, sum(length(a.email)) as size from raw_odd as a cross join range(3) group by a.rowid',
      mart_all: 'select sum(length(email)) as size from raw_odd',
    };
    const sources = { raw_odd: `select i // 3 as rowid, 'u' || i as email from range(6) t(i)` };
    expect(await smallGroups(models, { sources, tagged: ['raw_odd.email'] })).toEqual(['mart in < 5']);
  });

  test('a model that reads its own older rows has nobody to count in them', async () => {
    const models = {
      mart: 'select id, org_id from raw_user',
      mart_again: 'select id, org_id from raw_user',
    };
    const builtTexts = {
      'model.app.mart': 'select id, org_id from raw_user union all select id, org_id from mart',
      'model.app.mart_again': 'select count(*) as n from (select id from raw_user union all select id from mart_again)',
    };
    expect(await smallGroups(models, { builtTexts })).toEqual(['mart_again in unknown']);
  });

  test('persons whose values a model calls personal', async () => {
    const models = {
      stg: 'select id, org_id + age as points, email from raw_user',
      mart: 'select sum(points) filter (where id = 3) as points from stg',
    };
    expect(await smallGroups(models)).toEqual([]);
    expect(await smallGroups(models, { taggedModels: { stg: 'points' } })).toEqual(['mart in < 5']);
  });

  test('persons whom models and views hand on', async () => {
    const models = {
      stg: 'select id as user_id, age as years, org_id from raw_user',
      between: 'select s.user_id, s.years, e.day from stg as s join raw_event as e on e.user_id = s.user_id',
      mart: 'select user_id, avg(years) as years from between group by user_id',
      mart_day: 'select day, avg(years) as years from between group by day',
    };
    const tagged = ['raw_user.age'];
    expect(await smallGroups(models, { tagged, materialized: { between: 'view' } })).toEqual(['mart in 14']);
  });
});

describe('too small are', () => {
  test.each(small)('$name', async ({ models, found, ...options }) => {
    expect(await smallGroups(models, options)).toEqual(found);
  });
});

const enough: readonly GroupCase[] = [
  {
    name: 'a group that HAVING lets through',
    models: { mart: 'select org_id, count(*) as n from raw_user group by org_id having count(*) >= 5' },
  },
  {
    name: 'a group that a later WHERE lets through',
    models: {
      mart: 'with grouped as (select org_id, count(*) as n from raw_user group by all) select * from grouped where n >= 5',
    },
  },
  {
    name: 'the persons of many rows',
    models: { mart: 'select day, count(*) as n from raw_user join raw_event on user_id = id group by day' },
  },
  {
    name: 'summaries of what is not personal, of whomever',
    models: {
      mart: `select kind, count(*) as n, count(*) filter (where user_id = 3) as three, sum(case when user_id = 3 then day end) as days
        from raw_user join raw_event on user_id = id group by kind`,
    },
  },
  {
    name: 'summaries of many, with some who add nothing',
    models: {
      mart: `select avg(length(email)) as size, count(email) filter (where id > 4) as people, sum(case when id < 7 then length(email) else 0 end) as first
        from raw_user`,
      mart_shares: 'select sum(length(email) * case when id < 5 then 100 else 1 end) as size from raw_user',
      mart_window: 'select avg(length(email)) over (partition by org_id) as size from raw_user where org_id = 1',
      mart_union:
        'select avg(length(email)) as size from (select email from raw_user union all select email from raw_user where id = 3)',
      mart_distinct: 'select distinct org_id, org_id + 1 as next from raw_user',
      mart_many: `select day, sum(length(email) * e.user_id) as size, avg(coalesce(length(email), 0) + 1) as plus,
        sum(case when length(email) > 3 then 1 else 0 end) as long, sum(distinct id * length(email)) as different
        from raw_user join raw_event as e on user_id = id group by day`,
      mart_running: 'select id, count(*) over (order by id) as n from raw_user',
      mart_managers: 'select sum(length(a.email)) as size from raw_user a join raw_user b on b.id = 0',
      mart_average: 'select avg(a) as a from (select id, avg(length(email)) as a from raw_user group by id)',
    },
  },
  {
    name: 'a sum of groups that is large enough',
    models: {
      mart: `with daily as (select org_id, day, count(*) as n from raw_user join raw_event on user_id = id group by all)
        select sum(n) as n from daily where day < 2`,
    },
  },
  {
    name: 'nobody at all',
    models: {
      mart: `select day, count(distinct case when kind = 'none' then mask(email) end) as people
        from raw_user join raw_event on user_id = id group by day`,
    },
  },
  { name: 'rows that are no groups', models: { mart: 'select id, mask(email) as who from raw_user' } },
  {
    name: 'groups of what is not personal',
    models: { mart: 'select size, count(*) as n from raw_price group by size' },
  },
  {
    name: 'groups outside of a safe tier',
    models: { restricted: 'select org_id, count(*) as n from raw_user group by org_id' },
  },
  {
    name: 'what an incremental model adds, beside what it holds',
    models: {
      mart: 'select day, count(*) as n from raw_user join raw_event on user_id = id where true later{and id < 3} group by day',
    },
    instead: { mart: 'select 1 as day, 14 as n' },
    materialized: { mart: 'incremental' },
  },
];

test.each<{ readonly policy?: 'warn'; readonly severities: object }>([
  { severities: { mart_sum: 'error', mart_count: 'error', mart_pivot: 'error', mart_counts: 'warning' } },
  {
    policy: 'warn',
    severities: { mart_sum: 'warning', mart_count: 'warning', mart_pivot: 'warning', mart_counts: 'warning' },
  },
])('with the policy $policy, groups have the severities $severities', async ({ severities, ...options }) => {
  const models = {
    mart_sum: 'select rn, sum(age) as age from (select row_number() over () as rn, age from raw_user) group by rn',
    mart_count: 'select org_id, count(*) as n from raw_user group by org_id',
    mart_pivot: 'from (pivot (select id, org_id, age from raw_user) on org_id in (1, 2) using avg(age))',
    mart_counts: 'select org_id, count(*) as n from raw_user group by org_id except select 1, 12',
  };
  const found = await find(models, { tagged: ['raw_user.email', 'raw_user.age'], ...options });
  expect(Object.fromEntries(found.map(({ model, severity }) => [model, severity]))).toEqual(severities);
});

describe('large enough are', () => {
  test.each(enough)('$name', async ({ models, ...options }) => {
    expect(await smallGroups(models, options)).toEqual([]);
  });
});
