import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Files, writeProject } from '../../project/testing/small-project.ts';
import { analyze } from '../pipeline.ts';
import { optionsFor } from '../testing/repository.ts';
import { writeTags } from './write-tags.ts';

const FILES: Files = {
  'fenceline.yml': 'version: 1\ncontract:\n  tiers: {safe: {path: safe, allow: aggregate}}\n',
  'seeds/people.csv': 'id,email\n1,ada@clinic.example\n',
  'models/s.yml': `sources: # what comes in
  - name: raw
    tables:
      - name: users
        columns:
          - { name: id, data_type: int } # key
          - { name: email, data_type: text }
          - { name: nickname, data_type: text }
      - name: members # new
        columns:
          - name: phone_number
            data_type: text
            description: >
              Where to call
`,
  'models/safe/m.sql': "select id from {{ source('raw', 'users') }}",
};

test('the proposed marks are written at their places, and nothing is left to propose', async () => {
  using project = writeProject(FILES);
  const options = optionsFor(project.directory);
  const { contract } = await analyze(options);

  const written = await writeTags(contract.findings, {
    projectDirectory: project.directory,
    notPersonal: ['raw.users.nickname'],
  });

  expect(written).toEqual({
    files: new Map([
      ['models/s.yml', 3],
      ['seeds/people.yml', 1],
    ]),
    left: [],
  });
  const read = (path: string) => readFileSync(join(project.directory, path), 'utf8');
  expect(read('models/s.yml')).toBe(`sources: # what comes in
  - name: raw
    tables:
      - name: users
        columns:
          - { name: id, data_type: int } # key
          - { name: email, data_type: text, meta: { pii: true, pii_type: email }, tags: [pii] }
          - { name: nickname, data_type: text, meta: { pii: false } }
      - name: members # new
        columns:
          - name: phone_number
            data_type: text
            meta: { pii: true, pii_type: phone }
            tags: [pii]
            description: >
              Where to call
`);
  expect(read('seeds/people.yml')).toBe(`version: 2
seeds:
  - name: people
    columns:
      - name: email
        meta: { pii: true, pii_type: email }
        tags: [pii]
`);
  const after = await analyze(options);
  expect(after.contract.findings.filter(({ rule }) => rule === 'untagged-pii')).toEqual([]);
});

test('a name without a finding is a mistake, and nothing is written', async () => {
  using project = writeProject(FILES);
  const { contract } = await analyze(optionsFor(project.directory));
  const options = { projectDirectory: project.directory, notPersonal: ['raw.users.nikname'] };

  await expect(writeTags(contract.findings, options)).rejects.toThrow("Did you mean 'raw.users.nickname'?");
  expect(readFileSync(join(project.directory, 'models/s.yml'), 'utf8')).toBe(FILES['models/s.yml']);
});

test('columns that several tables share are left, by their names', async () => {
  using project = writeProject({
    ...FILES,
    'models/s.yml': `sources:
  - name: raw
    tables:
      - { name: users, columns: &all [{ name: id, data_type: int }, { name: email, data_type: text }] }
      - { name: members, columns: *all }
`,
    'seeds/people.csv': 'id,plan\n1,a\n',
  });
  const { contract } = await analyze(optionsFor(project.directory));

  const written = await writeTags(contract.findings, { projectDirectory: project.directory, notPersonal: [] });

  expect(written).toEqual({ files: new Map(), left: ['raw.members.email', 'raw.users.email'] });
});
