import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identifier, joinSql, literal, projectSql, relation, type Sql, sql } from './sql.ts';
import { UserError } from './user-error.ts';
import { openDuckDB } from './warehouse/duckdb.ts';

const spelled = [
  ['a template alone', sql`select 1`, 'select 1'],
  ['an identifier', sql`select ${identifier('a"b')}`, 'select "a""b"'],
  ['a qualified identifier', identifier('main', 'a.b'), '"main"."a.b"'],
  ['a relation', relation({ database: 'db', schema: 's', alias: 't' }), '"db"."s"."t"'],
  ['a text', literal("it's"), "'it''s'"],
  ['a number', literal(1.5), '1.5'],
  ['a negative number behind a minus', sql`select 1 -${literal(-1)}`, 'select 1 -(-1)'],
  ['NULL', literal(null), 'null'],
  ['a list', sql`select ${[identifier('a'), identifier('b')]}`, 'select "a", "b"'],
  ['a list with a separator', joinSql([sql`a`, sql`b`], sql` and `), 'a and b'],
  ['nested SQL', sql`from (${sql`select ${literal(1)}`})`, 'from (select 1)'],
  ['a backslash', sql`select '\d'`, String.raw`select '\d'`],
] as const;

test.each(spelled)('%s', (_, { text }, expected) => {
  expect(text).toBe(expected);
});

test.each([
  ['an empty name', () => identifier(''), 'a name that becomes part of SQL is empty.'],
  ['an empty name of a schema', () => identifier('', 't'), 'a name that becomes part of SQL is empty.'],
  ['a name with NUL', () => identifier('a\u0000b'), String.raw`the name "a\u0000b" holds the character NUL`],
  ['a text with NUL', () => literal('a\u0000b'), String.raw`the text "a\u0000b" holds the character NUL`],
])('%s is refused', (_, make, message) => {
  expect(make).toThrow(UserError);
  expect(make).toThrow(message);
});

describe('what is no SQL does not compile:', () => {
  // Each function is a compile error. None is ever called.
  const mistakes = [
    // @ts-expect-error a string in a template
    (name: string) => sql`select ${name}`,
    // @ts-expect-error a number in a template
    (count: number) => sql`limit ${count}`,
    // @ts-expect-error a list of strings in a template
    (names: readonly string[]) => sql`select ${names}`,
    // @ts-expect-error text of a project in a template
    (text: string) => sql`from (${projectSql(text)})`,
    // @ts-expect-error an object of the same shape
    (text: string): Sql => ({ text }),
    // @ts-expect-error text of a project as SQL that may be run
    (text: string): Sql => projectSql(text),
  ];

  test('six kinds', () => {
    expect(mistakes).toHaveLength(6);
  });
});

test('whatever a name or a text holds, the engine gives it back', async () => {
  await using warehouse = await openDuckDB(':memory:');
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter((value) => !value.includes('\u0000'));
  await fc.assert(
    fc.asyncProperty(text, text, async (name, value) => {
      fc.pre(isWellFormed(name) && isWellFormed(value));
      const [row] = await warehouse.rows(sql`select ${literal(value)} as ${identifier(name)}`);
      expect(row).toEqual({ [name]: value });
    }),
    { numRuns: 500 },
  );
});

test('a name of 10 kB is a name', async () => {
  await using warehouse = await openDuckDB(':memory:');
  const name = '"; drop table t; --'.repeat(600);
  expect(await warehouse.describe(sql`select 1 as ${identifier(name)}`)).toEqual([{ name, type: 'INTEGER' }]);
});

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
