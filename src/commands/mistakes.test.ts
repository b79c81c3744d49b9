import { expect, test } from 'vitest';
import { formatLocation } from '../location.ts';
import { type Files, PROJECT, writeProject } from '../project/testing/small-project.ts';
import { type Mistake, UserError } from '../user-error.ts';
import { parse } from './parse.ts';
import { runCommand } from './testing/run-command.ts';

const MODEL = { 'models/m.sql': 'select 1 as id' };
const yaml = (text: string): Files => ({ ...MODEL, 'models/m.yml': text });
const sql = (text: string): Files => ({ 'models/m.sql': text });
const project = (text: string): Files => ({ ...MODEL, 'dbt_project.yml': `${PROJECT}${text}\n` });

/** Mistakes that people make. The golden file shows the message for each. */
const CASES: { readonly [name: string]: Files } = {
  'a ref that is misspelt': { ...sql("select * from {{ ref('stg_user') }}"), 'models/stg_users.sql': 'select 1' },
  'a ref without a name': sql('select * from {{ ref() }}'),
  'a ref of three arguments': sql("select * from {{ ref('a', 'b', 'c') }}"),
  'a ref of a package that is not there': sql("select * from {{ ref('tools', 'x') }}"),
  'a ref to a disabled model': {
    ...sql("select * from {{ ref('off') }}"),
    'models/off.sql': '{{ config(enabled=false) }} select 1',
  },
  'a source that is declared nowhere': sql("select * from {{ source('raw', 'users') }}"),
  'a source table that is misspelt': {
    ...sql("select * from {{ source('raw', 'user') }}"),
    'models/s.yml': 'sources: [{name: raw, tables: [{name: users}]}]',
  },
  'a source of one argument': sql("select * from {{ source('raw') }}"),
  'two models of one name': { 'models/a/m.sql': 'select 1', 'models/b/m.sql': 'select 2' },
  'a model and a seed of one name': { ...MODEL, 'seeds/m.csv': 'id\n1\n' },
  'two models in one table': {
    ...MODEL,
    'models/n.sql': "{{ config(alias='m') }} select 1",
  },
  'two models that read each other': {
    'models/a.sql': "select * from {{ ref('b') }}",
    'models/b.sql': "select * from {{ ref('a') }}",
  },
  'a model that reads itself': sql("select * from {{ ref('m') }}"),
  'a block that is not closed': sql('{% if true %} select 1'),
  'a block that ends another': sql('{% if true %} select 1 {% endfor %}'),
  'an expression that is not closed': sql("select {{ ref('a') "),
  'a text that is not closed': sql("select {{ 'a }}"),
  'a comment that is not closed': sql('select {# 1'),
  'a tag that there is not': sql('{% iff true %}'),
  'a macro that there is not': sql('select {{ cents_to_dollar(1) }}'),
  'a macro that is misspelt': {
    ...sql('select {{ to_dolars(1) }}'),
    'macros/m.sql': '{% macro to_dollars(cents) %}{{ cents }} / 100{% endmacro %}',
  },
  'a macro with an argument too many': {
    ...sql('select {{ two(1, 2) }}'),
    'macros/m.sql': '{% macro two(one) %}2{% endmacro %}',
  },
  'a macro of a package that is not there': sql("select {{ dbt_utils.star(ref('m')) }}"),
  'a macro that is not closed': { ...MODEL, 'macros/m.sql': '{% macro x() %}' },
  'a macro that is there twice': {
    ...MODEL,
    'macros/a.sql': '{% macro x() %}{% endmacro %}',
    'macros/b.sql': '{% macro x() %}{% endmacro %}',
  },
  'a filter that there is not': sql("select '{{ 'a' | uper }}'"),
  'a method that a text has not': sql("select '{{ 'a'.uppper() }}'"),
  'a variable of the environment that is not set': sql("select '{{ env_var('NOBODY_SETS_THIS') }}'"),
  'a division by zero': sql('select {{ 1 / 0 }}'),
  'an error of its own': sql("{{ exceptions.raise_compiler_error('no such region') }}"),
  'YAML that is indented wrong': yaml('models:\n  - name: m\n   columns: []\n'),
  'YAML with a tab': yaml('models:\n\t- name: m\n'),
  'YAML with a colon too many': yaml('models:\n  - name: m\n    description: a: b\n'),
  'YAML with a bracket too few': yaml('models: [{name: m}\n'),
  'YAML of two documents': yaml('models: [{name: m}]\n---\nmodels: []\n'),
  'a model without a name': yaml('models: [{description: x}]'),
  'models that are no list': yaml('models: {name: m}'),
  'a test that there is not': yaml('models: [{name: m, columns: [{name: id, data_tests: [uniqe]}]}]'),
  'a test of a package that is not there': yaml('models: [{name: m, data_tests: [dbt_utils.equal_rowcount]}]'),
  'a severity that there is not': yaml(
    'models: [{name: m, columns: [{name: id, data_tests: [{unique: {config: {severity: warning}}}]}]}]',
  ),
  'a test with two names': yaml('models: [{name: m, columns: [{name: id, data_tests: [{unique: {}, not_null: {}}]}]}]'),
  'enabled that is a text': sql("{{ config(enabled='maybe') }} select 1"),
  'a materialization that there is not': sql("{{ config(materialized='tabel') }} select 1"),
  'a merge without a key': sql(
    "{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key=5) }} select 1",
  ),
  'a snapshot without a key': {
    ...MODEL,
    'snapshots/s.sql':
      "{% snapshot s %}{{ config(strategy='check', check_cols='all') }} select 1 as id{% endsnapshot %}",
  },
  'a snapshot by time without a time': {
    ...MODEL,
    'snapshots/s.sql':
      "{% snapshot s %}{{ config(strategy='timestamp', unique_key='id') }} select 1 as id{% endsnapshot %}",
  },
  'a snapshot that is not closed': { ...MODEL, 'snapshots/s.sql': '{% snapshot s %} select 1' },
  'a private model that another reads': {
    'models/m.sql': "select * from {{ ref('secret') }}",
    'models/secret.sql': "{{ config(access='private', group='g') }} select 1",
  },
  'a package that is not installed': {
    ...MODEL,
    'packages.yml': 'packages: [{package: dbt-labs/dbt_utils, version: 1.3.0}]',
  },
  'a version of dbt that is another': project('require-dbt-version: ">=2.0.0"'),
  'a folder outside of the project': project('model-paths: [../models]'),
  'a profile that there is not': { ...MODEL, 'dbt_project.yml': 'name: app\nprofile: ap\n' },
  'a profile of another engine': { ...MODEL, 'profiles.yml': 'app: {target: dev, outputs: {dev: {type: snowflake}}}' },
  'a target that there is not': { ...MODEL, 'profiles.yml': 'app: {target: prd, outputs: {prod: {type: duckdb}}}' },
  'a project without a name': { ...MODEL, 'dbt_project.yml': 'profile: app\n' },
  'a selector without a method': {
    ...MODEL,
    'selectors.yml': 'selectors: [{name: a, definition: {value: x, parents: true}}]',
  },
  'an exposure without an owner': yaml('exposures: [{name: e, type: dashboard, depends_on: ["ref(\'m\')"]}]'),
  'an exposure of a model that is not there': yaml(
    'exposures: [{name: e, type: dashboard, owner: {name: Ada}, depends_on: ["ref(\'n\')"]}]',
  ),
  'a version that is there twice': yaml('models: [{name: m, versions: [{v: 1}, {v: 1}]}]'),
  'a latest version that there is not': yaml('models: [{name: m, latest_version: 3, versions: [{v: 1}]}]'),
};

async function mistakesOf(files: Files): Promise<readonly Mistake[]> {
  using written = writeProject(files);
  try {
    await runCommand(parse, written.directory);
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.mistakes;
    throw error;
  }
}

test('each mistake that people make is answered with its place, the reason and what to do', async () => {
  const answers = new Map<string, readonly Mistake[]>();
  for (const [name, files] of Object.entries(CASES)) answers.set(name, await mistakesOf(files));

  const without = [...answers].filter(([, found]) => found.length === 0).map(([name]) => name);
  const lines = [...answers].flatMap(([name, found]) => [
    `${name}`,
    ...found.map(
      ({ location, message, fix }) =>
        `  ${location ? formatLocation(location) : 'nowhere'} ${message}\n    fix: ${fix}`,
    ),
  ]);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('golden/mistakes.txt');
  expect(without).toEqual([]);
  // A project's own words are as they are.
  const own = 'no such region';
  const bare = [...answers.values()]
    .flat()
    .filter(({ location, fix, message }) => !(location && fix) && message !== own);
  expect(bare).toEqual([]);
  expect(answers.size).toBeGreaterThanOrEqual(60);
});
