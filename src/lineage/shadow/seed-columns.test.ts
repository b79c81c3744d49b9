import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Seed } from '../../project/node.ts';
import { testProject } from '../testing/project.ts';
import { seedColumns } from './seed-columns.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "fenceline's-"));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

async function seedOf(text: string, types: Readonly<Record<string, string>> = {}): Promise<Seed> {
  const [seed] = [...testProject({ models: {}, seeds: ['region'] }).nodes.values()];
  if (seed?.resourceType !== 'seed') throw new Error('no seed');
  await writeFile(join(directory, 'region.csv'), text);
  return {
    ...seed,
    originalFilePath: 'region.csv',
    config: { ...seed.config, other: { column_types: types } },
  };
}

test('a CSV file gives the columns of its seed', async () => {
  const columns = await seedColumns([await seedOf('id,Name,since\n1,North,2024-01-31\n')], directory);

  expect(columns.get('seed.app.region')).toEqual([
    { name: 'id', type: 'BIGINT' },
    { name: 'Name', type: 'VARCHAR' },
    { name: 'since', type: 'DATE' },
  ]);
});

test('declared types count before what the file looks like', async () => {
  const columns = await seedColumns([await seedOf('id,zip\n1,8001\n', { ZIP: 'varchar' })], directory);

  expect(columns.get('seed.app.region')?.[1]).toEqual({ name: 'zip', type: 'varchar' });
});

test('a file that is not there gives none', async () => {
  const seed = await seedOf('id\n');

  expect([...(await seedColumns([{ ...seed, originalFilePath: 'gone.csv' }], directory)).keys()]).toEqual([]);
});
