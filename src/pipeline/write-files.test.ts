import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EnvironmentError } from '../environment-error.ts';
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
