import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FencelineConfig, SyncTable } from './fenceline-config.ts';
import { loadFencelineConfig } from './load-fenceline-config.ts';
import { openProjectFiles } from './project-files.ts';

function configOf(text: string): FencelineConfig {
  const folder = mkdtempSync(join(tmpdir(), 'fenceline-config-'));
  try {
    writeFileSync(
      join(folder, 'fenceline.yml'),
      `version: 1\n${text}\ncontract: { tiers: { safe: { path: safe, allow: none } } }\n`,
    );
    return loadFencelineConfig({ files: openProjectFiles(folder) });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function tableOf(written: string): SyncTable | undefined {
  return configOf(`sync: { tables: { user: { from: users, ${written} } } }`).sync.tables[0];
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

// biome-ignore lint/suspicious/noTemplateCurlyInString: fenceline.yml writes variables like this
const TWO = 'postgres: { url: "${DATABASE_URL}", crm: { url: "${CRM_URL}" }, old-crm: { version: 15 } }';

test('further databases stand under their names beside the settings of the one without a name', () => {
  const { postgres, databases, sync } = configOf(
    `${TWO}\nsync: { tables: { user: { from: users, database: crm }, log: { from: app.log } } }`,
  );

  // biome-ignore lint/suspicious/noTemplateCurlyInString: fenceline.yml writes variables like this
  expect(postgres.url).toMatchObject({ text: '${DATABASE_URL}', location: { line: 2 } });
  expect([...databases].map(([name, { version, url }]) => [name, version, url])).toEqual([
    // biome-ignore lint/suspicious/noTemplateCurlyInString: fenceline.yml writes variables like this
    ['crm', undefined, expect.objectContaining({ text: '${CRM_URL}' })],
    ['old-crm', 15, undefined],
  ]);
  expect(sync.tables.map(({ from }) => from)).toEqual([
    { database: 'crm', schema: 'public', table: 'users' },
    { schema: 'app', table: 'log' },
  ]);
});

test.each([
  {
    written: 'from: public.*, except: [log, django_*], exclude: [ssn]',
    is: {
      from: { schema: 'public', table: '*' },
      to: { table: 'raw_*' },
      except: ['log', 'django_*'],
      exclude: ['ssn'],
    },
  },
  {
    written: 'from: crm.event_*, to: lake.*, columns: declared',
    is: { from: { schema: 'crm', table: 'event_*' }, to: { schema: 'lake', table: '*' }, onlyDeclared: true },
  },
])('a pattern of fenceline.yml: $written', ({ written, is }) => {
  const { sync } = configOf(`sync: { tables: { all: { ${written} } } }`);
  expect(sync.tables).toEqual([]);
  expect(sync.patterns).toMatchObject([{ name: 'all', ...is }]);
});

test.each([
  { text: `${TWO}\nsync: { tables: { a: { from: a, database: cmr } } }`, says: 'is of the database cmr, which is not' },
  { text: 'sync: { tables: { a: { from: "*.a" } } }', says: 'sync.tables.a has a * in the name of the schema' },
  {
    text: 'sync: { tables: { a: { from: "a.*", where: id < 3, columns: [b] } } }',
    says: 'sync.tables.a is a pattern, and cannot have where, a list of columns',
  },
  { text: 'sync: { tables: { a: { from: "a.*", to: b } } }', says: 'is a pattern, and `to` has no * for the name' },
  { text: 'sync: { tables: { a: { from: a, except: [b] } } }', says: 'sync.tables.a is one table, and has `except`' },
  { text: 'sync: { tables: { a: { from: "pg_catalog.*" } } }', says: "pg_catalog.* is one of Postgres's own catalogs" },
  { text: 'sync: { from_sources: true, except: [log] }', says: 'sync.except[0]' },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: fenceline.yml writes variables like this
  { text: 'postgres: { crm: { url: "postgres://${HOST}/a" } }', says: 'postgres.crm.url holds a variable beside' },
  { text: 'postgres: { urll: "postgres://a/b" }', says: 'postgres.urll must be a mapping, and is text' },
])('a mistake in fenceline.yml: $says', ({ text, says }) => {
  expect(() => configOf(text)).toThrow(says);
});
