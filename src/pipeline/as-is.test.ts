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
    name: 'a source elsewhere has the types that YAML declares',
    files: {
      'models/s.yml': `sources: [{name: raw, tables: [{name: people, meta: {external_location: "s3://b/{name}.csv"}, ${PEOPLE}}]}]`,
      'models/safe/m.sql': "select email from {{ source('raw', 'people') }}",
    },
    finds: ['error pii-in-tier m.email'],
  },
];

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
    name: 'a hook that writes makes its model unknown, and each table whose name is in it',
    files: {
      ...STAGE,
      'models/stage.sql': `{{ config(post_hook="update other set n = (select max(id) from {{ this }})") }}
        select id from {{ source('raw', 'people') }}`,
      'models/other.sql': 'select 1 as n',
      'models/safe/a.sql': "select count(*) as n from {{ ref('stage') }}",
      'models/safe/b.sql': "select n from {{ ref('other') }}",
      'models/safe/c.sql': "select count(*) as n from {{ source('raw', 'people') }}",
    },
    finds: ['error unknown-flow a', 'error unknown-flow b'],
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
    name: 'a hook that is a call of a macro may write anywhere',
    files: {
      'macros/h.sql': '{% macro tidy() %}delete from x{% endmacro %}',
      'dbt_project.yml': 'name: app\nprofile: app\non-run-end: ["{{ tidy() }}"]\n',
      'models/safe/m.sql': 'select 1 as n',
    },
    finds: ['error unknown-flow m'],
  },
  {
    name: 'a hook that defines a macro makes a query unknown that calls it',
    files: {
      'dbt_project.yml': 'name: app\nprofile: app\non-run-start: ["create or replace macro hash(x) as x"]\n',
      'models/safe/m.sql': "select hash('x') as n",
      'models/safe/other.sql': 'select 1 as n',
    },
    finds: ['error unknown-flow m'],
  },
  {
    name: 'what changes no rows is left out, and nothing is unknown',
    files: {
      'dbt_project.yml': 'name: app\nprofile: app\non-run-end: ["grant select on all tables in schema x to y"]\n',
      'models/u.yml': 'unit_tests: [{name: t, model: m, given: [], expect: {rows: []}}]',
      'models/safe/m.sql': "{{ config(materialized='external', post_hook='analyze {{ this }}') }} select 1 as n",
    },
    finds: [],
  },
  {
    name: 'an incremental strategy of another kind is unknown',
    files: {
      'models/safe/m.sql': "{{ config(materialized='incremental', incremental_strategy='microbatch') }} select 1 as n",
    },
    finds: ['error unknown-flow m'],
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
    name: 'outside of every tier it does not matter',
    files: { 'models/old.sql': "select to_char(now(), 'YYYY') as y", 'models/safe/m.sql': 'select 1 as n' },
    finds: [],
  },
];

test.each([...sharedTables, ...files, ...leftOut, ...unbound])('$name', async ({ files, finds }) => {
  expect(await findingsOf(files)).toEqual(finds);
});

async function findingsOf(files: Files): Promise<readonly string[]> {
  using project = writeProject({ 'fenceline.yml': CONTRACT, ...files });
  const { contract } = await analyze(optionsFor(project.directory));
  return contract.findings.map((finding) => {
    const { severity, rule } = finding;
    const model = 'model' in finding ? ` ${finding.model}` : '';
    return `${severity} ${rule}${model}${'column' in finding ? `.${finding.column}` : ''}`;
  });
}
