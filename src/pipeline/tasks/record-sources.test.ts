import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RECORDED_FILE } from '../../project/recorded-sources.ts';
import { type Files, writeProject } from '../../project/testing/small-project.ts';
import { sql } from '../../sql.ts';
import { openDuckDB } from '../../warehouse/duckdb.ts';
import { analyze } from '../pipeline.ts';
import { optionsFor } from '../testing/repository.ts';
import { recordSources } from './record-sources.ts';

const FILES: Files = {
  'fenceline.yml': 'version: 1\ncontract:\n  tiers: {safe: {path: safe, allow: aggregate}}\n',
  'models/s.yml': `sources:
  - name: crm
    schema: main
    tables:
      - {name: people, columns: [{name: email, tags: [pii]}]}
      - {name: typed, columns: [{name: id, data_type: int}]}
      - {name: lost}`,
  'models/safe/m.sql': "select * exclude (id) from {{ source('crm', 'people') }}",
};

async function findings(directory: string): Promise<readonly string[]> {
  const { contract } = await analyze(optionsFor(directory));
  return contract.findings.flatMap((finding) =>
    finding.severity === 'error' ? [`${finding.rule} ${'column' in finding ? finding.column : ''}`.trim()] : [],
  );
}

async function fill(directory: string, table = sql`id int, email varchar, mood enum('Ann O''Brien', 'sad')`) {
  await using warehouse = await openDuckDB(join(directory, 'dev.duckdb'));
  await warehouse.run(sql`create or replace table people (${table})`);
}

function record(directory: string) {
  return recordSources({ ...optionsFor(directory), warehouse: undefined, writes: true });
}

test('what is recorded of a source, without a value, decides where its table is not', async () => {
  using project = writeProject(FILES);
  const { directory } = project;
  expect(await findings(directory)).toEqual(['unknown-flow']);
  await fill(directory);

  const { sources, written } = await record(directory);
  rmSync(join(directory, 'dev.duckdb'));

  expect(sources.map(({ name, origin }) => `${name} ${origin}`)).toEqual([
    'crm.people data',
    'crm.typed yaml',
    'crm.lost unknown',
  ]);
  expect(
    readFileSync(written ?? '', 'utf8')
      .split('\n')
      .slice(2)
      .join('\n'),
  ).toBe('"crm.people":\n  "id": "INTEGER"\n  "email": "VARCHAR"\n  "mood": "VARCHAR"\n');
  expect(await findings(directory)).toEqual(['pii-in-tier email']);
  // A source that cannot be reached keeps its recorded columns.
  expect((await record(directory)).sources[0]?.origin).toBe('recorded');
  expect(await findings(directory)).toEqual(['pii-in-tier email']);
});

test('a catalogue without a marked column is not used, and a table counts before it', async () => {
  using project = writeProject({ ...FILES, [RECORDED_FILE]: 'crm.people: {id: int, city: text}\n' });
  expect(await findings(project.directory)).toEqual(['unknown-flow']);

  writeFileSync(join(project.directory, RECORDED_FILE), 'CRM.People: {id: int, Email: text}\n');
  expect(await findings(project.directory)).toEqual(['pii-in-tier Email']);

  await fill(project.directory, sql`id int, email varchar, phone varchar`);
  writeFileSync(
    join(project.directory, 'models/s.yml'),
    'sources: [{name: crm, schema: main, tables: [{name: people, meta: {pii: true}}]}]',
  );
  writeFileSync(join(project.directory, RECORDED_FILE), 'crm.people: {id: int, city: text}\n');
  expect(await findings(project.directory)).toEqual(['pii-in-tier email', 'pii-in-tier phone']);
});

test('a column that YAML declares beside the recorded ones is there, too', async () => {
  using project = writeProject({
    ...FILES,
    'models/s.yml': `sources:
  - {name: crm, schema: main, tables: [{name: people, columns: [{name: id, data_type: text}, {name: phone, data_type: text}]}]}`,
    [RECORDED_FILE]: 'crm.people: {id: int, city: text}\n',
    'fenceline.yml': `${FILES['fenceline.yml']}  personal: {columns: pii.csv}\n`,
    'pii.csv': 'table,column\ncrm.people,city\n',
    'models/safe/m.sql': "select id + 1 as id, phone, city from {{ source('crm', 'people') }}",
  });
  expect(await findings(project.directory)).toEqual(['pii-in-tier city']);
});

test('a catalogue that is none is told at its place', async () => {
  using project = writeProject({ ...FILES, [RECORDED_FILE]: 'crm.people: [id]\n' });
  await expect(findings(project.directory)).rejects.toThrow(`no mapping of columns to types for 'crm.people'`);
});
