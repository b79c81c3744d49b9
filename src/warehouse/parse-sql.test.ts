import { describe, expect, test } from 'vitest';
import { projectSql } from '../sql.ts';
import { openDuckDB } from './duckdb.ts';
import { mapTree, objectsIn, placeOf, textOf, valueText, withoutPlaces } from './parse-sql.ts';
import { unparse } from './unparse-sql.ts';
import type { Warehouse } from './warehouse.ts';

const answers = [
  ['a query', 'select 1', { ok: true }],
  ['two queries', 'select 1; select 2', { ok: true }],
  ['nothing', '-- nothing', { ok: true, statements: [] }],
  ['a mistake', 'select from', { ok: false, kind: 'parser' }],
  ['what writes', 'create table t (a int)', { ok: false, kind: 'not implemented' }],
  ['a PIVOT over the data', 'pivot t on a', { ok: false, kind: 'not implemented' }],
  ['a text with NUL', 'select 1\u0000; drop table t', { ok: false, kind: 'parser' }],
] as const;

test.each(answers)('%s', async (_, text, answer) => {
  await using warehouse = await openDuckDB(':memory:');

  expect(await warehouse.parse(projectSql(text))).toMatchObject(answer);
});

test('a text is parsed once for all sessions', async () => {
  await using warehouse = await openDuckDB(':memory:');
  await using other = await warehouse.session();

  expect(await other.parse(projectSql('select 1'))).toBe(await warehouse.parse(projectSql('select 1')));
});

describe('a parse tree', () => {
  const texts = [
    'select 9007199254740993, 1e300, -0.10, 18446744073709551615',
    `select 'a"\\u0001', '\u00011', '\u0001', '\u0001\u0001x', e'\\x01', '1', '-1.5'`,
    `select "a""b" from "t'" where x = '\\' and y in (1, 2.50)`,
  ];

  test.each(texts)('is written as the query it is of: %j', async (text) => {
    await using warehouse = await openDuckDB(':memory:');
    const written = await unparse(await treeOf(text, warehouse), warehouse);

    const again = await treeOf(written?.text ?? '', warehouse);
    expect(mapTree(again, withoutPlaces)).toEqual(mapTree(await treeOf(text, warehouse), withoutPlaces));
  });

  test('of an infinite number can be read, and not written', async () => {
    await using warehouse = await openDuckDB(':memory:');
    const tree = await treeOf('select -1e400', warehouse);

    expect([...objectsIn(tree)].map((node) => valueText(node['value']))).toContain('-Infinity');
    expect(await unparse(tree, warehouse)).toBeUndefined();
  });

  test('keeps every figure of a number and every character of a text', async () => {
    await using warehouse = await openDuckDB(':memory:');
    const tree = await treeOf(`select 9007199254740993, '\u00015', 'x', true`, warehouse);

    const values = [...objectsIn(tree)].flatMap((node) => ('is_null' in node ? [valueText(node['value'])] : []));
    expect(values.slice(0, 3)).toEqual(['9007199254740993', '\u00015', 'x']);
  });

  test('says where its parts are, in bytes', async () => {
    await using warehouse = await openDuckDB(':memory:');
    const tree = await treeOf(`select 'é', a from t`, warehouse);

    const places = [...objectsIn(tree)]
      .filter((node) => textOf(node['class']) !== '')
      .map((node) => placeOf(node).utf8Bytes);
    expect(places).toEqual([7, 13]);
    expect(placeOf({}).utf8Bytes).toBe(Number.MAX_SAFE_INTEGER);
  });
});

async function treeOf(text: string, warehouse: Warehouse) {
  const answer = await warehouse.parse(projectSql(text));
  if (!answer.ok) throw new Error(`${text}: ${answer.kind}`);
  return answer.tree;
}
