import { expect, test } from 'vitest';
import { splitStatements } from './split-statements.ts';

const cases = [
  { name: 'semicolons part statements', sql: 'a; b;c', is: ['a', 'b', 'c'] },
  { name: 'nothing between two semicolons is nothing', sql: ';; a ;', is: ['a '] },
  { name: 'comments before a statement are left out', sql: '-- one;\n/* two; /* three; */ */ a', is: ['a'] },
  { name: 'comments inside stay', sql: 'a -- b;\n c /* d; */ e; f', is: ['a -- b;\n c /* d; */ e', 'f'] },
  { name: 'strings hold semicolons', sql: "a 'x;''y;'; b", is: ["a 'x;''y;'", 'b'] },
  { name: 'a backslash ends nothing in a plain string', sql: "a 'x\\'; b", is: ["a 'x\\'", 'b'] },
  { name: 'a backslash escapes in an E string', sql: "a E'x\\';'; b", is: ["a E'x\\';'", 'b'] },
  { name: 'identifiers hold semicolons', sql: 'a "x;""y"; b', is: ['a "x;""y"', 'b'] },
  { name: 'dollar quotes nest by their tag', sql: 'a $f$ x; $$ y; $$ $f$; b', is: ['a $f$ x; $$ y; $$ $f$', 'b'] },
  { name: 'a dollar inside a name quotes nothing', sql: 'a$b$c; d', is: ['a$b$c', 'd'] },
  { name: 'parameters are not quotes', sql: 'a $1; b', is: ['a $1', 'b'] },
  { name: 'rules hold statements in parentheses', sql: 'rule (a; b); c', is: ['rule (a; b)', 'c'] },
  {
    name: 'functions hold statements between begin atomic and end',
    sql: 'f begin atomic select case when a then b end; c; end; d',
    is: ['f begin atomic select case when a then b end; c; end', 'd'],
  },
  { name: 'begin alone is a statement', sql: 'begin; a; end; b', is: ['begin', 'a', 'end', 'b'] },
];

test.each(cases)('$name', ({ sql, is }) => {
  const statements = splitStatements(sql);
  expect(statements.map(({ text }) => text)).toEqual(is);
  for (const { text, offset } of statements) expect(sql.slice(offset, offset + text.length)).toBe(text);
});
