import { expect, test } from 'vitest';
import type { ContractConfig } from '../../config/fenceline-config.ts';
import { sourceColumns } from '../../lineage/shadow/source-columns.ts';
import { traceProject } from '../../lineage/trace-project.ts';
import { findingText } from '../../report/words/finding-text.ts';
import { sql } from '../../sql.ts';
import { checkContract } from '../check-contract.ts';
import { type BuiltProject, buildProject } from '../testing/built-project.ts';
import { verifyData } from './verify-data.ts';

const CANARY = /pii\d+[a-z]/i;

const SOURCES = {
  raw_user: `select i as id, 'pii' || i || 'e@host.example' as email, 'Pii' || i || 'f' as first_name, i % 40 as org_id
    from range(200) t(i)`,
  raw_log: `select i as id, 'pii' || i || 'c@host.example' as contact from range(200) t(i)`,
};
const TAGGED = ['raw_user.email', 'raw_user.first_name'];
const LEAKY = {
  mart: `select org_id, max(email) as contact, 'Dear ' || min(first_name) as greeting, count(*) as people
    from raw_user group by org_id`,
};

async function trace({ project, warehouse }: BuiltProject) {
  return traceProject({
    project,
    sourceColumns: await sourceColumns(project, warehouse),
    masks: ['hash_pii'],
    nonce: 'n0nce',
  });
}

async function verify(
  built: BuiltProject,
  contract: Partial<ContractConfig> = {},
  signal = new AbortController().signal,
) {
  return verifyData({
    ...built,
    contract: { ...built.contract, ...contract },
    lineage: await trace(built),
    builtTexts: new Map(),
    adapter: { query: refuse, relationType: refuse, columns: refuse },
    signal,
  });
}

function refuse(): never {
  throw new Error('internal: nothing here asks the warehouse through a template');
}

test('each rule is found, in names and counts alone', async () => {
  await using built = await buildProject({ sources: SOURCES, tagged: TAGGED, models: LEAKY });

  const findings = await verify(built);

  const texts = findings.map((finding) => Object.values(findingText(finding)));
  expect(texts).toEqual([
    [
      'mart.contact holds values of raw.raw_user.email (email) in 40 rows; tier safe allows pseudonymous',
      'find where they come from (fenceline explain mart.contact) and mask or tag that column, or waive mart.contact for raw.raw_user.email if it is coincidence',
    ],
    [
      'mart.greeting holds values of raw.raw_user.first_name (first_name) in 40 rows; tier safe allows pseudonymous',
      'find where they come from (fenceline explain mart.greeting) and mask or tag that column, or waive mart.greeting for raw.raw_user.first_name if it is coincidence',
    ],
    [
      'raw.raw_log.contact looks like e-mail addresses, but is not tagged as personal',
      'write below its columns: - { name: contact, meta: { pii: true, pii_type: email }, tags: [pii] }; with meta: { pii: false } if it is not personal',
    ],
  ]);
  expect(JSON.stringify([findings, texts])).not.toMatch(CANARY);
});

test('a small number of rows stays unsaid', async () => {
  await using built = await buildProject({
    sources: SOURCES,
    tagged: TAGGED,
    models: { mart: `select id, case when id < 7 then email end as contact from raw_user` },
  });

  const [leak] = await verify(built, { verify: { values: true, minGroupSize: 10, smallGroups: 'error' } });

  expect(leak).toMatchObject({ rule: 'value-leak', rows: { below: 10 } });
  expect(leak && findingText(leak).problem).toContain('in fewer than 10 rows');
});

test('nothing is looked at where fenceline.yml says so', async () => {
  await using built = await buildProject({ sources: SOURCES, tagged: TAGGED, models: LEAKY });

  expect(await verify(built, { verify: { values: false, minGroupSize: undefined, smallGroups: 'error' } })).toEqual([]);
});

test('only the smallest group may be asked for', async () => {
  await using built = await buildProject({ sources: SOURCES, tagged: TAGGED, models: LEAKY });

  expect(await verify(built, { verify: { values: false, minGroupSize: 6, smallGroups: 'error' } })).toMatchObject([
    { rule: 'small-group', model: 'mart', column: undefined, minimum: 6, groups: { exactly: 40 } },
  ]);
});

test('a view that fails over its rows is a finding, without the words of the engine', async () => {
  await using built = await buildProject({
    sources: SOURCES,
    tagged: TAGGED,
    models: { mart: 'select cast(email as integer) as number from raw_user' },
    materialized: { mart: 'view' },
  });

  const findings = (await verify(built)).filter(({ rule }) => rule !== 'untagged-pii');

  expect(findings).toMatchObject([
    { rule: 'unknown-flow', severity: 'error', reason: 'its rows cannot be read (conversion error)' },
  ]);
  expect(JSON.stringify(findings)).not.toMatch(CANARY);
});

test('temporary tables are gone with the session, and the warehouse is as it was', async () => {
  await using built = await buildProject({ sources: SOURCES, tagged: TAGGED, models: LEAKY });
  await verify(built);

  const tables = await built.warehouse.rows(sql`select table_name from duckdb_tables() order by table_name`);

  expect(tables.map(({ table_name }) => table_name)).toEqual(['mart', 'raw_log', 'raw_user']);
});

test('an abort stops it', async () => {
  await using built = await buildProject({ sources: SOURCES, tagged: TAGGED, models: LEAKY });
  const stopped = new AbortController();
  const running = verify(built, {}, stopped.signal);
  stopped.abort(new Error('stopped'));

  await expect(running).rejects.toThrow('stopped');
});

test('what is verified is judged with the rest of the contract: waivers cover it, errors come first', async () => {
  await using built = await buildProject({
    sources: SOURCES,
    tagged: TAGGED,
    models: { mart: 'select mask(email) as contact, mask(first_name) as greeting from raw_user' },
    instead: { mart: 'select email as contact, first_name as greeting from raw_user' },
  });
  const location = { file: 'fenceline.yml', line: 1, column: 1 };
  const waiver = { model: 'mart', reason: 'DPO-1', until: '2026-12-31', location };

  const { findings, waived } = checkContract({
    project: built.project,
    lineage: await trace(built),
    contract: {
      ...built.contract,
      waivers: [{ ...waiver, column: 'Contact', source: 'raw.raw_user.email' }],
    },
    synced: [],
    today: '2026-06-01',
    maskFindings: [],
    verified: await verify(built),
  });

  expect(findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual([
    'error value-leak',
    'warning pii-in-schema',
    'warning untagged-pii',
  ]);
  expect(waived.map(({ finding }) => finding.rule)).toEqual(['value-leak']);
});
