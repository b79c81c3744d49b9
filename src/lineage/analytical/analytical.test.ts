import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testSql } from '../../warehouse/testing/test-sql.ts';
import { NonInterference } from '../testing/non-interference.ts';
import { readQueries } from './read-queries.ts';
import { RETAIL } from './retail.ts';

const queries = await readQueries();

let oracle: NonInterference;
beforeAll(async () => {
  oracle = await NonInterference.open(RETAIL);
});
afterAll(async () => {
  await oracle[Symbol.asyncDispose]();
});

describe('each of a hundred analytical queries is traced, and no flow is missed:', () => {
  test('there are a hundred', () => {
    expect(new Set(queries.map(({ sql }) => sql)).size).toBeGreaterThanOrEqual(100);
  });

  test.each(queries)('$name', async ({ sql }) => {
    expect(await oracle.check(sql)).toEqual({ kind: 'checked', missed: [] });
    expect(await oracle.warehouse.rows(testSql(sql))).not.toEqual([]);
  });
});
