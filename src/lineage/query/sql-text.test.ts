import { describe, expect, test } from 'vitest';
import { tokenize } from '../../sql-tokens.ts';
import { expressionAt, outputColumns, type Span, shownSql } from './sql-text.ts';

function shown(sql: string, span: Span | undefined): string | undefined {
  return span && shownSql(sql, tokenize(sql), span);
}

const expressions = [
  { name: 'a call', sql: 'select lower(trim(email)) as e from u', at: 'lower', expression: 'lower(trim(email))' },
  { name: 'an inner call', sql: 'select lower(trim(email)) as e from u', at: 'trim', expression: 'trim(email)' },
  { name: 'an operator', sql: "select 1, a || b || '!' as e from u", at: '||', expression: "a || b || '…'" },
  {
    name: 'a condition',
    sql: 'select 1 from u where a = 1 and b like c group by 1',
    at: 'like',
    expression: 'b like c',
  },
  { name: 'an operator in a call', sql: 'select f(a, b + c) from u', at: '+', expression: 'b + c' },
  {
    name: 'a CASE with one inside',
    sql: 'select case when a then case when b then 1 end end as x, y',
    at: 'case',
    expression: 'case when a then case when b then 1 end end',
  },
  {
    name: 'comments and line breaks',
    sql: 'select f(a, -- first\n  /* x /* y */ z */ b) from u',
    at: 'f(',
    expression: 'f(a, b)',
  },
  { name: 'a long number', sql: 'select f(5551234567, 12) from u', at: 'f(', expression: 'f(…, 12)' },
  {
    name: 'quotes in quotes',
    sql: `select f('it''s, )', "a,""b", e'\\'', $$ ) $$) from u`,
    at: 'f(',
    expression: `f('…', "a,""b", '…', '…')`,
  },
  { name: 'a bracket that never closes', sql: 'select f(a', at: 'f(', expression: 'f(a' },
];

describe('the expression at a place is', () => {
  test.each(expressions)('$name', ({ sql, at, expression }) => {
    expect(shown(sql, expressionAt(tokenize(sql), sql.indexOf(at)))).toBe(expression);
  });

  test('cut where it is long', () => {
    const sql = `select f(${'a, '.repeat(100)}b)`;

    expect(shown(sql, expressionAt(tokenize(sql), 7))).toMatch(/^f\(a, .{94}…$/);
  });
});

const outputs = [
  { name: 'an alias', sql: 'select a, email as contact from u', item: 'email as contact' },
  { name: 'a column of that name', sql: 'select a, u.contact from u', item: 'u.contact' },
  { name: 'a quoted alias in another case', sql: 'select a, email as "Contact" from u', item: 'email as "Contact"' },
  {
    name: 'the outer select list, not a CTE',
    sql: 'with c as (select x as contact from u) select y as contact from c',
    item: 'y as contact',
  },
  {
    name: "a CTE's, behind select *",
    sql: 'with c as (select x as contact from u), d as (select * from c) select * from d',
    item: 'x as contact',
  },
  { name: 'the star, where nothing names it', sql: 'select 1 as a, u.* from u', item: 'u.*' },
  {
    name: 'the first arm of a union',
    sql: 'select a as contact from u union all select b as contact from v',
    item: 'a as contact',
  },
  { name: 'FROM first', sql: 'from u select email contact', item: 'email contact' },
  { name: 'nothing', sql: 'select lower(email) from u', item: undefined },
];

describe('the place of an output column is', () => {
  test.each(outputs)('$name', ({ sql, item }) => {
    expect(shown(sql, outputColumns(tokenize(sql))('contact'))).toBe(item);
  });
});

test('a wide select list is read a fixed number of times, however many columns are looked up in it', () => {
  const readsPerToken = (columns: number): number => {
    const names = Array.from({ length: columns }, (_, index) => `column_${index}`);
    const sql = `with c as (select ${names.join(', ')} from u) select ${names.join(', ')} from c`;
    const tokens = tokenize(sql);
    let reads = 0;
    const counting = new Proxy(tokens, {
      get(target, key, receiver) {
        reads += 1;
        return Reflect.get(target, key, receiver);
      },
    });
    const output = outputColumns(counting);
    for (const name of names) {
      const span = output(name);
      if (span) shownSql(sql, counting, expressionAt(counting, span.start) ?? span);
    }
    return reads / tokens.length;
  };

  // The number of reads grows only by the steps of the binary searches.
  expect(readsPerToken(4_000)).toBeLessThan(1.5 * readsPerToken(400));
});
