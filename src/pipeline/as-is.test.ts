import { expect, test } from 'vitest';
import { type Files, writeProject } from '../project/testing/small-project.ts';
import { analyze } from './pipeline.ts';
import { optionsFor } from './testing/repository.ts';

/** A project as somebody wrote it elsewhere, and what a check of it says: it must not be silent where personal data flows. */
interface Case {
  readonly name: string;
  readonly files: Files;
  /** Models and columns: `error pii-in-tier m.email`. */
  readonly finds: readonly string[];
}

const CONTRACT = 'version: 1\ncontract:\n  tiers: {safe: {path: safe, allow: aggregate}}\n';
const PEOPLE = 'columns: [{name: id, data_type: int}, {name: email, data_type: text, tags: [pii]}]';
const UNMARKED = 'columns: [{name: id, data_type: int}, {name: email, data_type: text}]';

const sharedTables: readonly Case[] = [
  {
    name: 'a mark on one of two sources over one table holds for the other',
    files: {
      'models/s.yml': `sources:
  - {name: raw, schema: main, tables: [{name: people, ${PEOPLE}}]}
  - {name: other, schema: MAIN, tables: [{name: x, identifier: People, ${UNMARKED}}]}`,
      'models/safe/m.sql': "select email from {{ source('other', 'x') }}",
    },
    finds: ['error pii-in-tier m.email'],
  },
  {
    name: 'sources of two databases become one table, with the marks of both',
    files: {
      'models/s.yml': `sources:
  - {name: raw, database: prod, schema: main, tables: [{name: people, ${PEOPLE}}]}
  - {name: copy, database: test, schema: main, tables: [{name: people, ${UNMARKED}}]}`,
      'models/safe/m.sql': "select email from {{ source('copy', 'people') }}",
    },
    finds: ['error pii-in-tier m.email'],
  },
  {
    name: 'a mark on a whole source holds for another over the same table',
    files: {
      'models/s.yml': `sources:
  - {name: raw, schema: main, tables: [{name: people, meta: {pii: true}}]}
  - {name: other, schema: main, tables: [{name: people, meta: {pii: false}, ${UNMARKED}}]}`,
      'models/safe/m.sql': "select id from {{ source('other', 'people') }}",
    },
    finds: ['error pii-in-tier m.id'],
  },
  {
    name: 'a source over the table of a seed has the marks of the seed',
    files: {
      'seeds/people.csv': 'id,email\n1,x\n',
      'seeds/s.yml': 'seeds: [{name: people, columns: [{name: Email, tags: [pii]}]}]',
      'models/s.yml': 'sources: [{name: raw, schema: main, tables: [{name: people}]}]',
      'models/safe/m.sql': "select email from {{ source('raw', 'people') }}",
    },
    finds: ['error pii-in-tier m.email'],
  },
  {
    name: 'a source over the table of a model does not cut its lineage',
    files: {
      'models/s.yml': `sources:
  - {name: raw, schema: main, tables: [{name: people, ${PEOPLE}}]}
  - {name: cut, schema: main, tables: [{name: x, identifier: Stage, columns: [{name: contact, data_type: text}]}]}`,
      'models/stage.sql': "select email as contact from {{ source('raw', 'people') }}",
      'models/safe/m.sql': "select contact from {{ source('cut', 'x') }}",
    },
    finds: ['error pii-in-tier m.contact'],
  },
  {
    name: 'a mark on a source over the table of a model holds for the model',
    files: {
      'models/s.yml':
        'sources: [{name: cut, schema: main, tables: [{name: stage, columns: [{name: contact, tags: [pii]}]}]}]',
      'models/stage.sql': "select 'x' as contact",
      'models/safe/m.sql': "select contact from {{ ref('stage') }}",
    },
    finds: ['error pii-in-tier m.contact'],
  },
];

const PATHS = (columns: string, more = '') => ({
  'models/s.yml': `sources:
  - {name: raw, schema: main, tables: [{name: events, columns: [${columns}]}]}\n${more}`,
});
const AFTER = '{name: after, data_type: json, paths: {email: {tags: [pii]}, address.street: {meta: {pii: true}}}}';

const paths: readonly Case[] = [
  {
    name: 'a mark on a path in JSON holds for what is at the path, and not for the rest',
    files: {
      ...PATHS(AFTER),
      'models/safe/m.sql': `select after->>'plan' as plan, after->>'email' as email, after->'address' as address
        from {{ source('raw', 'events') }}`,
    },
    finds: ['error pii-in-tier m.address', 'error pii-in-tier m.email'],
  },
  {
    name: 'what reads the whole column reads the marked path',
    files: {
      ...PATHS(AFTER),
      'models/safe/m.sql': "select md5(after) as a, after->>'$.*' as b from {{ source('raw', 'events') }}",
    },
    finds: ['error pii-in-tier m.a', 'error pii-in-tier m.a', 'error pii-in-tier m.b', 'error pii-in-tier m.b'],
  },
  {
    name: 'a column that is marked is personal in each of its paths',
    files: {
      ...PATHS('{name: after, data_type: json, tags: [pii], paths: {plan: {meta: {pii: false}}}}'),
      'models/safe/m.sql': "select after->>'plan' as plan from {{ source('raw', 'events') }}",
    },
    finds: ['error pii-in-tier m.plan'],
  },
  {
    name: 'a column that a model copies is one value with its marked paths',
    files: {
      ...PATHS(AFTER),
      'models/stage.sql': "select after from {{ source('raw', 'events') }}",
      'models/safe/m.sql': "select after->>'plan' as plan from {{ ref('stage') }}",
    },
    finds: ['error pii-in-tier m.plan', 'error pii-in-tier m.plan'],
  },
  {
    name: 'the paths of one of two sources over one table hold for the other',
    files: {
      ...PATHS(
        AFTER,
        '  - {name: other, schema: main, tables: [{name: events, columns: [{name: after, data_type: json}]}]}',
      ),
      'models/safe/m.sql': "select after->>'email' as email from {{ source('other', 'events') }}",
    },
    finds: ['error pii-in-tier m.email'],
  },
  {
    name: 'a marked path of a source over the table of a model marks the whole column',
    files: {
      ...PATHS(AFTER),
      'models/events.sql': "select '{}'::json as after",
      'models/safe/m.sql': "select after->>'plan' as plan from {{ ref('events') }}",
    },
    finds: ['error pii-in-tier m.plan'],
  },
];

const SQL_SOURCE = (location: string) => ({
  'models/s.yml': `sources:
  - {name: raw, schema: main, tables: [{name: people, ${PEOPLE}}]}
  - name: cut
    tables: [{name: t, meta: {external_location: "${location}"}, columns: [{name: id, data_type: text}]}]`,
  'models/safe/m.sql': "select id from {{ source('cut', 't') }}",
});

const files: readonly Case[] = [
  {
    name: 'a source that is a file has the columns of the file, and its own marks',
    files: {
      'models/s.yml': `sources:
  - name: raw
    config: {external_location: "read_csv('data/{name}.csv')"}
    tables: [{name: people, columns: [{name: email, tags: [pii]}]}]`,
      'data/people.csv': 'id,email\n1,a@mail.example\n',
      'models/safe/m.sql': "select id, email from {{ source('raw', 'people') }}",
    },
    finds: ['error pii-in-tier m.email'],
  },
  {
    name: 'a column that is in the file and not in YAML is in the star, too',
    files: {
      'models/s.yml': `sources:
  - {name: raw, tables: [{name: people, meta: {external_location: data/people.csv, pii: true}, columns: [{name: id, data_type: int}]}]}`,
      'data/people.csv': 'id,email\n1,a@mail.example\n',
      'models/safe/m.sql': "select * exclude (id) from {{ source('raw', 'people') }}",
    },
    finds: ['error pii-in-tier m.email'],
  },
  {
    name: 'a source elsewhere is unknown without types',
    files: {
      'models/s.yml':
        'sources: [{name: raw, tables: [{name: people, meta: {external_location: "s3://b/{name}.csv"}}]}]',
      'models/safe/m.sql': "select * from {{ source('raw', 'people') }}",
    },
    finds: ['error unknown-flow m'],
  },
  {
    name: 'a source that is a query is unknown, whatever YAML declares of it',
    files: SQL_SOURCE('(select email as id from main.people)'),
    finds: ['error unknown-flow m'],
  },
  {
    name: 'and so is one with a query behind its call',
    files: SQL_SOURCE("read_csv('s3://b/x.csv'), (select email as id from main.people)"),
    finds: ['error unknown-flow m'],
  },
  {
    name: 'and one whose call reads a table',
    files: SQL_SOURCE("query_table('people')"),
    finds: ['error unknown-flow m'],
  },
  {
    name: 'a source elsewhere has the types that YAML declares',
    files: {
      'models/s.yml': `sources: [{name: raw, tables: [{name: people, meta: {external_location: "s3://b/{name}.csv"}, ${PEOPLE}}]}]`,
      'models/safe/m.sql': "select email from {{ source('raw', 'people') }}",
    },
    finds: ['error pii-in-tier m.email'],
  },
];

const LIST = (rows: string) => ({
  'fenceline.yml': `${CONTRACT}  personal: {columns: pii.csv}\n`,
  'pii.csv': `table,column\n${rows}`,
});
const CSV = { 'data/people.csv': 'id,email\n1,a@mail.example\n2,b@mail.example\n' };

const reads: readonly Case[] = [
  {
    name: 'a file that a model reads itself has the marks of a list',
    files: {
      ...LIST('data/people.csv,email\n'),
      ...CSV,
      'models/stage.sql': "-- from 'data/people.csv'\nselect * from read_csv('data/people.csv', header = true)",
      'models/safe/m.sql': "select id, email from {{ ref('stage') }}",
      'models/safe/n.sql':
        "select people.email as contact, '''data/people.csv' as t from 'data/people.csv' join (select 1) on true",
    },
    finds: ['error pii-in-tier m.email', 'error pii-in-tier n.contact'],
  },
  {
    name: 'it has those of a source over the file, and of a seed',
    files: {
      ...CSV,
      'seeds/staff.csv': 'id,phone\n1,x\n',
      'seeds/s.yml': 'seeds: [{name: staff, columns: [{name: phone, tags: [pii]}]}]',
      'models/s.yml': `sources:
  - {name: raw, tables: [{name: people, meta: {external_location: data/people.csv}, columns: [{name: email, tags: [pii]}]}]}`,
      'models/safe/m.sql': "select max(email) as e from read_csv_auto(['./data/people.csv'])",
      'models/safe/n.sql': "select p.phone from 'seeds/../seeds/staff.csv' p",
    },
    finds: ['error pii-in-tier m.e', 'error pii-in-tier n.phone'],
  },
  {
    name: 'a path that a macro, a variable or an ephemeral model writes is read, too',
    files: {
      ...LIST('files.data/people.csv,email\n'),
      ...CSV,
      'macros/f.sql': "{% macro lake(name) %}read_csv('{{ var('lake', 'data') }}/{{ name }}.csv'){% endmacro %}",
      'models/e.sql': "{{ config(materialized='ephemeral') }} select email as c from {{ lake('people') }}",
      'models/safe/m.sql': "select c from {{ ref('e') }}",
    },
    finds: ['error pii-in-tier m.c'],
  },
  {
    name: 'a path that is known only while the model is compiled is not read',
    files: {
      ...LIST('data/people.csv,email\n'),
      ...CSV,
      'models/stage.sql': "select 1 as n from 'data/people.csv'",
      'models/safe/m.sql': "{% if execute %}select email from read_csv('data/people.csv', header = true){% endif %}",
    },
    finds: ['error unknown-flow m'],
  },
  {
    name: 'files that are missing, hidden, outside, remote or databases, and what is no constant path, are unknown',
    files: {
      ...CSV,
      '.env.csv': 'token\nx\n',
      'models/safe/a.sql': "select * from 'data/peopel.csv'",
      'models/safe/b.sql': "select * from '.env.csv'",
      'models/safe/c.sql': "select * from '../../../../../../etc/hosts.csv'",
      'models/safe/d.sql': "select * from read_csv('https://mail.example/x.csv')",
      'models/safe/e.sql': "select * from read_csv('/etc/passwd', delim = ':')",
      'models/safe/f.sql': "select * from read_csv('data/' || 'people.csv')",
      'models/safe/g.sql': "select * from read_csv((select 'data/people.csv'))",
      'models/safe/h.sql': "select * from read_text('data/people.csv')",
      'models/safe/i.sql': "select * from query('from ''data/people.csv''')",
      'models/safe/j.sql': "select * from read_csv('target/warehouse.duckdb', delim = '~', columns = {'a': 'text'})",
    },
    finds: 'abcdefghij'.split('').map((name) => `error unknown-flow ${name}`),
  },
];

test('a file whose marked column SQL gives another name is not read without the mark', async () => {
  const project = {
    ...CSV,
    'models/s.yml': `sources:
  - {name: raw, tables: [{name: people, meta: {external_location: data/people.csv}, columns: [{name: email, tags: [pii]}]}]}`,
    'models/safe/m.sql': "select b from read_csv('data/people.csv', header = false, names = ['a', 'b'])",
  };
  await expect(findingsOf(project)).rejects.toThrow("where 'email' is marked as personal");
});

test('a pattern of files is not read without the marks of a source over one of them', async () => {
  const project = {
    ...CSV,
    'models/s.yml': `sources:
  - {name: raw, tables: [{name: people, meta: {external_location: data/people.csv}, columns: [{name: email, tags: [pii]}]}]}`,
    'models/safe/m.sql': "select email from read_csv('data/*.csv')",
  };
  await expect(findingsOf(project)).rejects.toThrow("where 'email' is marked as personal");
});

const STAGE = { 'models/s.yml': `sources: [{name: raw, schema: main, tables: [{name: people, ${PEOPLE}}]}]` };

const leftOut: readonly Case[] = [
  {
    name: 'a Python model is unknown, and so is what reads it',
    files: {
      'models/p.py': 'def model(dbt, session): return dbt.ref("x")',
      'models/safe/m.sql': "select 1 as n from {{ ref('p') }}",
      'models/safe/other.sql': 'select 1 as n',
    },
    finds: ['error unknown-flow m'],
  },
  {
    name: 'a hook makes the table unknown that it writes into',
    files: {
      ...STAGE,
      'models/stage.sql': `{{ config(post_hook="update other set n = (select max(id) from {{ this }})") }}
        select id from {{ source('raw', 'people') }}`,
      'models/other.sql': 'select 1 as n',
      'models/safe/a.sql': "select count(*) as n from {{ ref('stage') }}",
      'models/safe/b.sql': "select n from {{ ref('other') }}",
      'models/safe/c.sql': "select count(*) as n from {{ source('raw', 'people') }}",
    },
    finds: ['error unknown-flow b'],
  },
  {
    name: 'a hook that fills a source makes what reads the source unknown',
    files: {
      ...STAGE,
      'dbt_project.yml': `name: app
profile: app
on-run-start: ["insert into people select * from elsewhere"]
`,
      'models/safe/m.sql': "select count(*) as n from {{ source('raw', 'people') }}",
    },
    finds: ['error unknown-flow m'],
  },
  {
    name: 'a hook that is a call of a macro is followed into it',
    files: {
      'macros/h.sql': '{% macro tidy() %}update m set n = (select max(n) from other){% endmacro %}',
      'dbt_project.yml': 'name: app\nprofile: app\non-run-end: ["{{ tidy() }}"]\n',
      'models/safe/m.sql': 'select 1 as n',
    },
    finds: ['error unknown-flow m'],
  },
  {
    name: 'a hook that defines a macro in the place of a function may change what any query means',
    files: {
      'dbt_project.yml': 'name: app\nprofile: app\non-run-start: ["create or replace macro list_value(x) as x"]\n',
      'models/safe/m.sql': "select ['x'] as n",
    },
    finds: ['error unknown-flow m'],
  },
  {
    name: 'a hook that puts the name of a table together writes into that one',
    files: {
      ...STAGE,
      'models/dev_stage.sql': 'select 1 as n',
      'models/safe/m.sql':
        "{{ config(post_hook='insert into {{ target.name }}_stage select max(n) from m') }} select 1 as n",
      'models/safe/other.sql': "select n from {{ ref('dev_stage') }}",
    },
    finds: ['error unknown-flow other'],
  },
  {
    name: 'what changes no rows is left out, and nothing is unknown',
    files: {
      'dbt_project.yml': 'name: app\nprofile: app\non-run-end: ["grant select on all tables in schema x to y"]\n',
      'models/safe/m.sql': "{{ config(materialized='external', post_hook='analyze {{ this }}') }} select 1 as n",
    },
    finds: [],
  },
  {
    name: 'a model that reads the file of an external model itself loses no mark',
    files: {
      'out/all.csv': 'email\nada@clinic.test\n',
      'models/all.sql': `{{ config(materialized='external', location='out/all.csv') }} select email from {{ source('raw', 'people') }}`,
      'models/s.yml': `sources: [{name: raw, tables: [{name: people, ${PEOPLE}}]}]`,
      'models/safe/m.sql': "select email from './out/*.csv'",
    },
    finds: ['error unknown-flow m'],
  },
  {
    name: 'a model with a strategy of the project is unknown, whatever its statements write',
    files: {
      'macros/mine.sql':
        '{% macro get_incremental_mine_sql(args) %}insert into {{ args.target_relation }} select * from {{ args.temp_relation }}{% endmacro %}',
      'models/safe/m.sql': "{{ config(materialized='incremental', incremental_strategy='mine') }} select 1 as n",
    },
    finds: ['error unknown-flow m'],
  },
  {
    name: 'a model in an attached database is left out, and what reads it is unknown',
    files: {
      'models/lake.sql': "{{ config(database='lake') }} select 1 as n",
      'models/safe/m.sql': "select n from {{ ref('lake') }}",
    },
    finds: ['error unknown-flow m'],
  },
  {
    name: 'a source over the file of an external model loses no mark',
    files: {
      'models/all.sql': `{{ config(materialized='external', location='out/all.csv') }} select email from {{ source('raw', 'people') }}`,
      'models/s.yml': `sources:
  - {name: raw, tables: [{name: people, ${PEOPLE}}]}
  - {name: files, tables: [{name: all, meta: {external_location: "out/*.csv"}, columns: [{name: email, data_type: text}]}]}`,
      'models/safe/m.sql': "select email from {{ source('files', 'all') }}",
    },
    finds: ['error unknown-flow m', 'warning untagged-pii.email'],
  },
  {
    name: 'a materialization in the place of one of dbt makes each model unknown that has it',
    files: {
      'macros/t.sql': '{% materialization table, default %}{{ return({}) }}{% endmaterialization %}',
      'models/safe/m.sql': "{{ config(materialized='table') }} select 1 as n",
      'models/safe/other.sql': "{{ config(materialized='view') }} select 1 as n",
    },
    finds: ['error unknown-flow m'],
  },
  {
    name: 'a macro in the place of one that dbt builds with makes each table unknown',
    files: {
      ...STAGE,
      'macros/t.sql':
        '{% macro duckdb__create_table_as(temporary, relation, sql) %}create table {{ relation }} as from people{% endmacro %}',
      'models/safe/m.sql': 'select 1 as n',
    },
    finds: ['error unknown-flow m'],
  },
  {
    name: 'a macro in the place of one that dbt builds snapshots with makes each snapshot unknown',
    files: {
      ...STAGE,
      'macros/t.sql': '{% macro snapshot_merge_sql(target, source, insert_cols) %}select 1{% endmacro %}',
      'snapshots/s.sql':
        "{% snapshot history %}{{ config(strategy='check', check_cols='all', unique_key='id') }} select id from {{ source('raw', 'people') }}{% endsnapshot %}",
      'models/safe/m.sql': "select id from {{ ref('history') }}",
      'models/safe/n.sql': 'select 1 as n',
    },
    finds: ['error unknown-flow m'],
  },
  {
    name: 'one of tests makes nothing unknown',
    files: {
      'macros/t.sql': '{% materialization test, default %}{{ return({}) }}{% endmaterialization %}',
      'models/safe/m.sql': 'select 1 as n',
    },
    finds: [],
  },
  {
    name: 'a snapshot strategy of another kind is unknown',
    files: {
      ...STAGE,
      'snapshots/s.sql':
        "{% snapshot history %}{{ config(strategy='mine', unique_key='id') }} select id from {{ source('raw', 'people') }}{% endsnapshot %}",
      'models/safe/m.sql': "select id from {{ ref('history') }}",
    },
    finds: ['error unknown-flow m'],
  },
  {
    name: 'an incremental strategy of another kind is unknown',
    files: {
      'models/safe/m.sql': "{{ config(materialized='incremental', incremental_strategy='microbatch') }} select 1 as n",
    },
    finds: ['error unknown-flow m'],
  },
];

const TOOLS = { 'packages.yml': 'packages: [{package: acme/tools, version: 1.0.0}]' };

const missing: readonly Case[] = [
  {
    name: 'what needs no missing package is decided',
    files: {
      ...STAGE,
      ...TOOLS,
      'models/outside.sql': "select {{ tools.star(ref('m')) }}",
      'models/safe/m.sql': "select email from {{ source('raw', 'people') }}",
      'models/safe/m.yml': 'models: [{name: m, tests: [tools.whole], columns: [{name: email, tests: [not_null]}]}]',
    },
    finds: ['error pii-in-tier m.email'],
  },
  {
    name: 'a model that calls a macro of a missing package is unknown, and so is what reads it',
    files: {
      ...STAGE,
      ...TOOLS,
      'models/stage.sql':
        "{{ config(materialized='ephemeral') }} select {{ tools.star(source('raw', 'people')) }} as c",
      'models/safe/m.sql': "select c from {{ ref('stage') }}",
      'models/safe/n.sql': 'select 1 as id {% if execute %}, {{ tools.mail() }} as c{% endif %}',
    },
    finds: ['error unknown-flow m', 'error unknown-flow n'],
  },
  {
    name: 'a model that reads a model or source of a missing package is unknown',
    files: {
      ...TOOLS,
      'models/safe/m.sql': "select 1 as id from {{ ref('tools', 'people') }}",
      'models/safe/n.sql': "select 1 as id from {{ source('tools', 'people') }}",
      'models/safe/o.sql': "{{ config(materialized='tools_table') }} select 1 as id",
    },
    finds: ['error unknown-flow m', 'error unknown-flow n', 'error unknown-flow o'],
  },
  {
    name: 'a macro that a missing package may have is not replaced by another of its name',
    files: {
      ...STAGE,
      ...TOOLS,
      'dbt_project.yml': `name: app
version: "1"
profile: app
dispatch: [{macro_namespace: dbt, search_order: [tools, dbt]}]
`,
      'macros/one.sql':
        "{% macro one() %}{{ adapter.dispatch('one', 'tools')() }}{% endmacro %}{% macro default__one() %}1{% endmacro %}",
      'models/safe/m.sql': 'select {{ one() }} as id',
      'models/safe/n.sql': "select {{ dbt.concat(['1', '2']) }} as id",
    },
    finds: ['error unknown-flow m', 'error unknown-flow n'],
  },
];

const unsupported: readonly Case[] = [
  {
    name: 'a model that calls metric() or function() is unknown, and other models are decided',
    files: {
      ...STAGE,
      'macros/f.sql': "{% macro f() %}{{ function('f') }}(1){% endmacro %}",
      'models/measured.sql': "select {{ metric('m') }} as c from {{ source('raw', 'people') }}",
      'models/safe/m.sql': "select c from {{ ref('measured') }}",
      'models/safe/n.sql': 'select {{ f() }} as id',
      'models/safe/o.sql': "select email from {{ source('raw', 'people') }}",
    },
    finds: ['error pii-in-tier o.email', 'error unknown-flow m', 'error unknown-flow n'],
  },
  {
    name: 'a foreign key is left out, and a constraint with other words makes its model unknown',
    files: {
      ...STAGE,
      'models/safe/m.sql': "select email from {{ source('raw', 'people') }}",
      'models/safe/n.sql': 'select 1 as id',
      'models/safe/c.yml': `models:
  - {name: m, config: {contract: {enforced: true}}, columns: [{name: email, data_type: text, constraints: [{type: foreign_key, to: ref('n'), to_columns: [id]}]}]}
  - {name: n, config: {contract: {enforced: true}}, columns: [{name: id, data_type: int, constraints: [{type: custom, expression: 'collate nocase'}]}]}`,
    },
    finds: ['error pii-in-tier m.email', 'error unknown-flow n'],
  },
];

const written: readonly Case[] = [
  {
    name: 'YAML that PyYAML reads is read: brackets and quotes that end further to the left, and any version',
    files: {
      'models/s.yml': `version: 1
sources:
  - name: raw
    description: "people
  of the shop"
    schema: main
    tables:
      - name: people
        columns: [
  {name: id, data_type: int}, # the key
{name: email, data_type: text, tags: [
pii
]}
          ]
`,
      'models/safe/m.sql': "select email from {{ source('raw', 'people') }}",
    },
    finds: ['error pii-in-tier m.email'],
  },
  {
    name: 'keys of the profile that dbt ignores are ignored',
    files: {
      ...STAGE,
      'profiles.yml': 'app: {target: dev, outputs: {dev: {type: duckdb, path: dev.duckdb, export_path: out}}}',
      'models/safe/m.sql': "select email from {{ source('raw', 'people') }}",
    },
    finds: ['error pii-in-tier m.email'],
  },
  {
    name: 'the location of a file is spelled by the formatter of its source',
    files: {
      ...CSV,
      'data/staff.csv': 'id,email\n3,c@mail.example\n',
      'models/s.yml': `sources:
  - name: raw
    tables:
      - name: people
        meta: {formatter: oldstyle, external_location: "read_csv('data/%(name)s.csv', columns={'id': 'int', 'mail': 'text'}, header=true)"}
        columns: [{name: mail, tags: [pii]}]
      - name: staff
        meta: {formatter: template, file: staff, external_location: "data/\${file}.csv"}
        columns: [{name: email, tags: [pii]}]`,
      'models/safe/m.sql': "select mail from {{ source('raw', 'people') }}",
      'models/safe/n.sql': "select email from {{ source('raw', 'staff') }}",
    },
    finds: ['error pii-in-tier m.mail', 'error pii-in-tier n.email'],
  },
];

const unbound: readonly Case[] = [
  {
    name: 'a model that the engine cannot bind is unknown, and so is what reads it',
    files: {
      'models/old.sql': "select to_char(now(), 'YYYY') as y",
      'models/safe/m.sql': "select count(*) as n from {{ ref('old') }}",
    },
    finds: ['error unknown-flow m'],
  },
  {
    name: 'in a tier it is unknown, and the verdict on other models stands',
    files: {
      'models/s.yml': `sources: [{name: raw, schema: main, tables: [{name: people, ${PEOPLE}}]}]`,
      'models/safe/bad.sql': "select to_char(email) as y from {{ source('raw', 'people') }}",
      'models/safe/m.sql': "select email from {{ source('raw', 'people') }}",
    },
    finds: ['error pii-in-tier m.email', 'error unknown-flow bad'],
  },
  {
    name: 'a var without a value makes the model unknown that reads it',
    files: {
      'models/s.yml': `sources: [{name: raw, schema: main, tables: [{name: people, ${PEOPLE}}]}]`,
      'models/old.sql': "select {{ var('column') }} from {{ source('raw', 'people') }}",
      'models/safe/m.sql': "select * from {{ ref('old') }}",
      'models/safe/n.sql': "select id from {{ source('raw', 'people') }} where {{ var('wanted') }}",
    },
    finds: ['error unknown-flow m', 'error unknown-flow n'],
  },
  {
    name: 'outside of every tier it does not matter',
    files: { 'models/old.sql': "select to_char(now(), 'YYYY') as y", 'models/safe/m.sql': 'select 1 as n' },
    finds: [],
  },
];

const twice: readonly Case[] = [
  {
    name: 'tests that are there twice are no reason to stop',
    files: {
      ...STAGE,
      'models/safe/m.sql': 'select 1 as n',
      'models/d.yml':
        'models:\n  - name: m\n    columns:\n      - name: n\n        tests: [not_null]\n        tests: [unique]\n',
    },
    finds: [],
  },
  ...[
    {
      name: 'tags of a column',
      yaml: `sources:
  - name: app
    tables: [{name: people, columns: [{name: id, data_type: int}, {name: email, data_type: text, tags: [pii], tags: []}]}]`,
    },
    {
      name: 'the columns of a table',
      yaml: `sources:
  - name: app
    tables:
      - name: people
        columns: [{name: email, meta: {pii: true}}]
        columns: [{name: email}]
        columns: [{name: id, data_type: int}, {name: email, data_type: text}]`,
    },
    {
      name: 'the sources of a file',
      yaml: `sources: [{name: app, tables: [{name: people, tags: [pii]}]}]
sources: [{name: app, tables: [{name: people, ${UNMARKED}}]}]`,
    },
    {
      name: 'a column of a table',
      yaml: `sources:
  - name: app
    tables:
      - name: people
        columns:
          - {name: id, data_type: int}
          - {name: email, meta: {pii: true}}
          - {name: EMAIL, data_type: text, meta: {pii: false}}`,
    },
  ].map(({ name, yaml }) => ({
    name: `${name} twice: the last counts, and a mark of the first holds`,
    files: {
      'models/s.yml': yaml,
      'models/safe/m.sql': "select email as e from {{ source('app', 'people') }}",
    },
    finds: ['error pii-in-tier m.e'],
  })),
  {
    name: 'names of folders from before dbt 1.0, and the date on which a model ends',
    files: {
      'dbt_project.yml': 'name: app\nprofile: app\nsource-paths: [sql]\ndata-paths: [csv]\n',
      'csv/people.csv': 'id,email\n1,x\n',
      'csv/s.yml': 'seeds: [{name: people, columns: [{name: email, tags: [pii]}]}]',
      'sql/safe/m.yml': 'models: [{name: m, deprecation_date: 2024-01-01}]',
      'sql/safe/m.sql': "select email from {{ ref('people') }}",
    },
    finds: ['error pii-in-tier m.email'],
  },
  {
    name: 'a key that dbt does not know',
    files: {
      ...STAGE,
      'models/safe/m.sql': 'select 1 as n',
      'models/d.yml': 'models: [{name: m, descripton: x, columns: [{name: n, tets: [unique]}]}]',
    },
    finds: [],
  },
];

test.each([
  'paths: {email: {tags: [pii]}}',
  'tag: [pii]',
  'mata: {pii: true}',
  'confg: {tags: [pii]}',
  'pii: true',
  'is_sensitive: true',
])('a key that is not known may have been meant as a mark: %s', async (key) => {
  const files = {
    'models/safe/m.sql': 'select 1 as n',
    'models/d.yml': `models: [{name: m, columns: [{name: n, ${key}}]}]`,
  };
  await expect(findingsOf(files)).rejects.toThrow('unknown key');
});

const PEOPLE_CSV = { 'data/people.csv': 'id,email\n1,a@mail.example\n' };
const READ_TWICE: readonly { readonly name: string; readonly files: Files }[] = [
  {
    name: 'another source',
    files: {
      ...PEOPLE_CSV,
      'models/s.yml': `sources:
  - name: raw
    tables:
      - {name: a, meta: {external_location: data/people.csv}, columns: [{name: email, tags: [pii]}]}
      - {name: b, meta: {external_location: "read_csv('./data/*.csv')"}}`,
    },
  },
  {
    name: 'another source that gives its columns other names',
    files: {
      ...PEOPLE_CSV,
      'models/s.yml': `sources:
  - name: raw
    tables:
      - {name: a, meta: {external_location: data/people.csv}, columns: [{name: email, tags: [pii]}]}
      - {name: b, meta: {external_location: "read_csv('data/people.csv', names = ['id', 'contact'])"}}`,
    },
  },
  {
    name: 'a seed',
    files: {
      'seeds/people.csv': 'id,email\n1,a@mail.example\n',
      'seeds/s.yml': 'seeds: [{name: people, columns: [{name: email, tags: [pii]}]}]',
      'models/s.yml': 'sources: [{name: raw, tables: [{name: b, meta: {external_location: seeds/people.csv}}]}]',
    },
  },
];

test.each(READ_TWICE)('a file whose column is marked by $name is not read without the mark', async ({ files }) => {
  const project = { ...files, 'models/safe/m.sql': "select * from {{ source('raw', 'b') }}" };
  await expect(findingsOf(project)).rejects.toThrow("source('raw', 'b') reads a file that");
});

const MARKED = `sources:
  - name: app
    schema: main
    tables:
      - name: people
        columns:
          - {name: a, data_type: text, tags: ['pii:email']}
          - {name: b, data_type: text, meta: {masking_policy: mp_email}}
          - {name: c, data_type: text, meta: {governance: {class: [Sensitive]}}}
          - {name: d, data_type: text, meta: {masking_policy: none, governance: {class: public}}}`;

test.each([
  {
    name: 'a convention that the contract knows marks',
    personal: "{tags: ['pii:*'], meta: {masking_policy: 'mp_*', governance: {class: [personal, sensitive]}}}",
    finds: ['error pii-in-tier m.a', 'error pii-in-tier m.b', 'error pii-in-tier m.c'],
    marked: 3,
    near: 0,
  },
  { name: 'one that it does not know is a near miss', personal: '{}', finds: [], marked: 0, near: 2 },
])('$name', async ({ personal, finds, marked, near }) => {
  const files = {
    'fenceline.yml': `${CONTRACT}  personal: ${personal}\n`,
    'models/s.yml': MARKED,
    'models/safe/m.sql': "select a, b, c, d from {{ source('app', 'people') }}",
  };
  expect(await findingsOf(files)).toEqual(finds);
  using project = writeProject(files);
  const { contract } = await analyze(optionsFor(project.directory));
  expect([contract.marks.columns, contract.marks.nearMisses.length]).toEqual([marked, near]);
  expect(contract.marks.none).toBe(marked === 0 ? 'warning' : undefined);
});

const LISTED = {
  'fenceline.yml': `${CONTRACT}  personal: {columns: pii.csv}\n`,
  'models/s.yml': `sources: [{name: app, schema: main, tables: [{name: people, ${UNMARKED}}, {name: pets, ${UNMARKED}}]}]`,
};

const listed: readonly Case[] = [
  {
    name: 'a column of a list is marked, whatever its case, and whether YAML declares it or not',
    files: {
      ...LISTED,
      'pii.csv': 'table,column\nApp.People,EMAIL\nstage,contact\n',
      'models/stage.sql': "select email as contact from {{ source('app', 'pets') }}",
      'models/safe/m.sql': "select email from {{ source('app', 'people') }}",
      'models/safe/n.sql': "select contact from {{ ref('stage') }}",
    },
    finds: ['error pii-in-tier m.email', 'error pii-in-tier n.contact', 'warning untagged-pii.email'],
  },
  {
    name: 'a table of a list is marked as a whole',
    files: {
      ...LISTED,
      'pii.csv': 'table,column\napp.people,*\n',
      'models/safe/m.sql': "select id from {{ source('app', 'people') }}",
    },
    finds: ['error pii-in-tier m.id', 'warning untagged-pii.email'],
  },
];

test('a table that a list names and that is not there is a mistake: its mark would protect nothing', async () => {
  const files = { ...LISTED, 'pii.csv': 'table,column\napp.peopel,email\n', 'models/safe/m.sql': 'select 1 as n' };
  await expect(findingsOf(files)).rejects.toThrow("names 'app.peopel', which is no source");
});

const asked = (query: string) => ({
  ...STAGE,
  'models/safe/m.sql': `{% set n = run_query("${query}") %}{% if execute %}select {{ n.columns[0].values()[0] }} as n, email
    from {{ source('raw', 'people') }}{% endif %}`,
});

const queries: readonly Case[] = [
  {
    name: 'a query of a template that reads no table',
    files: asked(
      "with d as (select 3 as n) select n + datediff('day', date '2024-01-01', current_date) from d, range(1)",
    ),
    finds: ['error pii-in-tier m.email'],
  },
  { name: 'one that reads a table', files: asked('select id from people'), finds: ['error unknown-flow m'] },
  {
    name: 'one that asks for the database',
    files: asked('select length(current_database())'),
    finds: ['error unknown-flow m'],
  },
  {
    name: 'one that asks the catalog',
    files: asked('select count(*) from information_schema.tables'),
    finds: ['error unknown-flow m'],
  },
  { name: 'one that throws dice', files: asked('select random()'), finds: ['error unknown-flow m'] },
  {
    name: 'one that draws a sample',
    files: asked('select n.range from range(9) n using sample 1'),
    finds: ['error unknown-flow m'],
  },
  {
    name: 'one that reads a table with the name of a CTE elsewhere in it',
    files: asked('select (with people as (select 1 as id) select id from people) + count(*) from people'),
    finds: ['error unknown-flow m'],
  },
  {
    name: 'one that reads a view of the engine with the name of a CTE elsewhere in it',
    files: asked(
      'select (with duckdb_tables as (select 1 as id) select id from duckdb_tables) + count(*) from duckdb_tables',
    ),
    finds: ['error unknown-flow m'],
  },
  {
    name: 'one that asks for the database by a name without brackets',
    files: asked('select length(current_catalog)'),
    finds: ['error unknown-flow m'],
  },
  { name: 'one that fails', files: asked("select 'x'::int"), finds: ['error unknown-flow m'] },
  { name: 'one that is two statements', files: asked('select 1; select 2'), finds: ['error unknown-flow m'] },
];

test.each([
  ...sharedTables,
  ...paths,
  ...files,
  ...reads,
  ...leftOut,
  ...missing,
  ...unsupported,
  ...written,
  ...unbound,
  ...twice,
  ...listed,
  ...queries,
])('$name', async ({ files, finds }) => {
  expect(await findingsOf(files)).toEqual(finds);
});

async function findingsOf(files: Files): Promise<readonly string[]> {
  using project = writeProject({ 'fenceline.yml': CONTRACT, ...files });
  const { contract } = await analyze(optionsFor(project.directory));
  // All tables of these projects are in one schema, about which another rule warns.
  const findings = contract.findings.filter(({ rule }) => rule !== 'pii-in-schema');
  return findings.map((finding) => {
    const { severity, rule } = finding;
    const model = 'model' in finding ? ` ${finding.model}` : '';
    return `${severity} ${rule}${model}${'column' in finding ? `.${finding.column}` : ''}`;
  });
}
