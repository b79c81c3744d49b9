import { expect, test } from 'vitest';
import type { SyncTable } from '../../config/fenceline-config.ts';
import { load, PROJECT } from '../../project/testing/small-project.ts';
import { readMaskKey } from './mask-key.ts';

const TABLE: SyncTable = {
  name: 'user',
  from: { schema: 'public', table: 'user' },
  to: { schema: 'main', table: 'raw_user' },
  exclude: [],
  mask: { email: 'hash' },
  location: { file: 'fenceline.yml', line: 3, column: 5 },
};
const SYNC = {
  fromSources: false,
  drift: { table: 'warn', add: 'warn', drop: 'warn', type: 'warn' },
  tables: [TABLE],
} as const;

const FILES = {
  'dbt_project.yml': `${PROJECT}vars: {salt: a salt in the repository}\n`,
  'models/m.sql': 'select 1 as n',
};

test.each([
  { name: 'no var is named', sync: SYNC, says: 'a mask `hash` needs a key' },
  { name: 'the var is not set', sync: { ...SYNC, maskSecret: 'other' }, says: 'is not set' },
  { name: 'the key is in the repository', sync: { ...SYNC, maskSecret: 'salt' }, says: 'is in the repository' },
  { name: 'the key is short', sync: { ...SYNC, maskSecret: 'short' }, says: 'has fewer than 16 characters' },
])('$name: a mistake', async ({ sync, says }) => {
  const project = await load(FILES, { vars: { short: 'abc' } });
  await expect(readMaskKey(sync, project)).rejects.toThrow(says);
});

test('a key of the command line is taken, and none is read where no mask needs one', async () => {
  const project = await load(FILES, { vars: { key: 'sixteen letters or more' } });
  expect(await readMaskKey({ ...SYNC, maskSecret: 'key' }, project)).toBe('sixteen letters or more');
  const tables = [{ ...TABLE, mask: { email: null } }];
  expect(await readMaskKey({ ...SYNC, tables, maskSecret: 'none' }, project)).toBe(undefined);
});
