import { expect, test } from 'vitest';
import { traceStatically } from '../../lineage/trace-statically.ts';
import type { ProgressEvent } from '../../progress.ts';
import { UserError } from '../../user-error.ts';
import { openDuckDB } from '../../warehouse/duckdb.ts';
import { testSql } from '../../warehouse/testing/test-sql.ts';
import { openProject } from '../open/open-project.ts';
import type { PipelineOptions } from '../options.ts';
import { optionsFor } from '../testing/repository.ts';
import { startEarlyWork } from './early-work.ts';
import { openStages } from './stages.ts';

/** Starts the early work on the example, before anything is copied. `stagesRun` lists the stages that have ended. */
async function openExample(setUp = '') {
  const events: ProgressEvent[] = [];
  const options: PipelineOptions = {
    ...optionsFor('example-project'),
    environment: {},
    visibleVariables: 'declared',
    progress: (event) => void events.push(event),
  };
  const { project, config, runTexts } = await openProject(options);
  const { masks } = config.contract;
  const warehouse = await openDuckDB(':memory:');
  await warehouse.run(
    testSql(`attach ':memory:' as ${project.target.database}; use ${project.target.database}; ${setUp}`),
  );
  const early = startEarlyWork({ project, config, runTexts, warehouse, options, stages: openStages(options) });
  const { signal } = options;
  return {
    early,
    trace: () => traceStatically({ project, warehouse, masks, runTexts, adapter: undefined, signal }),
    stagesRun: () => events.filter(({ kind }) => kind === 'stage-ended').map(({ stage }) => stage),
    async [Symbol.asyncDispose]() {
      await early[Symbol.asyncDispose]();
      await warehouse[Symbol.asyncDispose]();
    },
  };
}

test('masks are tried once where the sources have the expected types', async () => {
  await using example = await openExample();

  expect(await example.early.maskFindings(await example.trace())).toEqual([]);
  expect(example.stagesRun()).toEqual(['masks']);
});

test('masks are tried again where they are given other values', async () => {
  await using example = await openExample();

  expect(await example.early.maskFindings({ nodes: new Map() })).toEqual([]);
  expect(example.stagesRun()).toEqual(['masks', 'masks']);
});

test('a mistake in the SQL is reported when the sources are known, and not before', async () => {
  await using example = await openExample('create table main.raw_user (id bigint)');

  expect(await example.early.maskFindings({ nodes: new Map() })).toEqual([]);
  await expect(example.trace()).rejects.toThrow(UserError);
  expect(example.stagesRun()).toEqual(['masks']);
});

test('disposing does not wait for masks that nobody needs', async () => {
  const example = await openExample();

  await example[Symbol.asyncDispose]();

  expect(example.stagesRun()).toEqual([]);
});
