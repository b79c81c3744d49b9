import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadFrom, writeProject } from '../project/testing/small-project.ts';
import { openDuckDB } from '../warehouse/duckdb.ts';
import { testSql } from '../warehouse/testing/test-sql.ts';
import { buildProject } from './build-project.ts';

const FILES = {
  'dbt_project.yml': 'name: app\nprofile: app\ndata_tests: {+store_failures: true}\n',
  'models/people.sql': "select 1 as id, 'ada@clinic.test' as email",
  'tests/emails.sql': "select email from {{ ref('people') }}",
  'tests/ids.sql': "select id from {{ ref('people') }}",
};

test('failures are kept only where no personal data has a part in them, and earlier ones go', async () => {
  using project = writeProject(FILES);
  const loaded = await loadFrom(project);
  await using warehouse = await openDuckDB(join(project.directory, 'dev.duckdb'));
  await warehouse.run(testSql('create schema main_dbt_test__audit'));
  await warehouse.run(testSql("create table main_dbt_test__audit.emails as select 'eve@clinic.test' as email"));
  const results = await buildProject({
    project: loaded,
    warehouse,
    selected: new Set(loaded.nodes.keys()),
    kind: 'build',
    threads: 1,
    fullRefresh: false,
    counts: {
      ofRows: () => true,
      ofTest: async () => true,
      ofQuery: async ({ text }) => !text.includes('email'),
    },
    progress: () => {},
    signal: new AbortController().signal,
  });

  expect(results.filter(({ uniqueId }) => uniqueId.startsWith('test.')).map(({ message }) => message)).toEqual([
    'got 1 result, fails if != 0; its failures are not stored, since personal data has a part in them',
    'got 1 result, fails if != 0',
  ]);
  expect(
    await warehouse.rows(testSql("select table_name from duckdb_tables() where schema_name like '%audit'")),
  ).toEqual([{ table_name: 'ids' }]);
});
