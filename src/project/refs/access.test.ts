import { expect, test } from 'vitest';
import { type Files, mistakesOf } from '../testing/small-project.ts';

const PRIVATE = {
  'models/a.sql': 'select 1 as id',
  'models/a.yml':
    'groups: [{name: g, owner: {name: Ada}}]\nmodels: [{name: a, config: {group: g, access: private}, columns: [{name: id, data_tests: [unique]}]}]',
};
const OTHER = {
  'dbt_packages/tools/models/t.sql': 'select 1 as id',
  'models/m.sql': "select * from {{ ref('t') }}",
};

const cases: readonly { readonly name: string; readonly files: Files; readonly says: readonly string[] }[] = [
  {
    name: 'a private model is not read from outside of its group',
    files: { ...PRIVATE, 'models/m.sql': "select * from {{ ref('a') }}" },
    says: ["models/m.sql:1:18 m may not ref a: its access is private, for the group 'g' only."],
  },
  {
    name: 'a private model is read in its group, and generic tests are in it',
    files: { ...PRIVATE, 'models/m.sql': "{{ config(group='g') }}select * from {{ ref('a') }}" },
    says: [],
  },
  {
    name: 'access and group count at the top of an entry, too',
    files: {
      'models/a.sql': 'select 1 as id',
      'models/a.yml': 'groups: [{name: g, owner: {name: Ada}}]\nmodels: [{name: a, group: g, access: private}]',
      'models/m.sql': "select * from {{ ref('a') }}",
    },
    says: ["models/m.sql:1:18 m may not ref a: its access is private, for the group 'g' only."],
  },
  {
    name: 'a model of a package that restricts access is not read from outside',
    files: { ...OTHER, 'dbt_packages/tools/dbt_project.yml': 'name: tools\nversion: "1"\nrestrict-access: true\n' },
    says: ['models/m.sql:1:18 m may not ref t: its access is protected, for the package tools only.'],
  },
  {
    name: 'a model of any other package is',
    files: { ...OTHER, 'dbt_packages/tools/dbt_project.yml': 'name: tools\nversion: "1"\n' },
    says: [],
  },
];

test.each(cases)('$name', async ({ files, says }) => {
  expect(await mistakesOf(files)).toEqual(says);
});
