import { expect, test } from 'vitest';
import { traceStatically } from '../lineage/trace-statically.ts';
import type { ProgressEvent } from '../progress.ts';
import { UserError } from '../user-error.ts';
import { openDuckDB } from '../warehouse/duckdb.ts';
import { foresee } from './foresee.ts';
import { openProject } from './open-project.ts';
import { openStages } from './stages.ts';

const LOCATION = {
  projectDirectory: 'example-project',
  configFile: undefined,
  vars: {},
  target: undefined,
  profilesDirectory: undefined,
  threads: undefined,
  environment: {},
  visibleVariables: 'declared',
} as const;

/** The example as it is before anything is copied, and which stages it ran. */
async function openExample(setUp = '') {
  const { project, config } = await openProject(LOCATION);
  const { contract } = config;
  const warehouse = await openDuckDB(':memory:');
  await warehouse.run(`attach ':memory:' as ${project.target.database}; use ${project.target.database}; ${setUp}`);
  const events: ProgressEvent[] = [];
  const progress = (event: ProgressEvent) => void events.push(event);
  const { signal } = new AbortController();
  const stages = openStages(progress, signal);
  const foreseen = foresee({ project, contract, warehouse, masksRealData: false, progress, stages, signal });
  return {
    foreseen,
    trace: () =>
      traceStatically({ project, warehouse, masks: contract.masks, adapter: undefined, cache: foreseen.cache, signal }),
    stagesRun: () => events.filter(({ kind }) => kind === 'stage-ended').map(({ stage }) => stage),
    async [Symbol.asyncDispose]() {
      await foreseen[Symbol.asyncDispose]();
      await warehouse[Symbol.asyncDispose]();
    },
  };
}

test('masks are tried once where the sources are what was foreseen', async () => {
  await using example = await openExample();

  expect(await example.foreseen.maskFindings(await example.trace())).toEqual([]);
  expect(example.stagesRun()).toEqual(['masks']);
});

test('masks are tried again where they are given something else', async () => {
  await using example = await openExample();

  expect(await example.foreseen.maskFindings({ nodes: new Map() })).toEqual([]);
  expect(example.stagesRun()).toEqual(['masks', 'masks']);
});

test('a mistake in the SQL is told when the sources are known, and not before', async () => {
  await using example = await openExample('create table main.raw_user (id bigint)');

  expect(await example.foreseen.maskFindings({ nodes: new Map() })).toEqual([]);
  await expect(example.trace()).rejects.toThrow(UserError);
  expect(example.stagesRun()).toEqual(['masks']);
});

test('whoever goes away does not wait for masks that nobody needs', async () => {
  const example = await openExample();

  await example[Symbol.asyncDispose]();

  expect(example.stagesRun()).toEqual([]);
});
