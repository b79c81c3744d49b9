import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { WaiverConfig } from './fenceline-config.ts';
import { loadFencelineConfig } from './load-fenceline-config.ts';
import { openProjectFiles } from './project-files.ts';

function waiversOf(written: string): readonly WaiverConfig[] {
  const folder = mkdtempSync(join(tmpdir(), 'fenceline-config-'));
  try {
    writeFileSync(
      join(folder, 'fenceline.yml'),
      `version: 1
sync: { tables: { user: { from: accounts_user } } }
contract:
  tiers: { safe: { path: safe, allow: none } }
  waivers:
    - { model: m, column: c, source: raw.raw_user.email${written} }
`,
    );
    return loadFencelineConfig({ files: openProjectFiles(folder) }).contract.waivers;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const dates = [
  { name: 'a date as people write it', written: 'until: 2027-03-31' },
  { name: 'a date in quotes', written: 'until: "2027-03-31"' },
];

test.each(dates)('a waiver ends on $name', ({ written }) => {
  expect(waiversOf(`, reason: DPO-112, ${written}`)).toMatchObject([{ reason: 'DPO-112', until: '2027-03-31' }]);
});

const mistakes = [
  { name: 'no reason', written: ', until: 2027-03-31', says: "fenceline.yml:6:7 contract.waivers[0] has no 'reason'" },
  { name: 'an empty reason', written: ', reason: "", until: 2027-03-31', says: 'contract.waivers[0].reason' },
  { name: 'a reason of spaces', written: ', reason: "  ", until: 2027-03-31', says: 'contract.waivers[0].reason' },
  { name: 'no end', written: ', reason: DPO-112', says: "contract.waivers[0] has no 'until'" },
  { name: 'an end that is no date', written: ', reason: DPO-112, until: soon', says: 'contract.waivers[0].until' },
  {
    name: 'a day that no month has',
    written: ', reason: DPO-112, until: "2027-02-30"',
    says: "fenceline.yml:6:7 the waiver ends on '2027-02-30', which is no day",
  },
  {
    name: 'a time of day',
    written: ', reason: DPO-112, until: 2027-03-31T12:00:00Z',
    says: 'contract.waivers[0].until',
  },
];

test.each(mistakes)('a waiver with $name is a mistake', ({ written, says }) => {
  expect(() => waiversOf(written)).toThrow(says);
});
