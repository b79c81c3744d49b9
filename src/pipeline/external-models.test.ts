import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Files, writeProject } from '../project/testing/small-project.ts';
import { analyze } from './pipeline.ts';
import { optionsFor } from './testing/repository.ts';

const COMMON: Files = {
  'fenceline.yml': 'version: 1\ncontract:\n  tiers: {safe: {path: safe, allow: none}}\n',
  'seeds/people.csv': 'id,email\n1,ada@clinic.test\n',
  'seeds/people.yml': 'seeds: [{name: people, columns: [{name: email, tags: [pii]}]}]',
};
const MEMORY = 'app:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: ":memory:"}\n';
const external = (location: string, columns: string, more = '') =>
  `{{ config(materialized='external', location='${location}'${more}) }} select ${columns} from {{ ref('people') }}`;

const OWN = external('out/safe/counts.csv', 'count(*) as people');
const LEAK = 'error pii-in-schema out/safe: file leak people.email';

interface Case {
  readonly name: string;
  readonly files: Files;
  readonly finds?: readonly string[];
  /** Text of each file after the run; `undefined` where there must be no file. */
  readonly writes: { readonly [path: string]: string | undefined };
}

const cases: readonly Case[] = [
  {
    name: 'a model writes its file where the contract holds',
    files: { 'models/safe/counts.sql': OWN },
    writes: { 'out/safe/counts.csv': 'people\n1\n' },
  },
  {
    name: 'also from a warehouse in memory',
    files: { 'models/safe/counts.sql': OWN, 'profiles.yml': MEMORY },
    writes: { 'out/safe/counts.csv': 'people\n1\n' },
  },
  {
    name: 'a personal column of a tier is in no file',
    files: { 'models/safe/leak.sql': external('out/safe/leak.csv', 'email') },
    finds: ['error pii-in-tier leak.email'],
    writes: { 'out/safe/leak.csv': undefined },
  },
  {
    name: 'a model of no tier writes no personal column into the folder of a tier',
    files: { 'models/safe/counts.sql': OWN, 'models/leak.sql': external('out/safe/leak.csv', 'email') },
    finds: [LEAK],
    writes: { 'out/safe/leak.csv': undefined, 'out/safe/counts.csv': undefined },
  },
  {
    name: 'nor below that folder',
    files: { 'models/safe/counts.sql': OWN, 'models/leak.sql': external('./out/x/../safe/y/leak.csv', 'email') },
    finds: ['error pii-in-schema out/safe: file leak people.email'],
    writes: { 'out/safe/y/leak.csv': undefined },
  },
  {
    name: 'another folder may hold it',
    files: { 'models/safe/counts.sql': OWN, 'models/all.sql': external('out/all.csv', 'email') },
    writes: { 'out/all.csv': 'email\nada@clinic.test\n' },
  },
];

test.each(cases)('$name', async ({ files, finds = [], writes }) => {
  using project = writeProject({ ...COMMON, ...files });
  const { contract } = await analyzeRows(project.directory);

  // Only errors count, since each case also has a warning that all tables are in one schema.
  const errors = contract.findings.filter(({ severity }) => severity === 'error');
  expect(errors.map(spell)).toEqual(finds);
  for (const [path, text] of Object.entries(writes)) {
    const file = join(project.directory, path);
    expect(existsSync(file) ? readFileSync(file, 'utf8') : undefined).toBe(text);
  }
});

test('no file is written through a link', async () => {
  using elsewhere = writeProject({});
  using project = writeProject({ ...COMMON, 'models/safe/counts.sql': OWN });
  mkdirSync(join(project.directory, 'out'));
  symlinkSync(elsewhere.directory, join(project.directory, 'out/safe'));

  await expect(analyzeRows(project.directory)).rejects.toThrow('would be written through a link');
  expect(existsSync(join(elsewhere.directory, 'counts.csv'))).toBe(false);
});

test('a folder with other files is not emptied', async () => {
  const options = ", options={'partition_by': 'n', 'overwrite': true}";
  using project = writeProject({
    ...COMMON,
    'out/notes.md': 'keep',
    'models/safe/m.sql': external('out', '1 as n, 2 as m', options),
  });

  await expect(analyzeRows(project.directory)).rejects.toThrow('would empty a folder with the file out/notes.md');
  expect(existsSync(join(project.directory, 'out/notes.md'))).toBe(true);
});

type Decided = Awaited<ReturnType<typeof analyze>>;

function analyzeRows(directory: string): Promise<Decided> {
  const postgres = { mode: 'auto', url: undefined, version: undefined, setup: undefined } as const;
  return analyze({ ...optionsFor(directory), rows: { fullRefresh: false, select: [], exclude: [], postgres } });
}

function spell(finding: Decided['contract']['findings'][number]): string {
  if (finding.rule === 'pii-in-schema' && finding.holder.kind === 'file') {
    const { name, source } = finding.holder;
    return `error pii-in-schema ${finding.schema}: file ${name} ${source?.relation}.${source?.column}`;
  }
  const column = 'column' in finding ? `.${finding.column}` : '';
  return `error ${finding.rule}${'model' in finding ? ` ${finding.model}` : ''}${column}`;
}
