import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadFencelineConfig } from './load-fenceline-config.ts';
import { openProjectFiles } from './project-files.ts';

async function verifyOf(written: string) {
  const folder = await mkdtemp(join(tmpdir(), 'fenceline-config-'));
  try {
    await writeFile(
      join(folder, 'fenceline.yml'),
      `version: 1\nsync: { tables: { user: { from: accounts_user } } }\ncontract:\n  tiers: { safe: { path: safe, allow: none } }\n${written}`,
    );
    return loadFencelineConfig({ files: openProjectFiles(folder) }).contract.verify;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const cases = [
  { name: 'values are looked for unless it says not to', written: '', verify: { values: true } },
  {
    name: 'a smallest group adds to that',
    written: '  verify: { min_group_size: 5 }',
    verify: { values: true, minGroupSize: 5 },
  },
  {
    name: 'a budget bounds the search',
    written: '  verify: { rows: 5000, cells: 6000 }',
    verify: { values: true, rows: 5000, cells: 6000 },
  },
  {
    name: 'a group that is too small may be a warning',
    written: '  verify: { min_group_size: 5, small_groups: warn }',
    verify: { values: true, minGroupSize: 5, smallGroups: 'warn' },
  },
  { name: 'values are left alone when it says so', written: '  verify: { values: false }', verify: { values: false } },
];

test.each(cases)('$name', async ({ written, verify }) => {
  expect(await verifyOf(written)).toEqual({ minGroupSize: undefined, smallGroups: 'error', ...verify });
});

const mistakes = [
  { name: 'a group of one is no group', written: '  verify: { min_group_size: 1 }', place: 'fenceline.yml:5:' },
  { name: 'no group is too small to be told', written: '  verify: { small_groups: allow }', place: 'fenceline.yml:5:' },
  { name: 'a mistyped key is no silent default', written: '  verify: { min_group: 5 }', place: 'fenceline.yml:5:' },
];

test.each(mistakes)('$name', async ({ written, place }) => {
  await expect(verifyOf(written)).rejects.toThrow(place);
});
