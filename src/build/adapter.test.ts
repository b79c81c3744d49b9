import { expect, test } from 'vitest';
import { sql } from '../sql.ts';
import { openDuckDB } from '../warehouse/duckdb.ts';
import { warehouseAdapter } from './adapter.ts';

async function ask(query: string) {
  await using warehouse = await openDuckDB(':memory:');
  await warehouse.run(sql`create table users as select 'ada@clinic.test' as email`);
  return await warehouseAdapter(warehouse, 'memory').query(query);
}

test('a query of a template gives its columns and rows', async () => {
  expect(await ask('select email from users')).toEqual({
    isConstant: false,
    columns: ['email'],
    types: ['VARCHAR'],
    rows: [['ada@clinic.test']],
  });
});

test.each([
  {
    name: 'that cannot be planned is told in the words of the engine',
    sql: 'select nobody from users',
    says: 'a query of a template cannot run: Referenced column "nobody" not found',
  },
  {
    name: 'that fails on rows is told without them',
    sql: 'select email::int from users',
    says: 'a query of a template fails: conversion error on the data',
  },
  {
    name: 'that writes is refused',
    sql: 'drop table users',
    says: 'a query of a template cannot run: ',
  },
  {
    name: 'that does more than read is refused by name',
    sql: 'select write_log(email) from users',
    says: 'a query of a template cannot run: write_log() is refused: it writes or reads the log',
  },
])('one $name', async ({ sql, says }) => {
  await expect(ask(sql)).rejects.toThrow(says);
  await expect(ask(sql)).rejects.not.toThrow('ada@');
});
