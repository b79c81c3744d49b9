import { expect, test } from 'vitest';
import { load } from '../project/testing/small-project.ts';
import { openDuckDB } from '../warehouse/duckdb.ts';
import { testSql } from '../warehouse/testing/test-sql.ts';
import { countsWithoutPersons } from './personal-counts.ts';

const FILES = {
  'models/sources.yml': `sources:
  - {name: main, tables: [{name: people, columns: [{name: id, data_type: int}, {name: email, data_type: text, tags: [pii]}]}]}`,
};

test('rows may be kept where no personal data is in any column, nor decides which rows there are', async () => {
  const project = await load(FILES);
  await using warehouse = await openDuckDB(':memory:');
  await warehouse.run(testSql("attach ':memory:' as dev"));
  await warehouse.run(testSql('create table dev.main.people (id int, email text)'));
  await warehouse.run(testSql('create table dev.main.unowned (id int)'));
  const counts = countsWithoutPersons(project, { nodes: new Map() });

  const kept = [];
  for (const query of [
    'select id from dev.main.people',
    'select id, email from dev.main.people',
    'select id, length(email) as length from dev.main.people',
    "select id from dev.main.people where email = 'x'",
    'select id from dev.main.unowned',
  ]) {
    if (await counts.ofQuery(testSql(query), warehouse)) kept.push(query);
  }
  expect(kept).toEqual(['select id from dev.main.people']);
});
