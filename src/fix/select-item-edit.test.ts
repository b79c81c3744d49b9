import { expect, test } from 'vitest';
import type { MappedText } from '../jinja/evaluate/mapped-text.ts';
import { editsOf, type TextEdit } from './select-item-edit.ts';

const FILE = 'models/m.sql';

/** A template in which Jinja changed nothing. */
function plain(text: string): MappedText {
  return {
    text,
    origin(offset) {
      const lines = text.slice(0, offset).split('\n');
      return { location: { file: FILE, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }, calls: [] };
    },
  };
}

function applied(text: string, edit: TextEdit | undefined): string | undefined {
  return edit && text.slice(0, edit.start) + edit.text + text.slice(edit.end);
}

const cases: readonly {
  readonly name: string;
  readonly sql: string;
  readonly masked: string | undefined;
  readonly dropped: string | undefined;
}[] = [
  {
    name: 'a column',
    sql: 'select id, email, age from t',
    masked: "select id, {{ hash('email') }} as email, age from t",
    dropped: 'select id, age from t',
  },
  {
    name: 'a column of a table',
    sql: 'select u.id, u.email from u',
    masked: "select u.id, {{ hash('u.email') }} as email from u",
    dropped: 'select u.id from u',
  },
  {
    name: 'an expression with a name',
    sql: 'select lower(trim(x, y)) as email, id from t',
    masked: "select {{ hash('lower(trim(x, y))') }} as email, id from t",
    dropped: 'select id from t',
  },
  {
    name: 'a name without as',
    sql: 'select lower(x) email from t',
    masked: "select {{ hash('lower(x)') }} as email from t",
    dropped: undefined,
  },
  {
    name: 'a quoted name',
    sql: 'select id, x as "E Mail" from t',
    masked: `select id, {{ hash('x') }} as "E Mail" from t`,
    dropped: 'select id from t',
  },
  {
    name: 'the first of many lines',
    sql: 'select\n    email,\n    id\nfrom t',
    masked: "select\n    {{ hash('email') }} as email,\n    id\nfrom t",
    dropped: 'select\n    id\nfrom t',
  },
  {
    name: 'the last of many lines, with a comma in front',
    sql: 'select\n    id\n  , email\nfrom t',
    masked: "select\n    id\n  , {{ hash('email') }} as email\nfrom t",
    dropped: 'select\n    id\nfrom t',
  },
  {
    name: 'a star',
    sql: 'select * from t',
    masked: "select * replace ({{ hash('email') }} as email) from t",
    dropped: 'select * exclude (email) from t',
  },
  {
    name: 'a star of one table',
    sql: 'select t.*, 1 as one from t',
    masked: "select t.* replace ({{ hash('email') }} as email), 1 as one from t",
    dropped: 'select t.* exclude (email), 1 as one from t',
  },
  {
    name: 'a star that excludes already',
    sql: 'select * exclude (id) from t',
    masked: undefined,
    dropped: 'select * exclude (id, email) from t',
  },
  { name: 'a star that replaces', sql: 'select * replace (1 as id) from t', masked: undefined, dropped: undefined },
  {
    name: 'a CTE behind a star',
    sql: 'with a as (select id, email from t) select * from a',
    masked: "with a as (select id, {{ hash('email') }} as email from t) select * from a",
    dropped: 'with a as (select id from t) select * from a',
  },
  { name: 'a literal', sql: "select id, coalesce(x, 'jane') as email from t", masked: undefined, dropped: undefined },
  { name: 'a long number', sql: 'select id, x + 41234567 as email from t', masked: undefined, dropped: undefined },
  { name: 'a comment', sql: 'select id, lower(/* jane */ x) as email from t', masked: undefined, dropped: undefined },
  { name: 'no such column', sql: 'select id from t', masked: undefined, dropped: undefined },
  {
    name: 'an expression on two lines, which is no Jinja string',
    sql: 'select id, lower(\n  x) as email from t',
    masked: undefined,
    dropped: 'select id from t',
  },
];

test.each(cases)('edits of $name', ({ name, sql, masked, dropped }) => {
  const column = name === 'a quoted name' ? 'E Mail' : 'email';
  const edits = editsOf(column, plain(sql), { file: FILE, text: sql });
  expect(applied(sql, edits?.mask('hash'))).toBe(masked);
  expect(applied(sql, edits?.drop()?.edit)).toBe(dropped);
});

test.each([
  { name: 'a macro printed it', file: FILE, calls: [{ file: FILE, line: 1, column: 8 }] },
  { name: 'it is in another file', file: 'macros/m.sql', calls: [] },
])('nothing is edited where $name', ({ file, calls }) => {
  const text = 'select id, email from t';
  const { origin } = plain(text);
  const sql = { text, origin: (offset: number) => ({ location: { ...origin(offset).location, file }, calls }) };
  expect(editsOf('email', sql, { file: FILE, text })).toBeUndefined();
});

test('nothing is edited where the template has other letters', () => {
  expect(
    editsOf('email', plain('select id, email from t'), { file: FILE, text: 'select id, {{ x }} from t' }),
  ).toBeUndefined();
});
