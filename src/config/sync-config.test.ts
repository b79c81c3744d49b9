import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SyncTable } from './fenceline-config.ts';
import { loadFencelineConfig } from './load-fenceline-config.ts';
import { openProjectFiles } from './project-files.ts';

function tableOf(written: string): SyncTable | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'fenceline-config-'));
  try {
    const text = `version: 1\nsync: { tables: { user: { from: users, ${written} } } }\ncontract: { tiers: { safe: { path: safe, allow: none } } }\n`;
    writeFileSync(join(folder, 'fenceline.yml'), text);
    return loadFencelineConfig({ files: openProjectFiles(folder) }).sync.tables[0];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each([
  {
    written: 'mode: incremental, cursor: at, key: id',
    is: { incremental: { cursor: 'at', key: ['id'], deletes: false } },
  },
  {
    written: 'mode: incremental, cursor: n, key: [id, part], overlap: 5, deletes: true',
    is: { incremental: { cursor: 'n', key: ['id', 'part'], overlap: '5', deletes: true } },
  },
  { written: 'mode: full, where: id < 3', is: { where: 'id < 3' } },
  { written: 'sample: { percent: 2.5 }', is: { sample: { kind: 'percent', percent: 2.5, seed: 0 } } },
  { written: 'sample: { rows: 10, seed: 3 }', is: { sample: { kind: 'rows', rows: 10, seed: 3 } } },
  { written: 'columns: declared', is: { onlyDeclared: true } },
  { written: 'columns: [declared]', is: { columns: ['declared'] } },
  { written: 'mask: { email: hash, phone: null }', is: { mask: { email: 'hash', phone: null } } },
])('a table of fenceline.yml: $written', ({ written, is }) => {
  expect(tableOf(written)).toMatchObject(is);
});

test.each([
  { written: 'mode: incremental, cursor: at', says: 'sync.tables.user is incremental, and has no cursor or no key' },
  { written: 'cursor: at, key: id', says: 'has settings of an incremental copy, and is not incremental' },
  { written: 'mode: incremental, cursor: at, key: id, overlap: 1 fortnight', says: 'sync.tables.user.overlap' },
  { written: 'sample: { rows: 10, percent: 3 }', says: 'sync.tables.user.sample has not one of rows and percent' },
  { written: 'sample: { seed: 3 }', says: 'sync.tables.user.sample has not one of rows and percent' },
  { written: 'columns: some', says: 'sync.tables.user.columns' },
  { written: 'mask: { email: rot13 }', says: 'sync.tables.user.mask.email must be hash, domain, year' },
])('a mistake in a table of fenceline.yml: $written', ({ written, says }) => {
  expect(() => tableOf(written)).toThrow(says);
});
