import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { repositoryFolder } from './repository-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fenceline-folder-'));
  await mkdir(join(folder, 'data/clinic'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

test('a project in the middle of a repository has a folder', async () => {
  await mkdir(join(folder, '.git'));

  expect(repositoryFolder(join(folder, 'data/clinic'))).toBe('data/clinic');
});

test('the root of a repository has none, also that of a worktree, where .git is a file', async () => {
  await writeFile(join(folder, 'data/.git'), 'gitdir: elsewhere');

  expect(repositoryFolder(join(folder, 'data'))).toBe('');
  expect(repositoryFolder(join(folder, 'data/clinic'))).toBe('clinic');
});

test('outside of any repository there is none', () => {
  expect(repositoryFolder(join(folder, 'data/clinic'))).toBe('');
});
