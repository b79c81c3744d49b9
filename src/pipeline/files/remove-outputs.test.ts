import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeOutputs } from './remove-outputs.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fenceline-outputs-'));
});
afterEach(() => rm(directory, { recursive: true }));

test('the report of an earlier run and what was rendered from it go, and nothing else', async () => {
  const folder = join(directory, 'target/fenceline');
  await mkdir(folder, { recursive: true });
  const names = ['report.json', 'results.sarif', 'comment.md', 'junit.xml', 'lineage.mmd', 'lineage.json', 'notes.txt'];
  for (const name of names) await writeFile(join(folder, name), name);

  await removeOutputs(directory);

  expect(names.filter((name) => existsSync(join(folder, name)))).toEqual(['notes.txt']);
});

test('a link to another folder is left alone, and a project without outputs is fine', async () => {
  await removeOutputs(directory);
  const elsewhere = join(directory, 'elsewhere');
  await mkdir(elsewhere);
  await writeFile(join(elsewhere, 'report.json'), '{}');
  await mkdir(join(directory, 'target'));
  await symlink(elsewhere, join(directory, 'target/fenceline'));

  await removeOutputs(directory);

  expect(existsSync(join(elsewhere, 'report.json'))).toBe(true);
});
