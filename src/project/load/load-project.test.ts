import { expect, test } from 'vitest';
import { formatLocation } from '../../location.ts';
import type { Model } from '../node.ts';
import type { Adapter } from '../project.ts';
import { compiled, type Files, load, mistakesOf, nodeOf, PROJECT } from '../testing/small-project.ts';
import type { LoadOptions } from './load-options.ts';

const mistakes: readonly { readonly name: string; readonly files: Files; readonly says: readonly string[] }[] = [
  {
    name: 'a ref to nothing says where it is written and what is nearest',
    files: { 'models/stg_users.sql': 'select 1 as id', 'models/x.sql': "select *\nfrom {{ ref('stg_user') }}" },
    says: ["models/x.sql:2:9 ref('stg_user') is no model. Did you mean 'stg_users'?"],
  },
  {
    name: 'mistakes of all files are shown together',
    files: {
      'models/a.sql': "select * from {{ ref('nothing_like_it') }}",
      'models/b.sql': "select * from {{ source('raw', 't') }}",
    },
    says: [
      "models/a.sql:1:18 ref('nothing_like_it') is no model.",
      "models/b.sql:1:18 source('raw', 't') is declared nowhere.",
    ],
  },
  {
    name: 'a cycle is named whole, at one of its refs',
    files: {
      'models/a.sql': "select * from {{ ref('b') }}",
      'models/b.sql': "select * from {{ ref('c') }}",
      'models/c.sql': "select * from {{ ref('a') }}",
    },
    says: ['models/a.sql:1:18 models depend on each other in a cycle: a → b → c → a.'],
  },
  {
    name: 'two models of one name are refused',
    files: { 'models/a/m.sql': 'select 1', 'models/b/m.sql': 'select 2' },
    says: ["models/b/m.sql:1:1 the model 'm' is there twice: the other is models/a/m.sql:1:1."],
  },
  {
    name: 'a seed of a package that is described twice, by the package and by the project, is refused',
    files: {
      'dbt_packages/tools/dbt_project.yml': 'name: tools\nversion: "1"\n',
      'dbt_packages/tools/seeds/people.csv': 'email\n',
      'dbt_packages/tools/seeds/p.yml': 'seeds: [{name: people}]',
      'models/p.yml': 'seeds:\n  - {name: people, columns: [{name: email, tags: [pii]}]}',
    },
    says: ["models/p.yml:2:12 the seed 'people' is described twice: the other is dbt_packages/tools/seeds/p.yml:1:16."],
  },
  {
    name: 'a model described twice is refused: one of the two would be forgotten, with its tags',
    files: {
      'models/m.sql': 'select 1 as a',
      'models/one.yml': 'models: [{name: m}]',
      'models/two.yml': 'models:\n  - {name: m, columns: [{name: a, tags: [pii]}]}',
    },
    says: ["models/two.yml:2:12 the model 'm' is described twice: the other is models/one.yml:1:17."],
  },
  {
    name: 'two models of one table are refused: the last one built would stand where the other was proven',
    files: {
      'models/a.sql': 'select 1 as a',
      'models/z.sql': "{{ config(alias='A') }} select 1 as a",
    },
    says: ['models/z.sql:1:1 the model z is the table main.A, as is the model a.'],
  },
  {
    name: 'a seed that takes the place of a model is refused',
    files: {
      'models/a.sql': 'select 1 as a',
      'seeds/s.csv': 'a\n1\n',
      'seeds/s.yml': 'seeds: [{name: s, config: {alias: a}}]',
    },
    says: ['seeds/s.csv:1:1 the seed s is the table main.a, as is the model a.'],
  },
  {
    name: 'two ephemeral models of one name are refused: their CTEs would be one',
    files: {
      'models/a.sql': "{{ config(materialized='ephemeral') }} select 1 as a",
      'models/z.sql': "{{ config(materialized='ephemeral', alias='a') }} select 2 as a",
    },
    says: ['models/z.sql:1:1 the model z is the table __dbt__cte__a, as is the model a.'],
  },
  {
    name: 'an environment variable nobody sets is an error where it is read',
    files: { 'models/a.sql': "select '{{ env_var('DBT_SALT') }}'" },
    says: ["models/a.sql:1:12 env_var('DBT_SALT') is not set in the environment."],
  },
  {
    name: 'an environment variable that a var asks for is an error where the var is written',
    files: {
      'dbt_project.yml': `name: app\nprofile: app\nvars:\n  salt: "{{ env_var('DBT_SALT') }}"\n`,
      'models/a.sql': "select '{{ var('salt') }}'",
    },
    says: ["dbt_project.yml:4:12 env_var('DBT_SALT') is not set in the environment."],
  },
  {
    name: 'what names a file with a mistake is not wrong for that',
    files: {
      'models/a.sql': 'select {{ 1 +',
      'models/b.sql': "select * from {{ ref('a') }}, {{ source('raw', 't') }}",
      'models/s.yml': 'sources: [{name: raw, tabels: []}]',
    },
    says: [
      "models/s.yml:1:23 unknown key 'tabels' in sources[0]. Did you mean 'tables'?",
      'models/a.sql:1:8 This tag has no end.',
    ],
  },
  {
    name: 'a version of dbt that the project leaves out is an error',
    files: { 'dbt_project.yml': `${PROJECT}require-dbt-version: [">=1.5.0", "<1.9.0"]\n` },
    says: ['dbt_project.yml:4:22 app requires dbt <1.9.0; Fenceline does what dbt 1.11.0 does.'],
  },
  {
    name: 'a version of dbt that the project takes is none',
    files: { 'dbt_project.yml': `${PROJECT}require-dbt-version: ">=1.5.0,<2.0.0"\n` },
    says: [],
  },
  {
    name: 'files that .dbtignore leaves out are not read',
    files: {
      '.dbtignore': '# drafts\nmodels/bad.sql\ndrafts/\n!drafts/kept.sql\n*.csv\n',
      'models/bad.sql': "select * from {{ ref('nope') }}",
      'models/drafts/x.sql': 'select {{ nonsense( }}',
      'models/drafts/x.yml': 'models: [{nam: x}]',
      'seeds/s.csv': '',
      'models/m.sql': 'select 1 as id',
    },
    says: [],
  },
  {
    name: 'a generic test that does not exist is an error where YAML names it',
    files: {
      'models/a.sql': 'select 1 as id',
      'models/a.yml': 'models:\n  - name: a\n    columns:\n      - name: id\n        data_tests: [uniqe]\n',
    },
    says: ["models/a.yml:5:22 there is no generic test 'uniqe'. Did you mean 'unique'?"],
  },
  {
    name: 'a ref to a disabled model is an error',
    files: { 'models/a.sql': '{{ config(enabled=false) }} select 1', 'models/b.sql': "select * from {{ ref('a') }}" },
    says: ["models/b.sql:1:18 ref('a') is disabled by its configuration."],
  },
];

test.each(mistakes)('$name', async ({ files, says }) => {
  expect(await mistakesOf(files)).toEqual(says);
});

const compiles: readonly {
  readonly name: string;
  readonly files: Files;
  readonly node: string;
  readonly sql: string;
  readonly options?: Partial<LoadOptions>;
}[] = [
  {
    name: 'a ref is the quoted name of where the model lands',
    files: {
      'models/a.sql': '{{ config(schema="marts", alias="first") }} select 1',
      'models/b.sql': "select * from {{ ref('a') }}",
    },
    node: 'b',
    sql: 'select * from "dev"."main_marts"."first"',
  },
  {
    name: "a project's own generate_schema_name decides",
    files: {
      'macros/names.sql':
        '{% macro generate_schema_name(custom, node) %}  {{ custom or "plain" }}_{{ node.fqn[1] }} {% endmacro %}',
      'models/staging/a.sql': 'select 1',
      'models/b.sql': "select * from {{ ref('a') }}",
    },
    node: 'b',
    sql: 'select * from "dev"."plain_staging"."a"',
  },
  {
    name: 'a source is the table its YAML says',
    files: {
      'models/s.yml':
        'sources:\n  - name: raw\n    schema: main\n    tables:\n      - name: users\n        identifier: raw_users\n',
      'models/b.sql': "select * from {{ source('raw', 'users') }}",
    },
    node: 'b',
    sql: 'select * from "dev"."main"."raw_users"',
  },
  {
    name: 'ephemeral models become CTEs, each behind those it reads',
    files: {
      'dbt_project.yml': `${PROJECT}models: {app: {eph: {+materialized: ephemeral}}}\n`,
      'models/eph/one.sql': 'select 1 as a',
      'models/eph/two.sql': "select * from {{ ref('one') }}",
      'models/b.sql': "select * from {{ ref('two') }} join {{ ref('one') }} using (a)",
    },
    node: 'b',
    sql: 'with __dbt__cte__one as (\nselect 1 as a\n),  __dbt__cte__two as (\nselect * from __dbt__cte__one\n) select * from __dbt__cte__two join __dbt__cte__one using (a)',
  },
  {
    name: "the CTE of an ephemeral model goes before the query's own",
    files: {
      'models/one.sql': '{{ config(materialized="ephemeral") }}select 1 as a',
      'models/b.sql': "-- all of it\nwith recursive x as (select * from {{ ref('one') }})\nselect * from x",
    },
    node: 'b',
    sql: '-- all of it\nwith recursive __dbt__cte__one as (\nselect 1 as a\n),  x as (select * from __dbt__cte__one)\nselect * from x',
  },
  {
    name: 'a var comes from the command line before dbt_project.yml',
    files: {
      'dbt_project.yml': `${PROJECT}vars: {a: 1, b: file}\n`,
      'models/m.sql': "select {{ var('a') }}, '{{ var('b') }}', '{{ var('c', 'default') }}'",
    },
    node: 'm',
    sql: "select 1, 'line', 'default'",
    options: { vars: { b: 'line' } },
  },
  {
    name: 'a var that holds a template is rendered when it is read',
    files: {
      'dbt_project.yml': `${PROJECT}vars: {salt: "{{ env_var('DBT_SALT', 'none') }}"}\n`,
      'models/m.sql': "select '{{ var('salt') }}'",
    },
    node: 'm',
    sql: "select 'sea'",
    options: { environment: { DBT_SALT: 'sea' } },
  },
  {
    name: 'an environment variable that may not be seen is as if it were not set',
    files: { 'models/m.sql': "select '{{ env_var('SECRET', 'hidden') }}'" },
    node: 'm',
    sql: "select 'hidden'",
    options: { environment: { SECRET: 'seen' }, isVisibleVariable: (name) => name !== 'SECRET' },
  },
  {
    name: 'a macro of a package is called by its name, and dispatch finds the DuckDB form first',
    files: {
      'dbt_packages/tools/dbt_project.yml': 'name: tools\nversion: "1"\n',
      'dbt_packages/tools/macros/m.sql':
        "{% macro now_() %}{{ return(adapter.dispatch('now_', 'tools')()) }}{% endmacro %}{% macro default__now_() %}plain{% endmacro %}{% macro duckdb__now_() %}duck{% endmacro %}",
      'models/m.sql': "select '{{ tools.now_() }}'",
    },
    node: 'm',
    sql: "select 'duck'",
  },
  {
    name: "the root project's macro wins in dispatch",
    files: {
      'dbt_packages/tools/dbt_project.yml': 'name: tools\nversion: "1"\n',
      'dbt_packages/tools/macros/m.sql':
        "{% macro now_() %}{{ return(adapter.dispatch('now_', 'tools')()) }}{% endmacro %}{% macro default__now_() %}plain{% endmacro %}",
      'macros/m.sql': '{% macro default__now_() %}own{% endmacro %}',
      'models/m.sql': "select '{{ tools.now_() }}'",
    },
    node: 'm',
    sql: "select 'own'",
  },
  {
    name: 'cross-database macros have their DuckDB form',
    files: {
      'models/m.sql':
        "select {{ dbt.dateadd('week', 2, 'd') }}, {{ dbt.safe_cast('a', dbt.type_string()) }}, {{ dbt.concat(['a', 'b']) }}",
    },
    node: 'm',
    sql: 'select (d + (cast(2 as bigint) * 7) * interval 1 day), cast(a as TEXT), a || b',
  },
  {
    name: 'templates see the command and what it selects',
    files: {
      'models/a.sql': 'select 1 as id',
      'models/b.sql': 'select 1 as id',
      'models/m.sql':
        "{{ flags.WHICH }} {{ flags.FULL_REFRESH }} {{ should_full_refresh() }} {{ selected_resources | sort | join(' ') }} {{ invocation_args_dict.which }} {{ invocation_args_dict.vars.v }}",
    },
    node: 'm',
    options: {
      command: { which: 'build', fullRefresh: true, select: ['a', 'm'], exclude: [] },
      vars: { v: 1 },
    },
    sql: 'build True True model.app.a model.app.m build 1',
  },
  {
    name: 'quoting of the project, of a model and of a source decides how relations print',
    files: {
      'dbt_project.yml': `${PROJECT}quoting: {database: false, identifier: false}\n`,
      'models/a.sql': '{{ config(quoting={"schema": false}) }}select 1 as id',
      'models/s.yml':
        'sources: [{name: s, quoting: {schema: false}, tables: [{name: t}, {name: u, quoting: {identifier: true}}]}]',
      'models/m.sql':
        "{{ this }} {{ ref('a') }} {{ source('s', 't') }} {{ source('s', 'u') }} {{ api.Relation.create(schema='x', identifier='y') }}",
    },
    node: 'm',
    sql: 'dev."main".m dev.main.a dev.s.t dev.s."u" "x".y',
  },
  {
    name: 'full_refresh of a model goes before the flag',
    files: { 'models/m.sql': '{{ config(full_refresh=false) }}{{ flags.FULL_REFRESH }} {{ should_full_refresh() }}' },
    node: 'm',
    options: { command: { which: 'build', fullRefresh: true, select: [], exclude: [] } },
    sql: 'True False',
  },
  {
    name: 'without a command templates see a build of everything',
    files: { 'models/m.sql': "{{ flags.WHICH }} {{ flags.FULL_REFRESH }} {{ selected_resources | join(' ') }}" },
    node: 'm',
    sql: 'build False model.app.m',
  },
  {
    name: 'a custom generic test gets its arguments, and a where is put around its model',
    files: {
      'models/a.sql': 'select 1 as id',
      'tests/generic/above.sql':
        '{% test above(model, column_name, limit_) %}select * from {{ model }} where {{ column_name }} <= {{ limit_ }}{% endtest %}',
      'models/a.yml':
        'models:\n  - name: a\n    columns:\n      - name: id\n        data_tests:\n          - above:\n              arguments: {limit_: 0}\n              config: {where: "id is not null"}\n',
    },
    node: 'above_a_id__0',
    sql: 'select * from (select * from "dev"."main"."a" where id is not null) dbt_subquery where id <= 0',
  },
  {
    name: 'relationships compares with the model its argument names',
    files: {
      'models/a.sql': 'select 1 as id',
      'models/b.sql': 'select 1 as a_id',
      'models/b.yml':
        "models:\n  - name: b\n    columns:\n      - name: a_id\n        data_tests:\n          - relationships: {to: ref('a'), field: id}\n",
    },
    node: 'relationships_b_a_id__id__ref_a_',
    sql: `with child as (
    select a_id as from_field
    from "dev"."main"."b"
    where a_id is not null
),
parent as (
    select id as to_field
    from "dev"."main"."a"
)
select from_field
from child
left join parent on child.from_field = parent.to_field
where parent.to_field is null`,
  },
];

test.each(compiles)('$name', async ({ files, node, sql, options }) => {
  expect(await compiled(await load(files, options), node)).toBe(sql);
});

const warehouse: Adapter = {
  query: async () => ({
    columns: ['kind', 'n'],
    types: ['VARCHAR', 'INTEGER'],
    rows: [
      ['login', 2],
      ['logout', 1],
    ],
  }),
  relationType: async (_schema, name) => (name === 'there' ? 'table' : undefined),
  columns: async (_schema, name) =>
    name === 'named'
      ? [{ name: 'ada@clinic.test', type: 'INTEGER' }]
      : [
          { name: 'id', type: 'INTEGER' },
          { name: 'email', type: 'VARCHAR' },
        ],
};

const asking: readonly { readonly name: string; readonly template: string; readonly sql: string }[] = [
  {
    name: 'run_query answers in the middle of a template',
    template:
      "{% set kinds = run_query('select 1').columns[0].values() if execute else [] %}select {{ kinds | join(', ') }}",
    sql: 'select login, logout',
  },
  {
    name: 'a statement keeps its result until it is loaded',
    template:
      "{% call statement('s', fetch_result=True) %}select 1{% endcall %}{{ load_result('s')['data'][1][0] if execute }}",
    sql: 'logout',
  },
  {
    name: 'None is a value, given or found',
    template: "{{ var('nothing', none) }} {{ tojson(none) }} {{ {'a': none}.get('a', 1) }}",
    sql: 'None null None',
  },
  {
    name: 'JSON is what Python writes',
    template: "{{ tojson({'b': 1.0, 'a': [true, 'é']}, sort_keys=true) }}",
    sql: '{"a": [true, "\\u00e9"], "b": 1.0}',
  },
  {
    name: 'rows are read by name and by position',
    template: "{% for row in run_query('q') or [] %}{{ row.kind }}={{ row[1] }};{% endfor %}",
    sql: 'login=2;logout=1;',
  },
  {
    name: 'columns of a relation come from the warehouse',
    template: '{% for c in adapter.get_columns_in_relation(this) %}{{ c.name }} {{ c.dtype }},{% endfor %}',
    sql: 'id INTEGER,email VARCHAR,',
  },
  {
    name: 'a relation that is not there is none',
    template:
      "{{ adapter.get_relation('dev', 'main', 'absent') is none }} {{ load_relation(api.Relation.create(schema='main', identifier='there')) }}",
    sql: 'True "main"."there"',
  },
];

test.each(asking)('$name', async ({ template, sql }) => {
  const project = await load({ 'models/m.sql': template });
  expect(await compiled(project, 'm', { adapter: warehouse })).toBe(sql);
});

test.each([
  { name: 'a query', template: "{% set rows = run_query('select 1') %}select 1", readsRows: true },
  { name: 'a query in an ephemeral model', template: "select * from {{ ref('asking') }}", readsRows: true },
  {
    name: 'the columns of a relation',
    template: 'select id, email, {{ adapter.get_columns_in_relation(this) | length }}',
    readsRows: false,
  },
  {
    name: 'columns that nobody wrote',
    template: "{{ adapter.get_columns_in_relation(api.Relation.create(schema='main', identifier='named')) | length }}",
    readsRows: true,
  },
  { name: 'nothing', template: 'select 1', readsRows: false },
])('it is known whether a template reads rows: $name', async ({ template, readsRows }) => {
  const project = await load({
    'models/asking.sql': "{{ config(materialized='ephemeral') }}{% set rows = run_query('select 1') %}select 1",
    'models/m.sql': template,
  });
  expect(await project.compile(nodeOf(project, 'm') as Model, { adapter: warehouse })).toMatchObject({ readsRows });
  expect(await project.compile(nodeOf(project, 'm') as Model, { adapter: undefined })).toMatchObject({
    readsRows: false,
  });
});

const quoting = [
  '{{ exceptions.raise_compiler_error(v) }}',
  '{{ ref(v) }}',
  '{{ source(v, v) }}',
  '{{ var(v) }}',
  '{{ env_var(v) }}',
  '{{ log(**{v: 1}) }}',
  '{{ adapter.dispatch(v)() }}',
  '{{ v.nothing.at_all }}',
];
test.each(quoting)('a mistake of %s over what was read is told at its place, without its words', async (template) => {
  const project = await load({
    'models/m.sql': `{% if execute %}{% set v = run_query('q').columns[0].values()[0] %}${template}{% endif %}`,
  });
  const compiling = project.compile(nodeOf(project, 'm') as Model, { adapter: warehouse });
  await expect(compiling).rejects.toThrow(/^models\/m\.sql:1:\d+ a template that reads rows has a mistake/);
  await expect(compiling).rejects.not.toThrow('login');
});

test('an incremental model is rendered as its first and as a later run', async () => {
  const project = await load({
    'models/m.sql':
      "{{ config(materialized='incremental') }}select 1{% if is_incremental() %} where {{ this }} {% endif %}",
  });
  const rendered = [false, true].map((incremental) => compiled(project, 'm', { adapter: undefined, incremental }));
  expect(await Promise.all(rendered)).toEqual(['select 1', 'select 1 where "dev"."main"."m"']);
});

test('what a masking macro prints can be wrapped, wherever it is called from', async () => {
  const project = await load({
    'macros/m.sql':
      '{% macro mask(c) %}md5({{ c }}){% endmacro %}{% macro both(a, b) %}{{ mask(a) }}, {{ mask(b) }}{% endmacro %}',
    'models/m.sql': "select {{ both('x', 'y') }}",
  });
  const wrapMacro = (macro: string, output: string) => (macro === 'mask' ? `<${output}>` : output);
  expect(await compiled(project, 'm', { adapter: undefined, wrapMacro })).toBe('select <md5(x)>, <md5(y)>');
});

test('compiled text knows where it was written, ephemeral models included', async () => {
  const project = await load({
    'models/one.sql': "{{ config(materialized='ephemeral') }}\nselect email from t",
    'models/b.sql': "select *\nfrom {{ ref('one') }}",
  });
  const { sql } = await project.compile(nodeOf(project, 'b') as Model, { adapter: undefined });
  expect(formatLocation(sql.origin(sql.text.indexOf('email')).location)).toBe('models/one.sql:2:8');
  expect(formatLocation(sql.origin(sql.text.lastIndexOf('from')).location)).toBe('models/b.sql:2:1');
});

test('configuration comes from the project, then YAML, then the file', async () => {
  const project = await load({
    'dbt_project.yml': `${PROJECT}models: {+tags: all, app: {+meta: {a: 1, b: 1}, +materialized: table, marts: {+schema: marts}}}\n`,
    'models/marts/m.sql': "{{ config(tags=['file'], meta={'b': 3}, schema='own') }}select 1",
    'models/marts/m.yml': 'models: [{name: m, config: {tags: yaml, meta: {b: 2, c: 2}, materialized: view}}]\n',
  });
  const { config, tags, schema } = nodeOf(project, 'm');
  expect({ ...config, tags: config.tags, nodeTags: tags, schema }).toMatchObject({
    materialized: 'view',
    tags: ['all', 'yaml', 'file'],
    nodeTags: ['all', 'file', 'yaml'],
    meta: { a: 1, b: 3, c: 2 },
    schema: 'main_own',
  });
});

test('a secret of the environment is for the profile alone', async () => {
  const secret = { environment: { DBT_ENV_SECRET_WORD: 's3cret' } };
  const profile =
    'app: {target: dev, outputs: {dev: {type: duckdb, path: dev.duckdb, schema: "{{ env_var(\'DBT_ENV_SECRET_WORD\') }}"}}}';

  expect((await load({ 'models/m.sql': 'select 1', 'profiles.yml': profile }, secret)).target.schema).toBe('s3cret');
  expect(await mistakesOf({ 'models/m.sql': "select '{{ env_var('DBT_ENV_SECRET_WORD') }}'" }, secret)).toEqual([
    "models/m.sql:1:12 env_var('DBT_ENV_SECRET_WORD') is a secret, which only profiles.yml may read.",
  ]);
});

test('a project describes the nodes of its packages: their columns, tests and configuration', async () => {
  const project = await load({
    'dbt_packages/tools/dbt_project.yml': 'name: tools\nversion: "1"\n',
    'dbt_packages/tools/seeds/people.csv': 'email\n',
    'dbt_packages/tools/models/t.sql': 'select 1 as email',
    'models/own.yml': `seeds: [{name: people, columns: [{name: email, tags: [pii], tests: [not_null]}]}]
models:
  - {name: t, config: {materialized: table}, columns: [{name: email, meta: {pii: true}}]}
  - {name: tt, columns: [{name: email, tags: [pii]}]}
`,
  });

  expect(nodeOf(project, 'people').columns.get('email')?.tags).toEqual(['pii']);
  expect(nodeOf(project, 't')).toMatchObject({ config: { materialized: 'table' } });
  expect(nodeOf(project, 't').columns.get('email')?.meta).toEqual({ pii: true });
  expect(nodeOf(project, 'not_null_people_email').dependsOn.nodes).toEqual(['seed.tools.people']);
  expect(project.remarks.map(({ message }) => message)).toEqual([
    "there is no model 'tt': what is written about it has no effect. Did you mean 't'?",
  ]);
});

test('a seed that a package has disabled leaves its description to the seed of that name in the project', async () => {
  const project = await load({
    'dbt_project.yml': `${PROJECT}seeds: {tools: {+enabled: false}}\n`,
    'dbt_packages/tools/dbt_project.yml': 'name: tools\nversion: "1"\n',
    'dbt_packages/tools/seeds/people.csv': 'email\n',
    'dbt_packages/tools/seeds/p.yml': 'seeds: [{name: people, columns: [{name: email, tags: [pii]}]}]',
    'seeds/people.csv': 'email\n',
  });

  expect(nodeOf(project, 'people').columns.get('email')?.tags).toEqual(['pii']);
});

test('Jinja in the columns of a properties file is rendered: names, types, tags and constraints', async () => {
  const project = await load(
    {
      'models/m.sql': 'select 1 as email',
      'models/m.yml': `models:
  - name: m
    config: {contract: {enforced: true}}
    columns:
      - name: "{{ var('who') }}"
        description: "{{ not rendered }}"
        data_type: "{{ 'UInt8' if target.type == 'clickhouse' else 'integer' }}"
        tags: ["{{ 'p' ~ 'ii' }}"]
        constraints: [{type: check, expression: "{{ var('who') }} > 0"}]
sources:
  - {name: s, tags: ["{{ 'p' ~ 'ii' }}"], tables: [{name: t}]}
`,
    },
    { vars: { who: 'email' } },
  );

  expect(nodeOf(project, 'm').columns.get('email')).toMatchObject({ dataType: 'integer', tags: ['pii'] });
  expect(nodeOf(project, 'm')).toMatchObject({
    contract: { constraints: [{ columns: ['email'], expression: 'email > 0' }] },
  });
  expect([...project.sources.values()].map(({ tags }) => tags)).toEqual([['pii']]);
});
