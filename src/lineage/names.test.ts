import { expect, test } from 'vitest';
import { load } from '../project/testing/small-project.ts';
import { SOURCE_COLUMNS, testProject } from './testing/project.ts';
import { traceProject } from './trace-project.ts';

/** The flows of each column of a model, as `"é": email clear`. */
async function columnsOf(models: { readonly [name: string]: string }, model: string): Promise<readonly string[]> {
  const project = testProject({ models });
  const { nodes } = await traceProject({ project, sourceColumns: SOURCE_COLUMNS, masks: [], nonce: 'f00d' });
  const lineage = nodes.get(`model.app.${model}`);
  if (lineage?.status !== 'traced') return [`unknown: ${lineage?.reason}`];
  return lineage.columns.map(
    ({ name, flows }) => `${name}: ${flows.map(({ source }) => source.column).join(', ') || 'nothing'}`,
  );
}

const pairs = [
  ['É', 'é'],
  ['\u212A', 'k'],
  ['İ', 'i'],
  ['ẞ', 'ß'],
  ['ς', 'σ'],
  ['A\u0301', 'Á'],
] as const;

test.each(pairs)('%s and %s are two columns, in models and what reads them', async (a, b) => {
  const models = {
    stg: `select phone as "${a}", email as "${b}" from warehouse.main.raw_user`,
    one: `select "${a}" as x, "${b}" as y from warehouse.main.stg`,
    row: `select s."${a}" as x, s."${b}" as y from (select {'${a}': phone, '${b}': email} as s from warehouse.main.raw_user)`,
  };

  expect(await columnsOf(models, 'stg')).toEqual([`${a}: phone`, `${b}: email`]);
  expect(await columnsOf(models, 'one')).toEqual(['x: phone', 'y: email']);
  expect(await columnsOf(models, 'row')).toEqual(['x: phone', 'y: email']);
});

test.each(pairs)('%s and %s are two tables', async (a, b) => {
  const models = {
    [a]: 'select phone as value from warehouse.main.raw_user',
    [b]: 'select email as value from warehouse.main.raw_user',
    one: `select a.value as x, b.value as y from warehouse.main."${a}" a, warehouse.main."${b}" b`,
  };

  expect(await columnsOf(models, 'one')).toEqual(['x: phone', 'y: email']);
});

test('ASCII letters in either case are one name', async () => {
  const models = {
    stg: 'select phone as "Phone", email as "EMAIL" from warehouse.main.raw_user',
    one: 'select PHONE as x, email as y from WAREHOUSE.Main.STG',
  };

  expect(await columnsOf(models, 'one')).toEqual(['x: phone', 'y: email']);
});

test('YAML describes É and é as two columns', async () => {
  const project = await load({
    'models/a.sql': 'select 1 as "É", 2 as "é"',
    'models/a.yml': 'models: [{name: a, columns: [{name: É}, {name: é, tags: [pii]}]}]',
  });

  expect([...(project.nodes.get('model.app.a')?.columns.keys() ?? [])]).toEqual(['É', 'é']);
});
