import { expect, test } from 'vitest';
import { compareWithGolden } from '../scripts/conformance/compare.mjs';
import { sqlTokens } from '../scripts/conformance/sql-tokens.mjs';

test.each([
  { name: 'white space and comments', left: 'select  a -- x\nfrom t', right: 'select a /* y */ from t', equal: true },
  { name: 'a blank in a text', left: "select 'a  b'", right: "select 'a b'", equal: false },
  { name: 'two dashes in a text', left: "select '--a'", right: "select '--b'", equal: false },
  { name: 'a quoted name', left: 'select "a""b"', right: 'select "a""c"', equal: false },
  { name: 'signs without blanks', left: 'a||b', right: 'a || b', equal: true },
  { name: 'a text between dollars', left: 'select $x$ a  b $x$', right: 'select $x$ a b $x$', equal: false },
])('$name: equal tokens are $equal', ({ left, right, equal }) => {
  const haveEqualTokens = JSON.stringify(sqlTokens(left)) === JSON.stringify(sqlTokens(right));

  expect(haveEqualTokens).toBe(equal);
});

const TABLE = { type: 'BASE TABLE', rows: 1, hash: '1', columns: [['a', 'DOUBLE']] as const };
const GOLDEN = {
  nodes: { 'model.a.b': { compiled_sha256: null, status: ['success', null] as const } },
  tables: { 'main.b': TABLE },
};
const BUILD = { texts: {}, statuses: { 'model.a.b': ['success', null] as const }, tables: { 'main.b': TABLE } };
const NOTHING = { texts: {}, statuses: {}, tables: {} };
const withTable = (changes: object) => ({ ...BUILD, tables: { 'main.b': { ...TABLE, ...changes } } });

test.each([
  { name: 'an equal build', ours: BUILD, dbt: NOTHING, finds: [] },
  {
    name: 'another status',
    ours: { ...BUILD, statuses: { 'model.a.b': ['error', null] as const } },
    dbt: NOTHING,
    finds: ['status model.a.b'],
  },
  { name: 'a table that is missing', ours: { ...BUILD, tables: {} }, dbt: NOTHING, finds: ['table main.b'] },
  {
    name: 'other rows, as of dbt on the same day',
    ours: withTable({ hash: '2' }),
    dbt: withTable({ hash: '2' }),
    finds: ['table main.b same-day'],
  },
  {
    name: 'sums in another order',
    ours: withTable({ hash: '2', rounded: '9' }),
    dbt: withTable({ hash: '3', rounded: '9' }),
    finds: ['table main.b sum-order'],
  },
  {
    name: 'a table too many',
    ours: { ...BUILD, tables: { ...BUILD.tables, 'main.c': TABLE } },
    dbt: NOTHING,
    finds: ['table main.c'],
  },
])('$name', ({ ours, dbt, finds }) => {
  const { differences } = compareWithGolden(GOLDEN, ours, dbt);

  expect(differences.map(({ what, name, rule }) => [what, name, rule].filter(Boolean).join(' '))).toEqual(finds);
});
