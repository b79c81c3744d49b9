import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadFencelineConfig } from './load-fenceline-config.ts';
import { openProjectFiles } from './project-files.ts';

let parent: string;
let project: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'fenceline-config-'));
  project = join(parent, 'project');
  for (const folder of ['project/fixtures', 'project/.git', 'project2'])
    await mkdir(join(parent, folder), { recursive: true });
  for (const file of ['project/fixtures/a.sql', 'project/..b.sql', 'project/.git/config', 'project2/a.sql', 'c.sql']) {
    await writeFile(join(parent, file), 'select 1');
  }
  await symlink(join(parent, 'c.sql'), join(project, 'link.sql'));
  await symlink(parent, join(project, 'linked'));
  await symlink(join(project, 'fixtures'), join(project, 'own'));
});
afterAll(() => rm(parent, { recursive: true }));

async function setupOf(file: string): Promise<readonly string[]> {
  await writeFile(
    join(project, 'fenceline.yml'),
    `version: 1\npostgres: { setup: [${JSON.stringify(file)}] }\nsync: { tables: { user: { from: accounts_user } } }\ncontract:\n  tiers: { safe: { path: safe, allow: none } }\n`,
  );
  return loadFencelineConfig({ files: openProjectFiles(project) }).postgres.setup;
}

test.each(['fixtures/a.sql', './fixtures/../fixtures/a.sql', '..b.sql', 'own/a.sql'])(
  '%s is in the project',
  async (file) => {
    expect(await setupOf(file)).toEqual([join(project, file)]);
  },
);

describe('a set-up file is refused that is', () => {
  test.each([
    '../c.sql',
    '../project2/a.sql',
    '/etc/hostname',
    '/proc/self/environ',
    '.git/config',
    'fixtures/../.git/config',
    'link.sql',
    'linked/c.sql',
    'linked/project2/a.sql',
  ])('%s', async (file) => {
    await expect(setupOf(file)).rejects.toThrow(/fenceline\.yml:2:\d+ the set-up file .* is not in the project folder/);
  });
});
