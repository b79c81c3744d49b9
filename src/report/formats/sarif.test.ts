import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Finding } from '../../contract/finding.ts';
import type { Report } from '../report.ts';
import { BROKEN, FAILING, FINDINGS, PASSING, STAGED } from '../testing/sample-report.ts';
import { renderSarif } from './sarif.ts';

function fingerprints(findings: readonly Finding[]): readonly string[] {
  const log = renderSarif({ ...PASSING, findings });
  return [...log.matchAll(/"primaryLocationLineHash": "([^"]*)"/g)].map(([, hash = '']) => hash);
}

const leak = FINDINGS['pii-in-tier'];
const moved: Finding = {
  ...leak,
  location: { ...leak.location, line: 99, column: 1 },
  steps: leak.steps.map((step) => ({ ...step, location: { ...step.location, line: 7 }, expression: 'other' })),
};

test('a finding keeps its fingerprint when lines move', () => {
  expect(fingerprints([moved])).toEqual(fingerprints([leak]));
});

test.each<{ readonly name: string; readonly other: Finding }>([
  { name: 'another column', other: { ...leak, column: 'email' } },
  { name: 'another model', other: { ...leak, model: 'mart_other' } },
  { name: 'another source', other: { ...leak, source: { ...leak.source, column: 'phone' } } },
  { name: 'another file', other: { ...leak, location: { ...leak.location, file: 'models/other.sql' } } },
  { name: 'another rule', other: FINDINGS['unknown-flow'] },
])('$name has another fingerprint', ({ other }) => {
  expect(fingerprints([other])).not.toEqual(fingerprints([leak]));
});

test('findings that are the same in all names are numbered', () => {
  const group = FINDINGS['small-group'];
  const [first = '', second = ''] = fingerprints([group, { ...group, location: { ...group.location, line: 99 } }]);

  expect([first.split(':')[1], second.split(':')[1]]).toEqual(['1', '2']);
  expect(first.split(':')[0]).toBe(second.split(':')[0]);
});

test('files are below the folder of the repository', () => {
  const log = renderSarif({ ...BROKEN, findings: [leak] });

  expect(log).toContain('"uri": "data/clinic%20warehouse/models/marts/safe/mart_activity.sql"');
});

test('every rule that is found is described, at an address that is there', () => {
  const log = renderSarif(FAILING);
  const page = readFileSync(join(import.meta.dirname, '../../../docs/rules.md'), 'utf8');
  const described = [...log.matchAll(/"id": "([a-z-]+)"/g)].map(([, id]) => id);
  const addresses = [...log.matchAll(/"helpUri": "[^"]*\/docs\/rules.md#([a-z-]+)"/g)].map(([, anchor]) => anchor);
  const headings = [...page.matchAll(/^## ([a-z-]+)$/gm)].map(([, heading]) => heading);

  expect(described.sort()).toEqual(Object.keys(FINDINGS).sort());
  expect(addresses.sort()).toEqual(described);
  expect(headings.sort()).toEqual(described);
});

function runOf(report: Report) {
  return JSON.parse(renderSarif(report)).runs[0];
}

test('a result has its end, its state since the base, and a proven change to apply', () => {
  const report: Report = { ...PASSING, folder: 'data', findings: [{ ...leak, isNew: true }] };
  const [result] = runOf({ ...report, findings: [{ ...leak, isNew: true, location: STAGED.location }] }).results;

  expect(result).toMatchObject({
    baselineState: 'new',
    locations: [{ physicalLocation: { region: { startLine: 4, startColumn: 5, endLine: 4, endColumn: 17 } } }],
    fixes: [
      {
        artifactChanges: [
          {
            artifactLocation: { uri: 'data/models/staging/stg_users.sql' },
            replacements: [
              {
                deletedRegion: { startLine: 4, startColumn: 5, endLine: 4, endColumn: 28 },
                insertedContent: { text: "{{ hash_pii('lower(email)') }} as contact" },
              },
            ],
          },
        ],
      },
    ],
  });
  expect(runOf({ ...report, findings: [{ ...leak, isNew: false }] }).results[0].baselineState).toBe('unchanged');
});

test('a path begins where YAML says that the column is personal', () => {
  const [{ codeFlows }] = runOf({ ...PASSING, findings: [leak] }).results;
  const places = codeFlows[0].threadFlows[0].locations.map(
    ({ location }: { location: { physicalLocation: { artifactLocation: { uri: string } } } }) =>
      location.physicalLocation.artifactLocation.uri,
  );

  expect(places).toEqual([
    'models/staging/_sources.yml',
    'models/staging/stg_users.sql',
    'models/marts/safe/mart_activity.sql',
  ]);
});

test('each project of a repository is a category of its own', () => {
  expect(runOf({ ...PASSING, folder: 'data/my clinic' }).automationDetails.id).toBe('fenceline/data/my%20clinic/');
  expect(runOf(PASSING).automationDetails.id).toBe('fenceline/clinic/');
});

test('no more results than GitHub takes', () => {
  const many: Report = { ...PASSING, findings: Array.from({ length: 25_001 }, () => FINDINGS['small-group']) };

  expect(renderSarif(many).match(/"ruleId"/g)?.length).toBe(25_000);
});
