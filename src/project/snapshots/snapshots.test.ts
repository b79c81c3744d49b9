import { expect, test } from 'vitest';
import { manifestOf } from '../artifacts/manifest.ts';
import { selectNodes } from '../selection/select.ts';
import { compiled, type Files, load, mistakesOf, nodeOf, PROJECT, TEST_RUN } from '../testing/small-project.ts';

const FILES: Files = {
  'models/stg.sql': 'select 1 as id, now() as at',
  'models/mart.sql': "select * from {{ ref('history') }} join {{ ref('of_yaml') }} using (id)",
  'snapshots/folder/s.sql': `
{% snapshot history %}
  {{ config(strategy='timestamp', unique_key='id', updated_at='at', target_schema='kept') }}
  select * from {{ ref('stg') }}
{% endsnapshot %}

{% snapshot second %}{{ config(strategy='timestamp', unique_key='id', updated_at='at') }}select * from {{ ref('stg') }}{% endsnapshot %}
`,
  'snapshots/s.yml': `snapshots:
  - name: history
    columns: [{name: id, tags: [pii], data_tests: [not_null]}]
  - name: of_yaml
    relation: ref('stg')
    config: {strategy: check, unique_key: id, check_cols: all, schema: own, alias: other}
`,
};

test('snapshots of blocks and of YAML are named and placed as dbt does it', async () => {
  const project = await load(FILES);
  const named = [...project.nodes.values()]
    .filter(({ resourceType }) => resourceType === 'snapshot')
    .map(({ uniqueId, schema, alias, path, fqn }) => [uniqueId, `${schema}.${alias}`, path, fqn.join('.')].join(' '));
  expect(named).toEqual([
    'snapshot.app.history kept.history folder/s.sql app.folder.s.history',
    'snapshot.app.second main.second folder/s.sql app.folder.s.second',
    'snapshot.app.of_yaml main_own.other s.yml/of_yaml.sql app.of_yaml',
  ]);
});

test('a snapshot can be read, and tested', async () => {
  const project = await load(FILES);
  expect(await compiled(project, 'mart')).toBe(
    'select * from "dev"."kept"."history" join "dev"."main_own"."other" using (id)',
  );
  expect(await compiled(project, 'of_yaml')).toBe('select * from "dev"."main"."stg"');
  expect(nodeOf(project, 'not_null_history_id').dependsOn.nodes).toEqual(['snapshot.app.history']);
  expect([...(nodeOf(project, 'history').columns.get('id')?.tags ?? [])]).toEqual(['pii']);
});

test('the manifest has snapshots among its nodes', async () => {
  const manifest: { nodes?: { [id: string]: unknown } } = manifestOf(await load(FILES), new Map(), TEST_RUN);
  expect(manifest.nodes?.['snapshot.app.of_yaml']).toMatchObject({
    name: 'of_yaml',
    resource_type: 'snapshot',
    raw_code: "select * from {{ ref('stg') }}",
    config: { materialized: 'snapshot', strategy: 'check', check_cols: 'all', unique_key: 'id' },
    depends_on: { nodes: ['model.app.stg'] },
  });
});

test('dbt_project.yml configures snapshots, names of their columns one by one', async () => {
  const project = await load({
    ...FILES,
    'dbt_project.yml': `${PROJECT}snapshots: {app: {+snapshot_meta_column_names: {dbt_valid_to: until}, folder: {+snapshot_meta_column_names: {dbt_scd_id: key}}}}\n`,
  });
  const names = ({ config }: { config: { other: { [key: string]: unknown } } }) =>
    config.other['snapshot_meta_column_names'];
  expect(names(nodeOf(project, 'history'))).toEqual({ dbt_valid_to: 'until', dbt_scd_id: 'key' });
});

test.each([
  { select: 'resource_type:snapshot', gives: 'history of_yaml second' },
  { select: 'history', gives: 'history' },
  { select: 'config.strategy:check', gives: 'of_yaml' },
])('--select $select gives $gives', async ({ select, gives }) => {
  const project = await load(FILES);
  const selected = selectNodes(project, { select: [select], exclude: ['resource_type:test'] });
  expect(
    [...selected]
      .map((id) => project.nodes.get(id)?.name)
      .sort()
      .join(' '),
  ).toBe(gives);
});

const mistakes: readonly { readonly name: string; readonly files: Files; readonly says: readonly string[] }[] = [
  {
    name: 'a relation that is there not',
    files: { 'snapshots/s.yml': "snapshots:\n  - name: s\n    relation: ref('std')\n" },
    says: ["snapshots/s.yml:3:15 ref('std') is no model. Did you mean 'stg'?"],
  },
  {
    name: 'a relation that is no call',
    files: { 'snapshots/s.yml': 'snapshots:\n  - name: s\n    relation: stg\n' },
    says: ['snapshots/s.yml:3:15 the relation of the snapshot s is neither ref() nor source().'],
  },
  {
    name: 'a ref in a block says its place',
    files: { 'snapshots/s.sql': "\n{% snapshot s %}\n\n  select * from {{ ref('std') }}{% endsnapshot %}" },
    says: ["snapshots/s.sql:4:20 ref('std') is no model. Did you mean 'stg'?"],
  },
  {
    name: 'a snapshot with the name of a model',
    files: { 'snapshots/s.sql': '{% snapshot stg %}select 1{% endsnapshot %}' },
    says: ["snapshots/s.sql:1:1 the snapshot 'stg' is there twice: the other is models/stg.sql:1:1."],
  },
];

const CONFIGURED = `${PROJECT}snapshots: {+strategy: timestamp, +unique_key: id, +updated_at: at}\n`;

test.each(mistakes)('$name', async ({ files, says }) => {
  expect(await mistakesOf({ 'dbt_project.yml': CONFIGURED, 'models/stg.sql': 'select 1 as id', ...files })).toEqual(
    says,
  );
});

test('what is wrong in the configuration of a snapshot is found while it is loaded', async () => {
  expect(
    await mistakesOf({ 'snapshots/s.sql': "{% snapshot s %}{{ config(strategy='check') }}select 1{% endsnapshot %}" }),
  ).toEqual([
    'snapshots/s.sql:1:1 the snapshot s has no unique_key.',
    'snapshots/s.sql:1:1 the snapshot s has no check_cols.',
  ]);
});
