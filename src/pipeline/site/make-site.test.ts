import { expect, test } from 'vitest';
import { readBaseConfig } from '../../config/load-fenceline-config.ts';
import { checkContract } from '../../contract/check-contract.ts';
import type { UnverifiedMask } from '../../contract/finding.ts';
import { SOURCE_COLUMNS, testProject } from '../../lineage/testing/project.ts';
import { taggedColumns } from '../../lineage/testing/test-nodes.ts';
import { traceProject } from '../../lineage/trace-project.ts';
import { makeReport } from '../../report/make-report.ts';
import type { Site, SiteColumnRef } from '../../site/site.ts';
import { makeSite } from './make-site.ts';

const NOW = new Date('2026-11-25T12:00:00Z');
const CONFIG = `version: 1
contract:
  tiers:
    safe: { path: mart.sql, allow: pseudonymous }
  masks:
    hash_pii: { yields: pseudonymous, secret: pii_salt }
  waivers:
    - { model: mart, column: waived, source: raw.raw_user.email, reason: DPO-112, until: 2026-12-31 }
`;
const MODELS = {
  stg: "select id, email, mask(email) as masked, 'x-secret-x' as note from warehouse.main.raw_user where is_active",
  mart: 'select lower(email) as contact, email as waived, masked, count(*) over () as n from warehouse.main.stg',
  odd: "select * from read_csv('x.csv')",
};

async function siteOf(
  models: Readonly<Record<string, string>>,
  sql: 'with-sql' | 'without-sql',
  maskFindings: readonly UnverifiedMask[] = [],
): Promise<Site> {
  const plain = testProject({ models });
  const marked = ['raw_user.email', 'raw_user.phone'];
  const sources = [...plain.sources].map(
    ([id, source]) => [id, { ...source, columns: taggedColumns(source.name, marked) }] as const,
  );
  const project = { ...plain, sources: new Map(sources), secrets: ['x-secret-x'] };
  const { contract } = readBaseConfig('fenceline.yml', CONFIG);
  const lineage = await traceProject({ project, sourceColumns: SOURCE_COLUMNS, masks: ['hash_pii'], nonce: 'f00d' });
  const decided = checkContract({
    project,
    lineage,
    contract,
    synced: undefined,
    today: '2026-11-25',
    maskFindings,
    verified: [],
  });
  const report = makeReport({ tool: 'fenceline 0.0.0', project, folder: '', contract: decided, stages: [] });
  return makeSite({ project, report, lineage, contract, checkout: { commit: 'abc' }, now: NOW, sql });
}

function named({ nodes }: Site, [node, column]: SiteColumnRef): string {
  return `${nodes[node]?.name}.${nodes[node]?.columns[column]?.name ?? '(rows)'}`;
}

test('a site has each hop with its kind, what is left of the value, and the mask', async () => {
  const site = await siteOf(MODELS, 'with-sql');

  const hops = site.hops.map(({ from, to, kind, state, masks }) =>
    [named(site, from), '→', named(site, to), kind, state, ...(masks ?? [])].join(' '),
  );
  expect(hops).toEqual([
    'raw.raw_user.id → stg.id IDENTITY clear',
    'raw.raw_user.email → stg.email IDENTITY clear',
    'raw.raw_user.email → stg.masked TRANSFORMATION pseudonymous hash_pii',
    'raw.raw_user.is_active → stg.(rows) FILTER clear',
    'stg.email → mart.contact TRANSFORMATION clear',
    'stg.email → mart.waived IDENTITY clear',
    'stg.masked → mart.masked IDENTITY clear',
    'stg.(rows) → mart.n FILTER clear',
    'stg.(rows) → mart.n TRANSFORMATION clear',
    'stg.(rows) → mart.(rows) FILTER clear',
  ]);
});

test('each column says what it holds of a marked column, and each finding where its path passes', async () => {
  const site = await siteOf(MODELS, 'with-sql');

  const held = site.nodes.flatMap(({ name, columns }) =>
    columns.flatMap((column) =>
      (column.holds ?? []).map(({ source, state }) => `${name}.${column.name} ${state} ${named(site, source)}`),
    ),
  );
  expect(held).toEqual([
    'stg.email clear raw.raw_user.email',
    'stg.masked pseudonymous raw.raw_user.email',
    'mart.contact clear raw.raw_user.email',
    'mart.waived clear raw.raw_user.email',
    'mart.masked pseudonymous raw.raw_user.email',
  ]);
  const leak = site.findings.find(({ judgement }) => judgement === 'leak');
  expect(leak).toMatchObject({ rule: 'pii-in-tier', column: 'contact', state: 'clear', piiType: 'pii' });
  expect(leak?.steps.map(({ node, column }) => `${site.nodes[node]?.name}.${column}`)).toEqual([
    'stg.email',
    'mart.contact',
  ]);
});

test('a column that no model reads is there, and a waiver says how many days are left', async () => {
  const site = await siteOf(MODELS, 'with-sql');

  const [user] = site.nodes.filter(({ name }) => name === 'raw.raw_user');
  expect(user?.columns.filter(({ piiType }) => piiType !== undefined).map(({ name }) => name)).toEqual([
    'email',
    'phone',
  ]);
  expect(site.waived).toMatchObject([{ reason: 'DPO-112', until: '2026-12-31', daysLeft: 36 }]);
});

test('a model that cannot be traced says why, and the masks say what they withstood', async () => {
  const site = await siteOf(MODELS, 'with-sql');

  const [odd] = site.nodes.filter(({ name }) => name === 'odd');
  expect(odd).toMatchObject({ status: 'unknown', reason: expect.stringContaining('read_csv') });
  expect(site.masks).toMatchObject([{ name: 'hash_pii', yields: 'pseudonymous', secret: 'pii_salt' }]);
});

test('a mask that failed does not say that it withstood the attacks that were not tried after that', async () => {
  const exposure = { how: 'decoded', leaves: 'clear', share: 1, kinds: ['e-mail'] } as const;
  const location = { file: 'macros/hash_pii.sql', line: 1, column: 1 };
  const site = await siteOf(MODELS, 'with-sql', [
    { rule: 'unverified-mask', severity: 'error', macro: 'hash_pii', yields: 'pseudonymous', location, exposure },
  ]);

  expect(
    site.masks.map(({ result, attacks }) => [result, ...attacks.map(({ name, withstood }) => [name, withstood])]),
  ).toEqual([['failed', ['kept', true], ['decoded', false], ['colliding', true], ['secret', true]]]);
});

test('a secret is in no text of a site, and no template is where none is wanted', async () => {
  const site = await siteOf(MODELS, 'with-sql');
  const bare = await siteOf(MODELS, 'without-sql');

  expect(JSON.stringify(site)).not.toContain('x-secret-x');
  expect(site.nodes.find(({ name }) => name === 'stg')?.sql).toContain("'…' as note");
  expect(bare.nodes.filter(({ sql }) => sql !== undefined)).toEqual([]);
  expect(bare.run.withoutSql).toBe(true);
});
