import { expect, test } from 'vitest';
import type { ContractConfig } from '../config/fenceline-config.ts';
import { lineageJson } from '../lineage/formats/lineage-json.ts';
import { openLineageEvents } from '../lineage/formats/openlineage.ts';
import { SOURCE_COLUMNS, testProject } from '../lineage/testing/project.ts';
import { traceProject } from '../lineage/trace-project.ts';
import { formatLocation } from '../location.ts';
import { explainColumn } from '../pipeline/tasks/explain-column.ts';
import type { Source } from '../project/node.ts';
import { findingText, pathOf } from '../report/words/finding-text.ts';
import { checkContract } from './check-contract.ts';
import type { Finding } from './finding.ts';
import { findingKey } from './finding-key.ts';
import { readableTrace } from './hidden-names.ts';
import { CONTRACT } from './testing/built-project.ts';

const PLACE = { file: 'models/sources.yml', line: 1, column: 1 };

/** Models whose name begins with `mart` are in the tier `safe`, and `email` and `phone` of `raw_user` are personal. */
function personalProject(models: Readonly<Record<string, string>>, tagged: readonly string[]) {
  const plain = testProject({ models, tagged });
  const nodes = [...plain.nodes.values()].map((node) => ({
    ...node,
    path: `${node.name.startsWith('mart') ? 'marts/safe' : 'staging'}/${node.name}.sql`,
  }));
  const column = (name: string) =>
    [name, { name, description: '', dataType: undefined, tags: ['pii'], meta: {}, location: PLACE }] as const;
  const sources = [...plain.sources].map(([id, source]): [string, Source] => [
    id,
    source.name === 'raw_user' ? { ...source, columns: new Map([column('email'), column('phone')]) } : source,
  ]);
  return { ...plain, sources: new Map(sources), nodes: new Map(nodes.map((node) => [node.uniqueId, node])) };
}

async function check(
  models: Readonly<Record<string, string>>,
  contract: Partial<ContractConfig> = {},
  tagged: readonly string[] = [],
) {
  const project = personalProject(models, tagged);
  const masks = [{ macro: 'hash_pii', yields: 'pseudonymous' as const }];
  const traced = await traceProject({ project, sourceColumns: SOURCE_COLUMNS, masks, nonce: 'f00d' });
  const result = checkContract({
    project,
    lineage: traced,
    contract: { ...CONTRACT, ...contract },
    synced: undefined,
    today: '2026-11-25',
    maskFindings: [],
    verified: [],
  });
  // All models of these projects are in one schema, which is a warning of its own: see tier-schemas.test.ts.
  const findings = result.findings.filter(({ rule }) => rule !== 'pii-in-schema');
  return { project, traced, ...result, findings };
}

function spell(finding: Finding): string {
  if (finding.rule !== 'pii-column-name') return `${finding.rule}${'column' in finding ? ` ${finding.column}` : ''}`;
  const { rule, model, source, state, location } = finding;
  return `${rule} ${model} < ${source.column} ${state} at ${formatLocation(location)}`;
}

const USERS = 'warehouse.main.raw_user';
const PIVOT = `pivot ${USERS} on email in ('ann@clinic.test', 'bob') using count(*) group by org_id`;
const NAMED = 'pii-column-name mart < email clear at models/mart.sql:1:1';
const CONDITIONS = ['indirect-flow (column 2)', 'indirect-flow (column 3)'];

const cases: readonly {
  readonly name: string;
  readonly models: Readonly<Record<string, string>>;
  readonly finds: readonly string[];
}[] = [
  { name: 'a PIVOT on a personal column', models: { mart: PIVOT }, finds: [NAMED, ...CONDITIONS] },
  {
    name: 'one whose values depend on the data, which is unknown besides',
    models: { mart: `pivot ${USERS} on lower(email) using count(*)` },
    finds: [NAMED, 'unknown-flow'],
  },
  {
    name: 'one on a masked column is what the tier allows',
    models: { mart: `pivot (select org_id, mask(email) as e from ${USERS}) on e in ('9f86') using count(*)` },
    finds: [],
  },
  {
    name: 'one on another column',
    models: { mart: `pivot (select id, age, org_id from ${USERS}) on org_id in (1, 2) using count(*)` },
    finds: [],
  },
  {
    name: 'one in a model of no tier',
    models: { stg: PIVOT, other: 'select 1 as x' },
    finds: [],
  },
  {
    name: 'a model that reads one',
    models: { stg: PIVOT, mart: 'select * from warehouse.main.stg' },
    finds: [NAMED, ...CONDITIONS],
  },
  {
    name: 'a model that reads its groups alone',
    models: { stg: PIVOT, mart: 'select org_id from warehouse.main.stg' },
    finds: [],
  },
  {
    name: 'a model of values that were names',
    models: {
      stg: PIVOT,
      long: 'select k from (unpivot warehouse.main.stg on columns(* exclude org_id) into name k value v)',
      mart: 'select upper(k) as key from warehouse.main.long',
    },
    finds: [NAMED, 'indirect-flow undefined'],
  },
];

test.each(cases)('$name', async ({ models, finds }) => {
  const { findings } = await check(models);

  expect(findings.filter(({ severity }) => severity === 'error').map(spell)).toEqual(finds);
});

test('the whole path is told, and neither a value nor a name that is one, in any output', async () => {
  const models = {
    stg: `select id, lower(email) as contact, phone, org_id from ${USERS}`,
    wide: "pivot warehouse.main.stg on contact in ('ann@clinic.test', 'bob') using any_value(phone) group by org_id",
    mart: 'select *, upper("ann@clinic.test") as loud, bob as second from warehouse.main.wide',
    mart_last: 'select "ann@clinic.test" as first from warehouse.main.mart',
  };
  const { findings, project, traced, pii } = await check(models);
  const named = findings.filter(({ rule }) => rule === 'pii-column-name');
  const readable = readableTrace(traced, project);
  const exposed = [
    JSON.stringify([findings, findings.map(findingKey), pii]),
    JSON.stringify(findings.map((finding) => [findingText(finding), pathOf(finding)])),
    JSON.stringify(lineageJson(project, readable, {})),
    openLineageEvents({ project, lineage: readable, version: '1', time: new Date(0) }),
    JSON.stringify(explainColumn('mart.loud', project, traced)),
    JSON.stringify(explainColumn('mart.(column 2)', project, traced)),
  ];

  expect(named.map((finding) => pathOf(finding).map(({ name, how }) => [name, how?.expression, how?.place]))).toEqual([
    [
      ['raw.raw_user.email', undefined, undefined],
      ['stg.contact', 'lower(email)', 'models/stg.sql:1:12'],
      ['wide (column names)', 'PIVOT ON contact', 'models/wide.sql:1:1'],
      ['mart (column names)', '*', 'models/mart.sql:1:1'],
    ],
  ]);
  expect(findings.map(spell)).toContain('pii-in-tier (column 2)');
  expect(pii.nodes.find(({ name }) => name === 'mart')).toMatchObject({
    leaks: true,
    columns: expect.arrayContaining([{ name: 'column names', state: 'clear', leaks: true }]),
  });
  for (const text of exposed) expect(text).not.toMatch(/ann@clinic|bob/i);
});

test('a column that is tagged by such a name is still found by it', async () => {
  const stg = `pivot (select is_active, org_id from ${USERS}) on is_active in ('yes', 'no') using max(org_id)`;
  const named = `pivot (select phone, org_id from ${USERS}) on phone in ('yes', 'no') using max(org_id)`;
  const mart = 'select yes as answer from warehouse.main.stg';

  for (const models of [
    { stg, mart },
    { stg: named, mart },
  ]) {
    const { findings } = await check(models, {}, ['stg.yes']);
    expect(findings.map(spell)).toContain('pii-in-tier answer');
  }
});

test('a waiver for * accepts the names', async () => {
  const waiver = {
    model: 'mart',
    column: '*',
    source: 'raw.raw_user.email',
    reason: 'DPO-112',
    until: '2027-01-01',
    location: { file: 'fenceline.yml', line: 24, column: 7 },
  };
  const { findings, waived } = await check({ mart: PIVOT }, { waivers: [waiver] });

  expect(waived.map(({ finding }) => spell(finding))).toEqual([NAMED]);
  expect(findings.filter(({ severity }) => severity === 'error').map(spell)).toEqual(CONDITIONS);
});

test('no event says a name that has become a part of a type', async () => {
  const { project, traced } = await check({
    wide: "pivot warehouse.main.raw_user on email in ('ann@x') using count(*)",
    mart: 'select wide as row from warehouse.main.wide',
    deep: 'select [row] as rows from warehouse.main.mart',
  });

  const lineage = readableTrace(traced, project);
  const events = openLineageEvents({ project, lineage, version: '1', time: new Date(0) });

  expect(events).toContain('STRUCT(…)[]');
  expect(events).not.toContain('ann@x');
});
