import pc from 'picocolors';
import { expect, test } from 'vitest';
import { SOURCE_COLUMNS, type TestProject, testProject } from '../../lineage/testing/project.ts';
import { traceProject } from '../../lineage/trace-project.ts';
import type { Column } from '../../project/node.ts';
import type { Project } from '../../project/project.ts';
import { renderExplanation } from '../../report/explain.ts';
import { at } from '../../report/testing/sample-report.ts';
import { explainColumn } from './explain-column.ts';

const clinic: TestProject = {
  models: {
    stg: 'select id, lower(email) as contact, mask(email) as key, first_name from warehouse.main.raw_user where is_active',
    left_side: 'select id, contact from warehouse.main.stg',
    right_side: 'select id, upper(contact) as contact from warehouse.main.stg',
    mart:
      'select l.id, l.contact as contact, s.key as key, 1 as one, ' +
      'case when s.first_name is null then r.contact else lower(r.contact) end as other ' +
      'from warehouse.main.left_side l join warehouse.main.right_side r using (id) join warehouse.main.stg s using (id)',
    both: 'select contact from warehouse.main.left_side union all select contact from warehouse.main.right_side',
    pieces: 'select id, substr(email, 1, 4) as one, substr(email, 5, 4) as two from warehouse.main.raw_user',
    joined: 'select one || two as whole, id from warehouse.main.pieces',
    odd: "select * from read_csv('x.csv')",
    'mart.v2': 'select id from warehouse.main.mart',
  },
  tagged: ['stg.contact'],
};

/** The project of a clinic, in whose source the columns `email` and `is_active` are personal. */
function taggedProject(): Project {
  const project = testProject(clinic);
  const tag = (name: string, meta: Column['meta']): [string, Column] => [
    name,
    { name, description: '', dataType: undefined, tags: ['pii'], meta, location: at('models/sources.yml:1:1') },
  ];
  const columns = new Map([tag('email', { pii_type: 'email' }), tag('is_active', {})]);
  const sources = [...project.sources].map(([uniqueId, source]) => [uniqueId, { ...source, columns }] as const);
  return { ...project, sources: new Map(sources) };
}

async function explained(wanted: string) {
  const project = taggedProject();
  const masks = [{ macro: 'hash_pii', yields: 'pseudonymous' as const }];
  const lineage = await traceProject({ project, sourceColumns: SOURCE_COLUMNS, masks, nonce: 'f00d' });
  return explainColumn(wanted, project, lineage);
}

const cases: readonly { readonly name: string; readonly column: string }[] = [
  { name: 'a value and a condition', column: 'mart.other' },
  { name: 'a masked value', column: 'mart.key' },
  { name: 'a constant', column: 'mart.one' },
  { name: 'a column that two ways lead to', column: 'both.contact' },
  { name: 'pieces of a value that come together in a later model', column: 'joined.whole' },
  { name: 'pieces of a value in several columns', column: 'pieces.one' },
  { name: 'a model that cannot be traced', column: 'odd.x' },
];

test.each(cases)('shows $name', async ({ column }) => {
  const text = renderExplanation(await explained(column), pc.createColors(false));

  await expect(`${text}\n`).toMatchFileSnapshot(`golden/explain/${column}.txt`);
});

test('gives every path, also those that differ only in the models they pass', async () => {
  const explanation = await explained('both.contact');

  expect(
    explanation.status === 'traced' && explanation.paths.map(({ steps }) => steps.map(({ name }) => name)),
  ).toEqual([
    ['stg.contact', 'left_side.contact', 'both.contact'],
    ['stg.contact', 'right_side.contact', 'both.contact'],
  ]);
});

test('says the state and the masks of each step, and which columns are personal', async () => {
  const explanation = await explained('MART.KEY'.toLowerCase());

  expect(explanation).toMatchObject({
    model: 'mart',
    column: 'key',
    status: 'traced',
    paths: [
      {
        source: 'raw.raw_user.email',
        state: 'pseudonymous',
        masks: ['hash_pii'],
        steps: [
          {
            name: 'stg.key',
            state: 'pseudonymous',
            masks: ['hash_pii'],
            location: { file: 'models/stg.sql', line: 1 },
          },
          { name: 'mart.key', state: 'pseudonymous', masks: [] },
        ],
      },
    ],
  });
});

test.each([
  { wanted: 'mrat.contact', says: "'mrat' is no model. Did you mean 'mart'?" },
  { wanted: 'mart.contcat', says: "mart has no column 'contcat'. Did you mean 'contact'?" },
  { wanted: 'mart', says: 'which column of mart?' },
  { wanted: 'raw_user.email', says: "'raw_user' is no model." },
  { wanted: '', says: "'' is no model." },
])("refuses '$wanted'", async ({ wanted, says }) => {
  await expect(explained(wanted)).rejects.toThrow(says);
});

test('a model whose name has a dot is found before one whose name it begins with', async () => {
  expect(await explained('mart.v2.id')).toMatchObject({ model: 'mart.v2', column: 'id' });
});

test('a column is found whatever the case it is written in', async () => {
  expect(await explained('mart.CONTACT')).toMatchObject({ model: 'mart', column: 'contact' });
});
