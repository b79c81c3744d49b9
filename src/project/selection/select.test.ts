import { expect, test } from 'vitest';
import { manifestOf } from '../artifacts/manifest.ts';
import type { Project } from '../project.ts';
import { load, loadFrom, mistakesOf, TEST_RUN, writeProject } from '../testing/small-project.ts';
import type { EarlierState } from './earlier-state.ts';
import { resolveSelection, type Selection, selectNodes } from './select.ts';

const FILES = {
  'selectors.yml': `selectors:
  - name: staging
    definition: {method: path, value: models/staging}
  - name: deep
    definition:
      union:
        - {method: fqn, value: orders, parents: true, parents_depth: 1}
        - tag:nightly
        - exclude: [{method: resource_type, value: test}]
  - name: both
    definition:
      intersection:
        - {method: selector, value: deep}
        - {tag: nightly}
  - name: cautious
    definition: {method: fqn, value: stg_users, indirect_selection: cautious}
`,
  'seeds/codes.csv': 'id\n1\n',
  'models/staging/stg_users.sql': 'select 1 as id',
  'models/staging/stg_orders.sql': 'select 1 as id, 1 as user_id',
  'models/marts/orders.sql': `{{ config(tags=['nightly'], group='finance', access='private') }}
select o.id from {{ ref('stg_orders') }} o join {{ ref('stg_users') }} u on o.user_id = u.id
join {{ ref('codes') }} c on c.id = u.id`,
  'models/marts/people.sql': "{{ config(access='public') }} select * from {{ ref('stg_users') }}",
  'models/schema.yml': `groups: [{name: finance, owner: {email: a@b.test}}]
models:
  - name: stg_users
    columns: [{name: id, data_tests: [unique]}]
  - name: stg_orders
    columns:
      - name: user_id
        data_tests: [{relationships: {arguments: {to: "ref('stg_users')", field: id}}}]
sources:
  - name: raw
    tables: [{name: t, columns: [{name: a, data_tests: [not_null]}]}]
exposures:
  - {name: board, type: dashboard, owner: {name: Ada}, depends_on: ["ref('people')"]}
`,
  'tests/both.sql': `{{ config(group='finance') }}
select 1 from {{ ref('orders') }} o join {{ ref('people') }} p using (id) where false`,
};

/** Names of the selected resources, sorted. */
function namesOf(project: Project, selection: Partial<Selection>): string {
  const ids = resolveSelection(project, { select: [], exclude: [], ...selection }).ids;
  const resources = [...project.nodes.values(), ...project.sources.values(), ...project.exposures.values()];
  return resources
    .filter(({ uniqueId }) => ids.has(uniqueId))
    .map(({ name }) => name)
    .sort()
    .join(' ');
}

const RELATED = 'relationships_stg_orders_user_id__id__ref_stg_users_';

// The expected names are those that dbt 1.11.16 lists for the same project with `dbt ls --output name`.
test.each<{ readonly name: string; readonly selection: Partial<Selection>; readonly gives: string }>([
  { name: 'access', selection: { select: ['access:private'] }, gives: 'both orders' },
  {
    name: 'the standard access',
    selection: { select: ['access:protected'] },
    gives: `${RELATED} stg_orders stg_users unique_stg_users_id`,
  },
  { name: 'a group', selection: { select: ['group:finance'] }, gives: 'both orders' },
  { name: 'eager', selection: { select: ['stg_users'] }, gives: `${RELATED} stg_users unique_stg_users_id` },
  {
    name: 'cautious',
    selection: { select: ['stg_users'], indirect: 'cautious' },
    gives: 'stg_users unique_stg_users_id',
  },
  {
    name: 'buildable',
    selection: { select: ['stg_users'], indirect: 'buildable' },
    gives: 'stg_users unique_stg_users_id',
  },
  { name: 'empty', selection: { select: ['stg_users'], indirect: 'empty' }, gives: 'stg_users' },
  {
    name: 'cautious, where two criteria together have all that a test reads',
    selection: { select: ['orders', 'people'], indirect: 'cautious' },
    gives: 'both orders people',
  },
  {
    name: 'cautious, of an intersection',
    selection: { select: ['orders,tag:nightly', 'people'], indirect: 'cautious' },
    gives: 'both orders people',
  },
  {
    name: 'a selector with a method',
    selection: { selector: 'staging' },
    gives: `${RELATED} stg_orders stg_users unique_stg_users_id`,
  },
  {
    name: 'a selector with a union and an exclusion',
    selection: { selector: 'deep' },
    gives: 'codes orders stg_orders stg_users',
  },
  { name: 'a selector that names another', selection: { selector: 'both' }, gives: 'orders' },
  {
    name: 'a selector with an indirect selection of its own',
    selection: { selector: 'cautious' },
    gives: 'stg_users unique_stg_users_id',
  },
  {
    name: 'kinds',
    selection: { resourceTypes: ['model', 'seed'] },
    gives: 'codes orders people stg_orders stg_users',
  },
  {
    name: 'all kinds but some',
    selection: { excludedResourceTypes: ['test', 'source'] },
    gives: 'board codes orders people stg_orders stg_users',
  },
  { name: 'unit tests, where there are none', selection: { select: ['unit_test:*'] }, gives: '' },
])('select: $name', async ({ selection, gives }) => {
  expect(namesOf(await load(FILES), selection)).toBe(gives);
});

test.each([
  { select: 'test_type:unit', gives: 'adds_up' },
  { select: 'unit_test:adds*', gives: 'adds_up' },
  { select: 'unit_test:app.adds_up', gives: 'adds_up' },
  { select: 'tag:fast', gives: 'adds_up' },
  { select: 'people,unit_test:*', gives: 'adds_up' },
  { select: 'resource_type:unit_test', gives: 'adds_up' },
  { select: 'test_type:data', gives: '' },
  { select: 'people', gives: 'adds_up people' },
])('unit tests are selected by $select', async ({ select, gives }) => {
  const project = await load({
    'models/people.sql': 'select 1 as id',
    'models/unit.yml':
      'unit_tests: [{name: adds_up, model: people, config: {tags: fast}, given: [], expect: {rows: [{id: 1}]}}]',
  });
  const { ids } = resolveSelection(project, { select: [select], exclude: [] });
  expect(
    [...ids]
      .map((id) => id.split('.').at(-1))
      .sort()
      .join(' '),
  ).toBe(gives);
});

/** A state as `--state` reads it from the manifest of a project. */
function stateOf(project: Project): EarlierState {
  const { nodes, sources, exposures, macros } = JSON.parse(JSON.stringify(manifestOf(project, new Map(), TEST_RUN)));
  const texts = Object.entries(macros).map(([id, macro]) => [id, String(Object(macro).macro_sql)] as const);
  return {
    manifest: {
      resources: new Map(Object.entries({ ...nodes, ...sources, ...exposures })),
      macros: new Map(texts),
    },
    results: new Map([
      ['model.app.orders', 'error'],
      ['model.app.people', 'success'],
    ]),
    freshness: {
      before: new Map([['source.app.raw.t', '2026-01-01T00:00:00Z']]),
      now: new Map([['source.app.raw.t', '2026-01-02T00:00:00Z']]),
    },
  };
}

const EDITED = {
  ...FILES,
  'models/staging/stg_users.sql': 'select 2 as id',
  'models/marts/orders.sql': FILES['models/marts/orders.sql'].replace(
    "['nightly']",
    "['hourly'], materialized='table'",
  ),
  'seeds/codes.csv': 'id\n1\n2\n',
  'models/marts/fresh.sql': 'select 3 as x',
};

// The expected names are those that dbt 1.11.16 lists with `--state` for the same edits.
test.each([
  { select: 'state:modified', gives: `both codes fresh orders ${RELATED} stg_users unique_stg_users_id` },
  { select: 'state:new', gives: 'fresh' },
  { select: 'state:modified.body', gives: `both codes fresh orders ${RELATED} stg_users unique_stg_users_id` },
  { select: 'state:modified.configs', gives: 'both fresh orders' },
  { select: 'state:modified.relation', gives: 'fresh' },
  { select: 'state:modified.macros', gives: '' },
  {
    select: 'state:unmodified',
    gives: `board both people ${RELATED} source_not_null_raw_t_a stg_orders t unique_stg_users_id`,
  },
  { select: 'result:error', gives: 'both orders' },
  { select: 'source_status:fresher', gives: 'source_not_null_raw_t_a t' },
])('$select compares with an earlier run', async ({ select, gives }) => {
  using written = writeProject(FILES);
  using edited = writeProject(EDITED);
  const earlier = stateOf(await loadFrom(written));
  const project = await loadFrom(edited);

  expect(namesOf(project, { select: [select], earlier })).toBe(gives);
});

test('an unchanged project has nothing that is modified', async () => {
  using written = writeProject(FILES);
  const project = await loadFrom(written);

  expect(namesOf(project, { select: ['state:modified'], earlier: stateOf(project) })).toBe('');
});

test.each([
  { name: 'a state that is not there', selection: { select: ['state:modified'] }, says: "'state:modified' compares" },
  { name: 'results that are not there', selection: { select: ['result:error'] }, says: 'no run_results.json' },
  { name: 'an unknown selector', selection: { selector: 'stagin' }, says: "Did you mean 'staging'?" },
])('$name is refused, with what to do', async ({ selection, says }) => {
  const project = await load(FILES);

  expect(() => selectNodes(project, { select: [], exclude: [], ...selection })).toThrow(says);
});

test('the default selector holds where nothing is selected', async () => {
  const project = await load({
    ...FILES,
    'selectors.yml': 'selectors: [{name: some, default: true, definition: {method: fqn, value: people}}]',
  });

  expect(namesOf(project, {})).toBe('both people');
  expect(namesOf(project, { select: ['orders'] })).toBe('both orders');
});

test.each([
  {
    name: 'a selector without a name',
    written: 'selectors: [{definition: "tag:a"}]',
    says: 'selectors.yml:1:13 an entry of selectors needs a name',
  },
  {
    name: 'a method that there is not',
    written: 'selectors: [{name: a, definition: {method: tags, value: x}}]',
    says: "'tags:x': there is no selection method 'tags'. Did you mean 'tag'?",
  },
  {
    name: 'a selector that is not there yet',
    written: 'selectors: [{name: a, definition: {method: selector, value: b}}]',
    says: "selectors.yml:1:35 there is no selector 'b' before this one",
  },
])('$name in selectors.yml is a mistake with its place', async ({ written, says }) => {
  expect(await mistakesOf({ ...FILES, 'selectors.yml': written })).toEqual([says]);
});
