import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadFrom, writeProject } from '../project/testing/small-project.ts';
import { openDuckDB } from '../warehouse/duckdb.ts';
import { testSql } from '../warehouse/testing/test-sql.ts';
import { buildProject } from './build-project.ts';

const FILES = {
  'models/people.sql': "select 1 as id, 'ada@clinic.test' as email",
  'models/shown.sql': "select id, lower(email) as email from {{ ref('people') }}",
  'models/bare.sql': 'select id, email from main.persons',
  'models/salted.sql': "select id, '{{ var('salt') }}' as email from {{ ref('people') }}",
  'models/backwards.sql': "select id, '{{ var('salt') | reverse }}' as email from {{ ref('people') }}",
  'models/queried.sql':
    "{% if execute %}select {{ run_query('select max(id) from main.persons').columns[0].values()[0] }} as id, 'x' as email{% endif %}",
  'models/wrong.sql': "select id, email from {{ ref('people') }}",
  'models/unit.yml': `
unit_tests:
  - {name: a, model: shown, given: [{input: ref('people'), rows: [{id: 1, email: A}, {id: 2}]}], expect: {rows: [{id: 1, email: A}, {id: 2, email: null}]}}
  - {name: b, model: bare, given: [], expect: {rows: [{id: 1, email: x}]}}
  - {name: c, model: salted, given: [{input: ref('people'), rows: [{id: 1}]}], expect: {rows: [{id: 2}]}}
  - {name: f, model: backwards, given: [{input: ref('people'), rows: [{id: 1}]}], expect: {rows: [{email: x}]}}
  - {name: d, model: queried, given: [], expect: {rows: [{id: 1, email: x}]}}
  - {name: e, model: wrong, given: [{input: ref('people'), rows: [{id: 1, mail: x}]}], expect: {rows: [{id: 1}]}}
`,
};

test('a failing unit test shows the rows of its author, and no rows of tables', async () => {
  using project = writeProject(FILES);
  const loaded = await loadFrom(project, { vars: { salt: 's3cret-salt' } });
  await using warehouse = await openDuckDB(join(project.directory, 'dev.duckdb'));
  await warehouse.run(testSql("create table main.persons as select 7 as id, 'eve@clinic.test' as email"));
  const results = await buildProject({
    project: { ...loaded, secrets: ['s3cret-salt'] },
    warehouse,
    selected: new Set([...loaded.nodes.keys(), ...loaded.unitTests.keys()]),
    kind: 'build',
    threads: 1,
    fullRefresh: false,
    progress: () => {},
    signal: new AbortController().signal,
  });
  const messages = results.filter(({ uniqueId }) => uniqueId.startsWith('unit_test.')).map(({ message }) => message);
  const hidden = 'actual differs from expected: its rows are not shown, since the query reads tables or a secret';
  expect(messages.sort()).toEqual([
    hidden,
    hidden,
    hidden,
    hidden,
    'actual differs from expected: missing {id: 1, email: A}, unexpected {id: 1, email: a}',
    expect.stringContaining("a row of ref('people') in the unit test e has the column 'mail', which is not there."),
  ]);
});
