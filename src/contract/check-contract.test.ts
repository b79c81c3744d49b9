import { expect, test } from 'vitest';
import { SOURCE_COLUMNS, testProject } from '../lineage/testing/project.ts';
import { traceProject } from '../lineage/trace-project.ts';
import type { Column } from '../project/node.ts';
import { checkContract } from './check-contract.ts';
import { CONTRACT } from './testing/built-project.ts';

const PLACE = { file: 'models/schema.yml', line: 1, column: 1 };

/** Tags and meta of columns by `model.column`. */
type Labels = Readonly<Record<string, Partial<Column>>>;

/** Findings as `mart.contact < stg.contact clear, 1 step`. Models whose name begins with `mart` are in the tier `safe`. */
async function findings(models: Readonly<Record<string, string>>, labels: Labels): Promise<readonly string[]> {
  const plain = testProject({ models });
  const nodes = [...plain.nodes.values()].map((node) => ({
    ...node,
    path: `${node.name.startsWith('mart') ? 'marts/safe' : 'staging'}/${node.name}.sql`,
    columns: new Map(
      Object.entries(labels)
        .filter(([name]) => name.startsWith(`${node.name}.`))
        .map(([name, label]): [string, Column] => {
          const column = name.slice(node.name.length + 1);
          const declared = { name: column, description: '', dataType: undefined, tags: [], meta: {}, location: PLACE };
          return [column, { ...declared, ...label }];
        }),
    ),
  }));
  const project = { ...plain, nodes: new Map(nodes.map((node) => [node.uniqueId, node])) };
  const masks = [{ macro: 'hash_pii', yields: 'pseudonymous' as const }];
  const lineage = await traceProject({ project, sourceColumns: SOURCE_COLUMNS, masks, nonce: 'f00d' });
  const result = checkContract({
    project,
    lineage,
    contract: CONTRACT,
    synced: undefined,
    today: '2026-11-25',
    maskFindings: [],
    verified: [],
  });
  // All models of these projects are in one schema, which is a warning of its own: see tier-schemas.test.ts.
  const found = result.findings.filter(({ rule }) => rule !== 'pii-in-schema');
  return found.map((finding) => {
    if (finding.rule !== 'pii-in-tier' && finding.rule !== 'pii-column-name') return finding.rule;
    const { model, column, source, state, steps } = finding;
    return `${model}.${column} < ${source.relation}.${source.column} ${state}, ${steps.length} steps`;
  });
}

const STG = { stg: 'select id, lower(email) as contact from warehouse.main.raw_user' };
const MART = { mart: 'select id, contact as who from warehouse.main.stg' };

const cases: readonly {
  readonly name: string;
  readonly models: Readonly<Record<string, string>>;
  readonly labels: Labels;
  readonly finds: readonly string[];
}[] = [
  { name: 'nothing is tagged', models: { ...STG, ...MART }, labels: {}, finds: [] },
  {
    name: "a model's column is tagged",
    models: { ...STG, ...MART },
    labels: { 'stg.contact': { tags: ['pii'] } },
    finds: ['mart.who < stg.contact clear, 1 steps'],
  },
  {
    name: "a model's column has meta, in other letters",
    models: { ...STG, ...MART },
    labels: { 'stg.CONTACT': { meta: { pii: true } } },
    finds: ['mart.who < stg.contact clear, 1 steps'],
  },
  {
    name: 'a column is described but not personal',
    models: { ...STG, ...MART },
    labels: { 'stg.contact': { meta: { pii: false, owner: 'crm' }, tags: ['nightly'] } },
    finds: [],
  },
  {
    name: 'a tag behind a mask says that the mask was not enough',
    models: { stg: 'select id, mask(email) as contact from warehouse.main.raw_user', ...MART },
    labels: { 'stg.contact': { tags: ['pii'] } },
    finds: ['mart.who < stg.contact clear, 1 steps'],
  },
  {
    name: 'a mask behind a tag is one',
    models: { ...STG, mart: 'select id, mask(contact) as who from warehouse.main.stg' },
    labels: { 'stg.contact': { tags: ['pii'] } },
    finds: [],
  },
  {
    name: 'a condition on a value that is there anyway',
    models: { ...STG, mart: "select case when contact <> 'x' then contact end as who from warehouse.main.stg" },
    labels: { 'stg.contact': { tags: ['pii'] } },
    finds: ['mart.who < stg.contact clear, 1 steps'],
  },
  {
    name: 'a condition on a value of which only a number is left',
    models: { ...STG, mart: "select count(case when contact = 'x' then contact end) as n from warehouse.main.stg" },
    labels: { 'stg.contact': { tags: ['pii'] } },
    finds: ['indirect-flow'],
  },
  {
    name: 'a tag in the mart itself',
    models: { ...STG, ...MART },
    labels: { 'mart.who': { meta: { pii: true } } },
    finds: ['mart.who < mart.who clear, 0 steps'],
  },
];

test.each(cases)('$name', async ({ models, labels, finds }) => {
  expect(await findings(models, labels)).toEqual(finds);
});
