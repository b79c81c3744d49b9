import { expect, test } from 'vitest';
import { projectSql } from '../sql.ts';
import { type RowSource, readConstantQuery, readRowSource } from './constant-query.ts';
import { openDuckDB } from './duckdb.ts';
import { testSql } from './testing/test-sql.ts';

const cases: readonly { readonly text: string; readonly source: RowSource }[] = [
  { text: 'select 1 + 1', source: 'text' },
  { text: "values (1, 'x')", source: 'text' },
  { text: "select * from range(date '2026-01-01', current_date, interval 1 day)", source: 'text' },
  { text: 'with days as (select unnest([1, 2]) as day) select day from days', source: 'text' },
  { text: 'select sum(x) from (values (1)) as numbers(x)', source: 'text' },
  { text: 'select * from pg_view', source: 'text' },
  { text: 'select random()', source: 'chance' },
  { text: 'select uuid(), now()', source: 'chance' },
  { text: 'select current_schema()', source: 'chance' },
  { text: 'select * from range(9) using sample 2', source: 'chance' },
  { text: "values (default, 'x')", source: 'text' },
  { text: 'values (default, random())', source: 'chance' },
  { text: 'select email from users', source: 'tables' },
  { text: 'select 1 where exists (from users)', source: 'tables' },
  { text: 'select emails()', source: 'tables' },
  { text: 'select * from emails_view', source: 'tables' },
  { text: 'select * from missing', source: 'tables' },
  { text: 'show tables', source: 'tables' },
  { text: 'select * from duckdb_tables()', source: 'tables' },
  { text: "select nextval('numbers')", source: 'tables' },
  { text: 'select 1; select 2', source: 'tables' },
  { text: 'insert into users values (1)', source: 'tables' },
  { text: 'no sql', source: 'tables' },
];

test('what decides the rows of a query', async () => {
  await using session = await openDuckDB(':memory:');
  await session.run(
    testSql(`create table users (email varchar); create sequence numbers;
      create macro emails() as (select max(email) from users);
      create view emails_view as select email from users; create view pg_view as select 1 as one`),
  );

  for (const { text, source } of cases) {
    expect([text, await readRowSource(projectSql(text), session)]).toEqual([text, source]);
    expect([text, (await readConstantQuery(text, session)) !== undefined]).toEqual([text, source === 'text']);
  }
});
