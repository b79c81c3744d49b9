import { describe, expect, test } from 'vitest';
import { sourceColumns } from '../../lineage/shadow/source-columns.ts';
import { traceProject } from '../../lineage/trace-project.ts';
import { readCatalog } from '../../warehouse/catalog.ts';
import { type BuiltProjectOptions, buildProject, CONTRACT } from '../testing/built-project.ts';
import { findSmallGroups } from './small-groups.ts';
import { safeModels } from './value-leaks.ts';

const SOURCES = {
  // Twelve people of organisation 1, two of organisation 2.
  raw_user: `select i as id, 'u' || i || '@host.example' as email, case when i < 12 then 1 else 2 end as org_id from range(14) t(i)`,
  // Everybody has three events on each of seven days.
  raw_event: `select i // 21 as user_id, i // 3 % 7 as day, 'login' as kind from range(294) t(i)`,
  raw_price: `select i as plan, i % 2 as size from range(6) t(i)`,
};

/** Findings with a smallest group of five, as `mart.people in < 5`, or `mart in < 5` where rows are counted. */
async function smallGroups(
  models: Readonly<Record<string, string>>,
  { builtTexts = {}, ...options }: Partial<BuiltProjectOptions> & Pick<GroupCase, 'builtTexts'> = {},
): Promise<readonly string[]> {
  await using built = await buildProject({ sources: SOURCES, tagged: ['raw_user.email'], models, ...options });
  const { project, warehouse } = built;
  const columns = await sourceColumns(project, warehouse);
  const found = await findSmallGroups({
    project,
    lineage: await traceProject({ project, sourceColumns: columns, masks: ['hash_pii'], nonce: 'n0nce' }),
    safe: safeModels(project, CONTRACT),
    tables: await readCatalog(warehouse),
    minimum: 5,
    builtTexts: new Map(Object.entries(builtTexts)),
    adapter: { query: refuse, relationType: refuse, columns: refuse },
    session: warehouse,
  });
  return found.map(({ model, column, groups }) => {
    const subject = column === undefined ? model : `${model}.${column}`;
    return `${subject} in ${groups === 'unknown' ? groups : 'below' in groups ? `< ${groups.below}` : groups.exactly}`;
  });
}

function refuse(): never {
  throw new Error('internal: nothing here asks the warehouse through a template');
}

interface GroupCase extends Partial<BuiltProjectOptions> {
  readonly name: string;
  readonly models: Readonly<Record<string, string>>;
  readonly builtTexts?: Readonly<Record<string, string>>;
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
    found: ['mart.people in < 5'],
  },
  {
    name: 'groups that cannot be followed',
    models: {
      mart: `select org_id, count(*) as n from raw_user group by all union all select 0, count(*) from raw_user group by all`,
      mart_distinct: 'select distinct n from (select count(*) as n from raw_user group by org_id)',
    },
    found: ['mart in unknown', 'mart_distinct in unknown'],
  },
];

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
    name: 'rows that joins made many',
    models: { mart: 'select org_id, count(*) as n from raw_user join raw_event on user_id = id group by org_id' },
  },
  {
    name: 'a sum of groups that is large enough',
    models: {
      mart: `with daily as (select org_id, day, count(*) as n from raw_user join raw_event on user_id = id group by all)
        select org_id, sum(n) as n from daily where day < 2 group by org_id`,
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
      mart: 'select org_id, count(*) as n from raw_user join raw_event on user_id = id where true later{and day = 3} group by org_id',
    },
    instead: { mart: 'select 1 as org_id, 14 as n' },
    materialized: { mart: 'incremental' },
  },
];

describe('large enough are', () => {
  test.each(enough)('$name', async ({ models, ...options }) => {
    expect(await smallGroups(models, options)).toEqual([]);
  });
});
