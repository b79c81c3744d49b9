import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identifier, projectSql, sql } from '../sql.ts';
import { openDuckDB } from './duckdb.ts';
import { readExpression } from './one-expression.ts';
import { requireOneQuery } from './one-query.ts';
import { readType } from './one-type.ts';
import type { Warehouse } from './warehouse.ts';

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openDuckDB(':memory:');
  await warehouse.run(sql`create table secret as select 'x' as value, 1 as a`);
});
afterAll(() => warehouse[Symbol.asyncDispose]());

describe('one query', () => {
  test.each([
    'select 1',
    'from secret',
    'values (1)',
    'select 1 -- a comment',
    'select 1;',
    'select 1e400',
    'with t as (select 1) select * from t',
    'pivot secret on value using sum(a)',
    '(select 1) union all (select 2)',
  ])('is: %s', async (text) => {
    const query = await requireOneQuery(projectSql(text), warehouse);
    expect(query.text).toBe(`${text}\n`);
  });

  test.each([
    ['nothing', ''],
    ['a comment', '-- nothing'],
    ['two queries', 'select 1; select 2'],
    ['what closes a bracket', 'select 1) as a; drop table secret; select * from (select 1'],
    ['what writes', 'insert into secret values (1)'],
    ['what sets', 'set threads = 1'],
    ['what copies', "copy secret to 'a.csv'"],
    ['a PIVOT and another statement', 'pivot secret on value; drop table secret'],
    ['a query that goes on behind NUL', 'select 1\u0000 from secret'],
  ])('is not: %s', async (_, text) => {
    await expect(requireOneQuery(projectSql(text), warehouse)).rejects.toMatchObject({ name: 'SqlError' });
    expect(await warehouse.rows(sql`select value from secret`)).toEqual([{ value: 'x' }]);
  });
});

describe('one expression', () => {
  test.each(['a', 'count(*)', 'count(*) != 0 -- all', "case when a = ')' then 1 end", '(select * from secret)'])(
    'is: %s',
    async (text) => {
      expect((await readExpression(text, warehouse))?.text).toBe(`(\n${text}\n)`);
    },
  );

  test.each([
    ['nothing', ''],
    ['two', 'a, a'],
    ['an expression with a name', 'a as b'],
    ['a star', '*'],
    ['columns', 'columns(*) + 1'],
    ['what closes the bracket', 'a), (a'],
    ['what names a column', 'a) as b, (a'],
    ['what reads a table', 'value) from secret where (true'],
    ['what sorts', 'a) order by (a'],
    ['another statement', 'a); drop table secret; select (a'],
    ['what adds a query', '1) union all select (value) from (secret'],
    ['what begins a comment', 'a /*'],
    ['what goes on behind NUL', 'a\u0000'],
  ])('is not: %s', async (_, text) => {
    expect(await readExpression(text, warehouse)).toBeUndefined();
  });
});

describe('one type', () => {
  test.each([
    ['int', 'INTEGER'],
    ['text -- of any length', 'VARCHAR'],
    ['character varying(20)', 'VARCHAR'],
    ['numeric', 'DECIMAL(18,3)'],
    ['decimal(10, 2)', 'DECIMAL(10,2)'],
    ['timestamptz', 'TIMESTAMP WITH TIME ZONE'],
    ['double precision', 'DOUBLE'],
    ["enum('a', 'it''s')", "ENUM('a', 'it''s')"],
    ['struct("a""b" int, c varchar[])', 'STRUCT("a""b" INTEGER, c VARCHAR[])'],
    ['map(varchar, int[3])', 'MAP(VARCHAR, INTEGER[3])'],
    ['union(a int, b text)', 'UNION(a INTEGER, b VARCHAR)'],
    ['json', 'JSON'],
    ['variant', 'VARIANT'],
    ['bit', 'BIT'],
    ['timestamp_ns', 'TIMESTAMP_NS'],
  ])('%s is %s', async (written, type) => {
    expect((await readType(written, warehouse))?.text).toBe(type);
    // The engine reads the spelling that it gives.
    expect((await readType(type, warehouse))?.text).toBe(type);
  });

  test.each([
    ['nothing', ''],
    ['no type', 'nosuch'],
    ['two types', 'int, int'],
    ['what closes the bracket', 'int) from secret where (true'],
    ['two columns', 'int) as x, cast(null as int'],
    ['another statement', 'int); drop table secret; select cast(null as int'],
    [
      'the end of a table and another statement',
      'timestamptz); create macro main.reverse(x) as x; create table zz (y int',
    ],
    ['a default', "int default getenv('HOME')"],
    ['a constraint', 'int check (true)'],
    ['a generated column', 'int as (1)'],
    ['a collation', 'varchar collate nocase'],
    ['a longer expression', 'int) + cast(1 as int'],
    ['what begins a comment', 'int /*'],
    ['what ends in NUL', 'int\u0000'],
  ])('%s is none', async (_, written) => {
    expect(await readType(written, warehouse)).toBeUndefined();
  });

  test('whatever is written, no more than one type becomes part of a statement', async () => {
    const pieces = fc.constantFrom(
      ...[
        'int',
        'text',
        ')',
        '(',
        ',',
        ';',
        '--',
        '/*',
        '*/',
        '\n',
        "'",
        '"',
        ' ',
        'as x',
        'from secret',
        '[]',
        '\u0000',
      ],
      ...['default 1', 'drop table secret', 'struct', "enum('a')", 'x', 'decimal', '1', '::', 'null', '$$', '\\', 'é'],
    );
    const written = fc.array(pieces, { maxLength: 8 }).map((all) => all.join(' '));
    await fc.assert(
      fc.asyncProperty(written, async (text) => {
        const type = await readType(text, warehouse);
        if (!type) return;
        await warehouse.run(
          sql`create or replace temp table made (${identifier('before')} int, typed ${type}, behind int)`,
        );
        expect(await warehouse.describe(sql`from temp.made`)).toEqual([
          { name: 'before', type: 'INTEGER' },
          { name: 'typed', type: type.text },
          { name: 'behind', type: 'INTEGER' },
        ]);
      }),
      { numRuns: 2_000 },
    );
    expect(await warehouse.rows(sql`select value from secret`)).toEqual([{ value: 'x' }]);
  });
});
