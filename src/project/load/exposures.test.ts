import { expect, test } from 'vitest';
import { manifestOf } from '../artifacts/manifest.ts';
import { selectNodes } from '../selection/select.ts';
import { compiled, type Files, load, mistakesOf, PROJECT, TEST_RUN } from '../testing/small-project.ts';

const FILES: Files = {
  'models/stg.sql': "select * from {{ source('raw', 'users') }}",
  'models/mart.sql': "select * from {{ ref('stg') }}",
  'models/other.sql': 'select 1 as id',
  'models/all.yml': `sources:
  - name: raw
    tables: [{name: users}]
exposures:
  - name: weekly
    label: Weekly
    type: dashboard
    maturity: high
    url: https://bi.example/weekly
    owner: {name: Ada, email: ada@app.example}
    tags: [board]
    meta: {a: 1}
    depends_on:
      - ref('mart')
      - source('raw', 'users')
      - ref('mart')
  - name: retired
    type: ml
    owner: {name: Ada}
    config: {enabled: false}
    depends_on: [ref('nothing')]
`,
};

test('an exposure is in the manifest as dbt has it there', async () => {
  const manifest: { [key: string]: unknown } = { ...manifestOf(await load(FILES), new Map(), TEST_RUN) };
  expect(manifest['exposures']).toEqual({
    'exposure.app.weekly': {
      created_at: TEST_RUN.startedAt.getTime() / 1000,
      name: 'weekly',
      resource_type: 'exposure',
      package_name: 'app',
      path: 'all.yml',
      original_file_path: 'models/all.yml',
      unique_id: 'exposure.app.weekly',
      fqn: ['app', 'weekly'],
      type: 'dashboard',
      owner: { email: 'ada@app.example', name: 'Ada' },
      description: '',
      label: 'Weekly',
      maturity: 'high',
      meta: { a: 1 },
      tags: ['board'],
      config: { enabled: true, tags: ['board'], meta: { a: 1 } },
      unrendered_config: {},
      url: 'https://bi.example/weekly',
      depends_on: { macros: [], nodes: ['source.app.raw.users', 'model.app.mart'] },
      refs: [
        { name: 'mart', package: null, version: null },
        { name: 'mart', package: null, version: null },
      ],
      sources: [['raw', 'users']],
      metrics: [],
    },
  });
  expect(manifest['child_map']).toMatchObject({ 'model.app.mart': ['exposure.app.weekly'] });
  expect(manifest['parent_map']).toMatchObject({ 'exposure.app.weekly': ['model.app.mart', 'source.app.raw.users'] });
});

const selections = [
  { select: 'exposure:weekly', gives: 'exposure.app.weekly' },
  { select: 'exposure:app.week*', gives: 'exposure.app.weekly' },
  { select: '1+exposure:*', gives: 'exposure.app.weekly model.app.mart source.app.raw.users' },
  { select: '+exposure:weekly,resource_type:model', gives: 'model.app.mart model.app.stg' },
  { select: 'mart+', gives: 'exposure.app.weekly model.app.mart' },
  { select: 'tag:board', gives: 'exposure.app.weekly' },
  { select: 'resource_type:exposure', gives: 'exposure.app.weekly' },
];

test.each(selections)('--select $select gives $gives', async ({ select, gives }) => {
  const selected = selectNodes(await load(FILES), { select: [select], exclude: [] });
  expect([...selected].sort().join(' ')).toBe(gives);
});

test('templates see exposures in graph', async () => {
  const project = await load({
    ...FILES,
    'models/other.sql': '{% for e in graph.exposures.values() %}{{ e.owner.name }} {{ e.type }}{% endfor %}',
  });
  expect(await compiled(project, 'other')).toBe('Ada dashboard');
});

test('dbt_project.yml configures exposures, too', async () => {
  const project = await load({
    ...FILES,
    'dbt_project.yml': `${PROJECT}exposures: {app: {+tags: [all], weekly: {+meta: {b: 2}}}}\n`,
  });
  const [exposure] = project.exposures.values();
  expect({ tags: exposure?.tags, meta: exposure?.meta }).toEqual({ tags: ['all', 'board'], meta: { a: 1, b: 2 } });
});

const one = (more: string) => `exposures:\n  - name: e\n    type: ml\n    owner: {name: Ada}\n    ${more}\n`;
const mistakes: readonly { readonly name: string; readonly yaml: string; readonly says: readonly string[] }[] = [
  {
    name: 'an unknown key',
    yaml: one('dependson: []'),
    says: ["models/e.yml:5:5 unknown key 'dependson' in exposures[0]. Did you mean 'depends_on'?"],
  },
  {
    name: 'a ref to nothing',
    yaml: one("depends_on:\n      - ref('mrt')"),
    says: ["models/e.yml:6:9 ref('mrt') is no model. Did you mean 'mart'?"],
  },
  {
    name: 'a dependency that is no call',
    yaml: one('depends_on: [mart]'),
    says: ["models/e.yml:5:18 'mart' in depends_on of the exposure e is neither ref() nor source()."],
  },
  {
    name: 'an owner without a name or an address',
    yaml: 'exposures:\n  - name: e\n    type: ml\n    owner: {}\n',
    says: ['models/e.yml:4:5 the exposure e has an owner with neither name nor email.'],
  },
  {
    name: 'one name twice',
    yaml: `${one('url: a')}${one('url: b').slice('exposures:\n'.length)}`,
    says: ["models/e.yml:6:11 the exposure 'e' is there twice: the other is models/e.yml:2:11."],
  },
];

test.each(mistakes)('$name is a mistake', async ({ yaml, says }) => {
  expect(await mistakesOf({ 'models/mart.sql': 'select 1', 'models/e.yml': yaml })).toEqual(says);
});
