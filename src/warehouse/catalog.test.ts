import { expect, test } from 'vitest';
import { sql } from '../sql.ts';
import { readCatalog, readTable } from './catalog.ts';
import { openDuckDB } from './duckdb.ts';

const memory = (alias: string) => ({ database: 'memory', schema: 'main', alias });

test('tables and views have their columns in order, and are found in any case', async () => {
  await using warehouse = await openDuckDB(':memory:');
  await warehouse.run(sql`create table "Users" (id int, "e-mail" varchar); create view active as select id from users`);

  const { tables, find } = await readCatalog(warehouse);

  expect(tables.map(({ alias, kind }) => `${alias} ${kind}`)).toEqual(['Users table', 'active view']);
  expect(find(memory('USERS'))?.columns).toEqual([
    { name: 'id', type: 'INTEGER' },
    { name: 'e-mail', type: 'VARCHAR' },
  ]);
  expect(find(memory('users'))?.relation.text).toBe('"memory"."main"."Users"');
  expect(find(memory('nosuch'))).toBeUndefined();
  expect(await readTable(memory('ACTIVE'), warehouse)).toMatchObject({ kind: 'view', columns: [{ name: 'id' }] });
  expect(await readTable(memory('nosuch'), warehouse)).toBeUndefined();
});

test('letters that are not ASCII keep tables and columns apart', async () => {
  await using warehouse = await openDuckDB(':memory:');
  await warehouse.run(sql`create table "É" ("É" int, "é" varchar); create table "é" (a date)`);

  const { find } = await readCatalog(warehouse);

  expect(find(memory('É'))?.columns.map(({ name }) => name)).toEqual(['É', 'é']);
  expect(find(memory('é'))?.columns.map(({ name }) => name)).toEqual(['a']);
  expect((await readTable(memory('é'), warehouse))?.columns.map(({ name }) => name)).toEqual(['a']);
});

test('a view that lost what it reads is there', async () => {
  await using warehouse = await openDuckDB(':memory:');
  await warehouse.run(sql`create table t (a int); create view v as from t; drop table t`);

  expect(await readTable(memory('v'), warehouse)).toMatchObject({ kind: 'view' });
  expect((await readCatalog(warehouse)).find(memory('v'))).toMatchObject({ kind: 'view' });
});
