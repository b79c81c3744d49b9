import { expect, test } from 'vitest';
import { projectSql, sql } from '../../sql.ts';
import { openDuckDB } from '../../warehouse/duckdb.ts';
import { testSql } from '../../warehouse/testing/test-sql.ts';
import { SOURCE_COLUMNS, testProject } from '../testing/project.ts';
import { ShadowSchema } from './shadow-schema.ts';

const queries = [
  'select 1 as id, 2 as ID, 3 as id_1, 4 as id, 5 as Id_1',
  'select a.*, b.* from (select 1 as x, 2 as y) a, (select 3 as x, 4 as x_1) b',
  'select null as n, [] as l, [null] as m, {a: null} as s, map {} as o',
  `select 1.5 as d, '1'::json as j, 'a'::enum('a', 'b c', 'd''e') as e, [1, 2]::int[2] as a, {'Odd "x"': 1} as q`,
  `select now() as t, interval 1 day as i, 1::hugeint as h, 'x'::blob as b, union_value(k := 1) as u, '01'::bit as z`,
  'select count(*), max(email), id + 1 from raw_user group by all',
  'from raw_user',
];

test.each(queries)('a table has the columns that running the query would give: %s', async (query) => {
  const project = testProject({ models: { m: query } });
  await using shadow = await ShadowSchema.open(project, SOURCE_COLUMNS);
  await using warehouse = await openDuckDB(':memory:');
  await warehouse.run(
    sql`create table raw_user (id integer, email varchar, first_name varchar, phone varchar, age integer, is_active boolean, org_id integer)`,
  );
  await warehouse.run(testSql(`create table m as ${query}`));
  const model = project.nodes.get('model.app.m');
  if (!model) throw new Error('no model');

  const columns = await shadow.create(model, projectSql(query));

  const stored = await warehouse.describe(sql`from m`);
  expect(columns).toEqual(stored);
  expect(await shadow.warehouse.describe(sql`from m`)).toEqual(stored);
});

test('no part of a query runs, not even one that crashes the engine', async () => {
  const query = `select count(*) as n from (raw_user a asof join raw_appointment b on a.email = 'k' and a.id >= b.id)`;
  const project = testProject({ models: { m: query } });
  await using shadow = await ShadowSchema.open(project, SOURCE_COLUMNS);
  const model = project.nodes.get('model.app.m');
  if (!model) throw new Error('no model');

  expect(await shadow.create(model, projectSql(query))).toEqual([{ name: 'n', type: 'BIGINT' }]);
});
