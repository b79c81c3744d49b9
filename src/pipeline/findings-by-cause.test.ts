import { expect, test } from 'vitest';
import { type Files, writeProject } from '../project/testing/small-project.ts';
import { causesOf } from '../report/causes.ts';
import { analyze } from './pipeline.ts';
import { optionsFor } from './testing/repository.ts';

const PERSONAL = ['first_name', 'last_name', 'email', 'phone', 'street', 'city', 'born'];
const COLUMNS = PERSONAL.map((name) => `{name: ${name}, data_type: varchar, tags: [pii]}`);
const SHARED: Files = {
  'fenceline.yml': `version: 1
contract:
  undeclared_columns: allow
  tiers: {safe: {path: safe, allow: aggregate}}`,
  'models/s.yml': `sources:
  - {name: raw, schema: main, tables: [{name: people, columns: [{name: id, data_type: int}, ${COLUMNS.join(', ')}]}]}`,
};
const PEOPLE = "{{ source('raw', 'people') }}";

/** Causes as `rule model.column (number of findings)`. */
const cases: readonly { readonly name: string; readonly files: Files; readonly causes: readonly string[] }[] = [
  {
    name: 'a hash over all columns that three marts show is one cause',
    files: {
      'models/dim.sql': `select id, md5(concat_ws('|', ${PERSONAL.map((name) => `coalesce(${name}::varchar, '')`)})) as record_hash
        from ${PEOPLE}`,
      'models/safe/a.sql': "select id, record_hash from {{ ref('dim') }}",
      'models/safe/b.sql': "select record_hash as version from {{ ref('dim') }}",
      'models/safe/c.sql': "select max(record_hash) as latest from {{ ref('dim') }}",
    },
    causes: ['pii-in-tier a.record_hash (14)', 'pii-in-tier c.latest (7)'],
  },
  {
    name: 'a DISTINCT over seven columns is one cause',
    files: {
      'models/stage.sql': `select distinct id, ${PERSONAL.join(', ')} from ${PEOPLE}`,
      'models/safe/a.sql': "select id from {{ ref('stage') }}",
      'models/safe/b.sql': "select count(*) as n from {{ ref('stage') }}",
    },
    causes: ['indirect-flow a.rows (21)'],
  },
  {
    name: 'two columns of one staging model are two causes, whatever copies them',
    files: {
      'models/stage.sql': `select id, email, phone from ${PEOPLE}`,
      'models/safe/a.sql': "select * from {{ ref('stage') }}",
      'models/safe/b.sql': "select * from {{ ref('stage') }}",
    },
    causes: ['pii-in-tier a.email (2)', 'pii-in-tier a.phone (2)'],
  },
  {
    name: 'filters by two columns are two causes',
    files: {
      'models/safe/a.sql': `select id from ${PEOPLE} where city = 'x' and born > '2000'`,
    },
    causes: ['indirect-flow a.rows (1)', 'indirect-flow a.rows (1)'],
  },
  {
    name: 'models that are unknown by one reason are one cause',
    files: {
      'models/old.sql': "select to_char(now(), 'YYYY') as y",
      'models/safe/a.sql': "select * from {{ ref('old') }}",
      'models/between.sql': "select * from {{ ref('old') }}",
      'models/safe/b.sql': "select * from {{ ref('between') }}",
    },
    causes: ['unknown-flow a (2)'],
  },
];

test.each(cases)('$name', async ({ files, causes }) => {
  using project = writeProject({ ...SHARED, ...files });
  const { contract } = await analyze(optionsFor(project.directory));

  const findings = contract.findings.filter(({ rule }) => rule !== 'pii-in-schema');
  const spelled = causesOf(findings).map(({ first, others }) => {
    const column = 'column' in first ? `.${first.column ?? 'rows'}` : '';
    return `${first.rule} ${'model' in first ? first.model : ''}${column} (${others.length + 1})`;
  });
  expect(spelled).toEqual(causes);
});
