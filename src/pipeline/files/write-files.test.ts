import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EnvironmentError } from '../../environment-error.ts';
import { UserError } from '../../user-error.ts';
import { writeFiles } from './write-files.ts';

test('files are written below the folder, replace old ones, and leave nothing beside them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fenceline-files-'));
  await writeFile(join(folder, 'report.json'), 'old');

  await writeFiles(
    folder,
    new Map([
      ['report.json', 'new'],
      ['compiled/a.sql', 'select 1'],
    ]),
  );

  expect(await readFile(join(folder, 'report.json'), 'utf8')).toBe('new');
  expect((await readdir(folder, { recursive: true })).sort()).toEqual(['compiled', 'compiled/a.sql', 'report.json']);
  await rm(folder, { recursive: true });
});

test('a folder that is a file is an error of the environment, with what to do', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fenceline-files-'));
  await writeFile(join(folder, 'target'), '');

  await expect(writeFiles(join(folder, 'target'), new Map([['report.json', 'new']]))).rejects.toThrow(EnvironmentError);
  await rm(folder, { recursive: true });
});

interface Trap {
  readonly name: string;
  /** Made in the project folder; `outside` is a folder beside it. */
  readonly set: (project: string, outside: string) => Promise<unknown>;
  readonly path?: string;
}

const traps: readonly Trap[] = [
  { name: 'the output folder is a link', set: (project, outside) => symlink(outside, join(project, 'target')) },
  {
    name: 'a folder in it is a link',
    set: async (project, outside) => {
      await mkdir(join(project, 'target'));
      await symlink(outside, join(project, 'target/fenceline'));
    },
  },
  {
    name: 'a folder in it is a link to another one in the project',
    set: async (project) => {
      await mkdir(join(project, '.git/hooks'), { recursive: true });
      await mkdir(join(project, 'target'));
      await symlink(join(project, '.git/hooks'), join(project, 'target/fenceline'));
    },
  },
  {
    name: 'a link is dangling',
    set: (project, outside) => symlink(join(outside, 'new'), join(project, 'target')),
  },
  { name: 'the path leads out', set: async () => undefined, path: '../../outside/report.json' },
  { name: 'the path leads out and in again', set: async () => undefined, path: '../target2/report.json' },
  { name: 'the path leads into .git', set: async () => undefined, path: 'fenceline/.git/report.json' },
];

test.each(traps)('nothing is written where $name', async ({ set, path = 'fenceline/report.json' }) => {
  const folder = await mkdtemp(join(tmpdir(), 'fenceline-files-'));
  const [project, outside] = [join(folder, 'project'), join(folder, 'outside')];
  for (const each of [project, outside]) await mkdir(each);
  await set(project, outside);

  await expect(writeFiles(join(project, 'target'), new Map([[path, 'new']]))).rejects.toThrow(UserError);
  expect(await readdir(outside)).toEqual([]);
  const written = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('report.json'));
  expect(written).toEqual([]);
  await rm(folder, { recursive: true });
});

test.each(['report.json', 'report.json.new'])(
  'a link in the place of %s goes, and what it leads to stays',
  async (name) => {
    const folder = await mkdtemp(join(tmpdir(), 'fenceline-files-'));
    await mkdir(join(folder, 'target'));
    await writeFile(join(folder, 'precious'), 'old');
    await symlink(join(folder, 'precious'), join(folder, 'target', name));

    await writeFiles(join(folder, 'target'), new Map([['report.json', 'new']]));

    expect(await readFile(join(folder, 'precious'), 'utf8')).toBe('old');
    expect(await readFile(join(folder, 'target/report.json'), 'utf8')).toBe('new');
    await rm(folder, { recursive: true });
  },
);
