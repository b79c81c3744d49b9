import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFileReader, readFileSource } from './file-source.ts';
import { testSql } from './testing/test-sql.ts';

const root = mkdtempSync(join(tmpdir(), 'fenceline-file-source-'));
const base = join(root, 'project');
const folders = { base, allowed: [base], excluded: { places: [join(base, 'target')], name: 'wh.duckdb' } };

beforeAll(() => {
  mkdirSync(join(base, 'data', '.git'), { recursive: true });
  mkdirSync(join(base, 'target', 'run'), { recursive: true });
  writeFileSync(join(base, 'target', 'run', 'rows.csv'), 'a\n9\n');
  writeFileSync(join(base, 'data', 'WH.duckdb.wal'), 'a\n9\n');
  symlinkSync(join(base, 'target', 'run', 'rows.csv'), join(base, 'data', 'link2.csv'));
  writeFileSync(join(root, 'secret.csv'), 'a\n9\n');
  writeFileSync(join(base, 'data', 'one.csv'), 'a;b\n1;x\n');
  writeFileSync(join(base, 'data', 'two.csv'), 'a;b\n2;y\n');
  writeFileSync(join(base, 'data', "it's.csv"), 'a\n3\n');
  writeFileSync(join(base, 'data', 'rows.json'), '[{"a": 4, "s": {"t": "z"}}]');
  writeFileSync(join(base, 'data', '.git', 'config.csv'), 'token\nx\n');
  symlinkSync(join(root, 'secret.csv'), join(base, 'data', 'link.csv'));
});
afterAll(() => rmSync(root, { recursive: true }));

const read: readonly { readonly name: string; readonly text: string; readonly gives: readonly unknown[] }[] = [
  { name: 'a path', text: "'data/rows.json'", gives: [{ a: 4, s: "{'t': 'z'}" }] },
  { name: 'a path with a quote', text: "'data/it''s.csv'", gives: [{ a: 3 }] },
  {
    name: 'a pattern',
    text: "read_csv('data/*o*.csv', delim = ';', columns = {'a': 'INT', 'b': 'VARCHAR'})",
    gives: [
      { a: 1, b: 'x' },
      { a: 2, b: 'y' },
    ],
  },
  { name: 'a list', text: "read_csv(['data/two.csv'], delim := ';', all_varchar = true)", gives: [{ a: '2', b: 'y' }] },
];

test.each(read)('$name is read', async ({ text, gives }) => {
  await using reader = await openFileReader(':memory:', folders);
  const { query } = await readFileSource(text, folders, reader);
  const rows = await reader.rows(query);
  expect(rows).toEqual(gives);
});

const kept: readonly { readonly name: string; readonly text: string; readonly says: string }[] = [
  {
    name: 'a file elsewhere',
    text: "read_csv('../secret.csv')",
    says: 'its file is outside of the project and its repository',
  },
  {
    name: 'an absolute path elsewhere',
    text: `'${join(root, 'secret.csv')}'`,
    says: 'its file is outside of the project and its repository',
  },
  {
    name: 'a link that leads out',
    text: "'data/link.csv'",
    says: 'its file is outside of the project and its repository',
  },
  {
    name: 'a pattern with such a link in it',
    text: "read_csv('data/*.csv')",
    says: 'its file is outside of the project and its repository',
  },
  { name: 'what a run writes', text: "'target/run/rows.csv'", says: 'one that Fenceline writes' },
  { name: 'what a run writes, by a pattern', text: "'target/*/*.csv'", says: 'one that Fenceline writes' },
  { name: 'what a run writes, by a link', text: "'data/link2.csv'", says: 'one that Fenceline writes' },
  {
    name: 'the file of the warehouse in another folder',
    text: "read_csv('data/WH.duckdb*')",
    says: 'one that Fenceline writes',
  },
  {
    name: 'what belongs to git',
    text: "'data/.git/config.csv'",
    says: 'its file is outside of the project and its repository',
  },
  { name: 'a second statement', text: "read_csv('data/one.csv'); select 1 from range(1)", says: 'not one call' },
  { name: 'a join', text: "read_csv('data/one.csv'), read_csv('data/two.csv')", says: 'not one call' },
  { name: 'a condition', text: "read_csv('data/one.csv') where a = 1", says: 'not one call' },
  { name: 'a call in an argument', text: "read_csv(getenv('HOME') || '/x.csv')", says: 'not one call' },
  { name: 'a subquery in an option', text: "read_csv('data/one.csv', header = (select true))", says: 'not one call' },
  { name: 'no file', text: "'data/none.csv'", says: 'there is no such file' },
];

test.each(kept)('$name is not read', async ({ text, says }) => {
  await using reader = await openFileReader(':memory:', folders);
  await expect(readFileSource(text, folders, reader)).rejects.toThrow(new RegExp(says, 'i'));
});

test('a reader reads no other file, and cannot be opened any further', async () => {
  await using reader = await openFileReader(':memory:', folders);
  await expect(reader.run(testSql(`copy (select 1) to '${join(root, 'out.csv')}'`))).rejects.toThrow(
    'disabled by configuration',
  );
  await expect(reader.run(testSql(`set allowed_directories = ['${root}']`))).rejects.toThrow();
});
