import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameKey, sameName } from './name.ts';
import { identifier, sql } from './sql.ts';
import { openDuckDB } from './warehouse/duckdb.ts';
import type { Warehouse } from './warehouse/warehouse.ts';

const pairs = [
  ['an ASCII letter in either case', 'Email', 'eMAIL', true],
  ['a letter with an accent in either case', 'É', 'é', false],
  ['an accent of its own and one in the letter', 'e\u0301', 'é', false],
  ['the Kelvin sign and a k', '\u212A', 'k', false],
  ['a dotted I and an i', 'İ', 'i', false],
  ['a sharp s in either case', 'ẞ', 'ß', false],
  ['the two small sigmas', 'ς', 'σ', false],
  ['ASCII letters between others', 'ÀB', 'Àb', true],
  ['names of different length', 'a', 'a ', false],
] as const;

test.each(pairs)('%s: %s, %s', async (_, a, b, isSame) => {
  expect(sameName(a, b)).toBe(isSame);
  await using warehouse = await openDuckDB(':memory:');
  expect(await isOneColumn(a, b, warehouse)).toBe(isSame);
});

test('sameName says what DuckDB says, whatever the names', async () => {
  const letters = fc.constantFrom(...'aAbBzZ_0éÉßẞİiıIςσΣ\u212Ak@[`{"');
  const name = fc.string({ unit: letters, minLength: 1, maxLength: 2 });
  await using warehouse = await openDuckDB(':memory:');
  await fc.assert(
    fc.asyncProperty(name, name, async (a, b) => {
      expect(sameName(a, b)).toBe(await isOneColumn(a, b, warehouse));
    }),
    { numRuns: 200 },
  );
});

describe('nameKey', () => {
  test('keeps several names apart', () => {
    expect(nameKey('a', 'bc')).not.toBe(nameKey('ab', 'c'));
    expect(nameKey('DB', 'Main', 'Users')).toBe(nameKey('db', 'main', 'users'));
  });
});

/** Whether DuckDB refuses two columns of these names in one table. */
async function isOneColumn(a: string, b: string, warehouse: Warehouse): Promise<boolean> {
  return await warehouse.run(sql`create or replace table t (${identifier(a)} int, ${identifier(b)} int)`).then(
    () => false,
    () => true,
  );
}
