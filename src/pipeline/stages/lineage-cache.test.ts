import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lineageCacheFile } from './lineage-cache.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fenceline-'));
});
afterEach(() => rm(folder, { recursive: true }));

const project = { name: 'shop', directory: '/projects/shop' };

test('traces are kept in the cache folder of the user', () => {
  expect(lineageCacheFile(project, { FENCELINE_CACHE: folder })).toBeDefined();
});

test.each([
  { name: 'on a runner', environment: { GITHUB_ACTIONS: 'true' } },
  { name: 'on any other CI machine', environment: { CI: '1' } },
  { name: 'below the project', environment: { FENCELINE_CACHE: '/projects/shop/target' } },
])('there are none $name, where a pull request could have written them', ({ environment }) => {
  expect(lineageCacheFile(project, { FENCELINE_CACHE: folder, ...environment })).toBeUndefined();
});
