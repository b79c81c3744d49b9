import { expect, test } from 'vitest';
import { traceText } from '../pipeline/tasks/trace-text.ts';
import { optionsFor } from '../pipeline/testing/repository.ts';
import { loadFrom, writeProject } from '../project/testing/small-project.ts';
import { build } from './build.ts';
import { run } from './run.ts';
import { runCommand } from './testing/run-command.ts';

const CONFIG = `version: 1
postgres: {setup: [schema.sql]}
sync: {tables: {t: {from: public.t}}}
contract: {tiers: {safe: {path: marts, allow: pseudonymous}}, personal: {none: allow}}
`;

/** A project whose seed has a column without a value, which is INTEGER; `note` is what a model selects of it. */
function projectWith(note: string) {
  return writeProject({
    'fenceline.yml': CONFIG,
    'schema.sql': 'create table public.t (id integer)',
    'seeds/codes.csv': 'id,note\n1,\n2,\n',
    'models/marts/m.sql': `select id, ${note} as n from {{ ref('codes') }}`,
  });
}

test('check traces what the built seed allows, and build and run build it', async () => {
  using project = projectWith('note + 1');
  const options = optionsFor(project.directory);

  const { lineage } = await traceText(options);

  expect(lineage.nodes.get('model.app.m')).toMatchObject({
    status: 'traced',
    columns: [
      { name: 'id', type: 'INTEGER' },
      { name: 'n', type: 'INTEGER' },
    ],
  });
  expect(await runCommand(build, project.directory)).toBe(0);
  expect(await runCommand(run, project.directory)).toBe(0);
});

test('check and run do not prove what fails on the built seed', async () => {
  using project = projectWith('lower(note)');
  const options = optionsFor(project.directory);

  const { lineage } = await traceText(options);

  expect(lineage.nodes.get('model.app.m')).toMatchObject({
    status: 'unknown',
    reason: expect.stringMatching(/m: No function matches .*'lower\(INTEGER\)'/),
    location: { file: 'models/marts/m.sql', line: 1, column: 12 },
  });
  expect(await runCommand(run, project.directory)).toBe(1);
  expect(await runCommand(build, project.directory)).toBe(1);
});

test('the seed of an installed package is read from its own folder', async () => {
  using project = writeProject({
    'dbt_packages/tools/dbt_project.yml': 'name: tools\n',
    'dbt_packages/tools/seeds/codes.csv': 'id\n1\n',
    'models/m.sql': "select * from {{ ref('codes') }}",
  });
  const { nodes, readSeed } = await loadFrom(project);
  const seed = nodes.get('seed.tools.codes');

  expect(seed?.resourceType === 'seed' && readSeed(seed)).toEqual({
    columns: [{ name: 'id', type: 'INTEGER' }],
    rows: [['1']],
  });
});
