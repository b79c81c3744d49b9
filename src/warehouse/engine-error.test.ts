import { expect, test } from 'vitest';
import { projectSql, sql } from '../sql.ts';
import { openDuckDB } from './duckdb.ts';

const facts = [
  ['a table that is not there', 'from nosuch', { is: 'missing-table', name: 'nosuch' }],
  ['one with a blank in its name', 'from "no such"', { is: 'missing-table', name: 'no such' }],
  ['one whose schema is not there', 'from s.nosuch', { is: 'missing-table', name: '"s.nosuch"' }],
  ['a function that is not there', 'select nosuch(1)', { is: 'missing-function', name: 'nosuch' }],
  ['a table function that is not there', 'from nosuch(1)', { is: 'missing-function', name: 'nosuch' }],
  ['any other mistake', 'select x', undefined],
] as const;

test.each(facts)('%s', async (_, text, fact) => {
  await using warehouse = await openDuckDB(':memory:');

  const answer = await warehouse.plan(projectSql(text));
  expect(answer.ok ? answer : answer.fact).toEqual(fact);
  const error = await warehouse.describe(projectSql(text)).catch((cause) => cause);
  expect(error.fact).toEqual(fact);
});

test('a PIVOT over the data is several statements', async () => {
  await using warehouse = await openDuckDB(':memory:');
  await warehouse.run(sql`create table t as select 'a' as k`);

  expect(await warehouse.plan(projectSql('pivot t on k'))).toMatchObject({ fact: { is: 'several-statements' } });
});

test('SQL with NUL is refused at its place, since the engine would end there without a word', async () => {
  await using warehouse = await openDuckDB(':memory:');
  const text = projectSql('select 1\u0000, 2');

  expect(await warehouse.plan(text)).toMatchObject({ ok: false, kind: 'parser', offset: 8 });
  await expect(warehouse.describe(text)).rejects.toMatchObject({ kind: 'parser', offset: 8 });
});
