import { expect, test } from 'vitest';
import { manifestOf } from '../artifacts/manifest.ts';
import type { Model } from '../node.ts';
import { selectNodes } from '../selection/select.ts';
import { compiled, type Files, load, mistakesOf, nodeOf, TEST_RUN } from '../testing/small-project.ts';

const YAML = `models:
  - name: dim
    latest_version: 2
    description: people
    config: {materialized: table, meta: {owner: a, kind: b}}
    columns:
      - {name: id, data_tests: [unique]}
      - {name: email, config: {tags: [pii]}}
    data_tests: [is_small]
    versions:
      - v: 1
      - v: 2
        config: {meta: {owner: c}}
        columns:
          - include: all
            exclude: [email]
          - {name: contact, tags: [pii]}
      - {v: 3, defined_in: next, data_tests: []}
`;

const FILES: Files = {
  'models/marts/dim_v1.sql': 'select 1 as id, 2 as email',
  'models/marts/dim.sql': 'select 1 as id, 2 as contact',
  'models/marts/next.sql': 'select 1 as id, 2 as email',
  'models/marts/dim.yml': YAML,
  'models/reader.sql': "select * from {{ ref('dim') }}",
  'models/old.sql': "select * from {{ ref('dim', v=1) }} join {{ ref('app', 'dim', version='3') }} using (id)",
  'tests/generic/is_small.sql': '{% test is_small(model) %}select * from {{ model }} where false{% endtest %}',
};

test('each version is a model of its own, named as dbt names it', async () => {
  const project = await load(FILES);
  const named = [...project.nodes.values()]
    .filter((node): node is Model => node.resourceType === 'model' && node.version !== undefined)
    .map(({ uniqueId, alias, path, fqn }) => [uniqueId, alias, path, fqn.join('.')].join(' '));
  expect(named).toEqual([
    'model.app.dim.v2 dim_v2 marts/dim.sql app.marts.dim.v2',
    'model.app.dim.v1 dim_v1 marts/dim_v1.sql app.marts.dim.v1',
    'model.app.dim.v3 dim_v3 marts/next.sql app.marts.dim.v3',
  ]);
});

test('a ref means the version it asks for, or else the latest', async () => {
  const project = await load(FILES);
  expect(nodeOf(project, 'reader').dependsOn.nodes).toEqual(['model.app.dim.v2']);
  expect(await compiled(project, 'reader')).toBe('select * from "dev"."main"."dim_v2"');
  expect(await compiled(project, 'old')).toBe(
    'select * from "dev"."main"."dim_v1" join "dev"."main"."dim_v3" using (id)',
  );
});

test('a version has the configuration and columns of its model, with its own over them', async () => {
  const project = await load(FILES);
  const { config, columns, description } = nodeOf(project, 'dim.v2');
  expect({ ...config.meta, materialized: config.materialized, description }).toEqual({
    owner: 'c',
    kind: 'b',
    materialized: 'table',
    description: 'people',
  });
  expect([...columns.values()].map(({ name, tags }) => [name, ...tags].join(' '))).toEqual(['id', 'contact pii']);
  expect([...nodeOf(project, 'dim.v3').columns.values()].map(({ name, tags }) => [name, ...tags].join(' '))).toEqual([
    'id',
    'email pii',
  ]);
});

test('a test on every version is named after the version, as dbt names it', async () => {
  const project = await load(FILES);
  const tests = [...project.nodes.values()].filter(({ resourceType }) => resourceType === 'test');
  expect(tests.map(({ uniqueId, dependsOn }) => `${uniqueId} ${dependsOn.nodes.join()}`).sort()).toEqual([
    'test.app.is_small_dim_v1_.c37c1ca909 model.app.dim.v1',
    'test.app.is_small_dim_v2_.9ef6634576 model.app.dim.v2',
    'test.app.unique_dim_v1_id.2f98b9f679 model.app.dim.v1',
    'test.app.unique_dim_v2_id.fb0fd31dac model.app.dim.v2',
    'test.app.unique_dim_v3_id.d958999bf2 model.app.dim.v3',
  ]);
});

test('a ref keeps its version as it is written', async () => {
  const { refs } = nodeOf(await load(FILES), 'old');
  expect(refs.map(({ packageName, version }) => [packageName, version])).toEqual([
    [undefined, 1],
    ['app', '3'],
  ]);
});

test('the manifest gives name, version and latest version apart', async () => {
  const manifest: { nodes?: { [id: string]: { [key: string]: unknown } } } = manifestOf(
    await load(FILES),
    new Map(),
    TEST_RUN,
  );
  expect(manifest.nodes?.['model.app.dim.v3']).toMatchObject({ name: 'dim', version: 3, latest_version: 2 });
  expect(manifest.nodes?.['model.app.reader']).toMatchObject({ name: 'reader', version: null, latest_version: null });
});

const selections = [
  { select: 'dim', gives: 'dim.v1 dim.v2 dim.v3' },
  { select: 'dim.v1', gives: 'dim.v1' },
  { select: 'dim_v3', gives: 'dim.v3' },
  { select: 'marts.dim.v2', gives: 'dim.v2' },
  { select: 'version:latest', gives: 'dim.v2' },
  { select: 'version:prerelease', gives: 'dim.v3' },
  { select: 'version:old', gives: 'dim.v1' },
  { select: 'version:none', gives: 'old reader' },
];

test.each(selections)('--select $select gives $gives', async ({ select, gives }) => {
  const project = await load(FILES);
  const names = [...selectNodes(project, { select: [select], exclude: ['resource_type:test'] })].map(
    (id) => project.nodes.get(id)?.name,
  );
  expect(names.sort().join(' ')).toBe(gives);
});

const M = 'models:\n  - name: m\n';
const mistakes: readonly { readonly name: string; readonly files: Files; readonly says: readonly string[] }[] = [
  {
    name: 'a version that has no file',
    files: { 'models/m_v1.sql': 'select 1', 'models/m.yml': `${M}    versions: [{v: 1}, {v: 2}]\n` },
    says: ["models/m.yml:3:28 version 2 of m has no file m_v2.sql. Did you mean 'm_v1'?"],
  },
  {
    name: 'a version that is there twice',
    files: { 'models/m_v1.sql': 'select 1', 'models/m.yml': `${M}    versions: [{v: 1}, {v: "1"}]\n` },
    says: ['models/m.yml:3:28 version 1 of m is there twice.'],
  },
  {
    name: 'a latest version that is none',
    files: { 'models/m_v1.sql': 'select 1', 'models/m.yml': `${M}    latest_version: 2\n    versions: [{v: 1}]\n` },
    says: ["models/m.yml:3:21 latest_version 2 is no version of m. Did you mean '1'?"],
  },
  {
    name: 'a column taken over that the model has not',
    files: {
      'models/m_v1.sql': 'select 1 as id',
      'models/m.yml': `${M}    columns: [{name: id}]\n    versions: [{v: 1, columns: [{include: all, exclude: [di]}]}]\n`,
    },
    says: ["models/m.yml:4:58 exclude: the model declares no column 'di'. Did you mean 'id'?"],
  },
  {
    name: 'a ref to a version that is none',
    files: {
      'models/m_v1.sql': 'select 1 as id',
      'models/m.yml': `${M}    versions: [{v: 1}]\n`,
      'models/x.sql': "select * from {{ ref('m', v=2) }}",
    },
    says: ["models/x.sql:1:18 ref('m', v=2) is no version of m."],
  },
  {
    name: 'a ref to a version of a model that has none',
    files: { 'models/m.sql': 'select 1 as id', 'models/x.sql': "select * from {{ ref('m', v=2) }}" },
    says: ["models/x.sql:1:18 ref('m', v=2) is no version of m."],
  },
  {
    name: 'a file of the plain name beside a latest version',
    files: {
      'models/m.sql': 'select 1',
      'models/m_v1.sql': 'select 1',
      'models/m.yml': `${M}    versions: [{v: 1}]\n`,
    },
    says: ["models/m_v1.sql:1:1 the model 'm.v1' is there twice: the other is models/m.sql:1:1."],
  },
];

test.each(mistakes)('$name is a mistake', async ({ files, says }) => {
  expect(await mistakesOf(files)).toEqual(says);
});
