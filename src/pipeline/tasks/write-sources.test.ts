import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Files, writeProject } from '../../project/testing/small-project.ts';
import { analyze } from '../pipeline.ts';
import { optionsFor } from '../testing/repository.ts';
import { writeSources } from './write-sources.ts';

const FILES: Files = {
  'fenceline.yml': 'version: 1\ncontract:\n  tiers: {safe: {path: safe, allow: aggregate}}\n',
  'data/people.csv': 'id,"e: mail",city\n1,ada@clinic.example,Bath\n',
  'models/s.yml':
    'sources: [{name: raw, schema: main, tables: [{name: people, meta: {external_location: data/people.csv}, columns: [{name: id}]}]}]',
  'models/safe/m.sql': "select * from {{ source('raw', 'people') }}",
};

test('what no YAML declares is written as YAML that can be pasted, without a value of a row', async () => {
  using project = writeProject(FILES);

  const written = await writeSources({ ...optionsFor(project.directory), warehouse: undefined });
  const text = readFileSync(written?.path ?? '', 'utf8');

  expect(written?.columns).toBe(2);
  expect(text).not.toMatch(/ada|Bath/);
  expect(text.split('\n').slice(2).join('\n')).toBe(`version: 2
sources:
  - name: "raw"
    tables:
      - name: "people"
        columns:
          - { name: "e: mail", data_type: "VARCHAR" }
          - { name: "city", data_type: "VARCHAR" }
`);
});

test('once it is pasted and marked, nothing is left to write, and the mark holds', async () => {
  const marked = `sources:
  - name: raw
    schema: main
    tables:
      - name: people
        meta: { external_location: data/people.csv }
        columns: [{ name: id }, { name: "e: mail", data_type: "VARCHAR", tags: [pii] }, { name: "city", data_type: "VARCHAR" }]`;
  using project = writeProject({ ...FILES, 'models/s.yml': marked });
  const options = optionsFor(project.directory);

  expect(await writeSources({ ...options, warehouse: undefined })).toBeUndefined();
  const { contract } = await analyze(options);
  expect(contract.findings.map((finding) => ('column' in finding ? finding.column : finding.rule))).toContain(
    'e: mail',
  );
});
