import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import lineageSchema from '../../../schema/lineage.schema.json' with { type: 'json' };
import reportSchema from '../../../schema/report.schema.json' with { type: 'json' };
import siteSchema from '../../../schema/site.schema.json' with { type: 'json' };
import type { NodeResult } from '../../build/node-result.ts';
import { readBaseConfig } from '../../config/load-fenceline-config.ts';
import { SOURCE_COLUMNS, testProject } from '../../lineage/testing/project.ts';
import { traceProject } from '../../lineage/trace-project.ts';
import { PASSING } from '../../report/testing/sample-report.ts';
import { outputFiles } from './output-files.ts';

const result: NodeResult = {
  uniqueId: 'model.app.stg',
  status: 'success',
  message: undefined,
  failures: undefined,
  rows: 3,
  milliseconds: 7,
  compiledCode: 'select 1 as id',
};

async function filesOf(built: readonly NodeResult[]) {
  const models = {
    stg: 'select email, lower(email) as key, 1 as one from warehouse.main.raw_user where is_active',
    mart: 'select max(key) as last_key from warehouse.main.stg',
    odd: "select * from read_csv('x.csv')",
  };
  const project = testProject({ models, seeds: ['region'] });
  const lineage = await traceProject({ project, sourceColumns: SOURCE_COLUMNS, masks: [], nonce: 'f00d' });
  const now = new Date('2026-11-25T12:00:00Z');
  const { contract } = readBaseConfig(
    'fenceline.yml',
    'version: 1\ncontract: {tiers: {safe: {path: mart, allow: none}}}',
  );
  return outputFiles({ project, report: PASSING, lineage, built, contract, checkout: {}, now, sql: 'with-sql' });
}

test('a run leaves its report, lineage, comment and diagram, and the artifacts of dbt', async () => {
  const files = await filesOf([result]);

  expect([...files.keys()].sort()).toEqual([
    'compiled/app/models/stg.sql',
    'fenceline/comment.md',
    'fenceline/index.html',
    'fenceline/junit.xml',
    'fenceline/lineage.json',
    'fenceline/lineage.mmd',
    'fenceline/openlineage.ndjson',
    'fenceline/report.json',
    'fenceline/results.sarif',
    'fenceline/site.json',
    'manifest.json',
    'run_results.json',
  ]);
  expect(files.get('compiled/app/models/stg.sql')).toBe('select 1 as id');
  expect(JSON.parse(files.get('manifest.json') ?? '')).toMatchObject({
    nodes: { 'model.app.stg': { compiled: true, compiled_code: 'select 1 as id' } },
  });
  expect(JSON.parse(files.get('run_results.json') ?? '')).toMatchObject({
    results: [{ unique_id: 'model.app.stg', status: 'success', execution_time: 0.007 }],
  });
});

test('what was not rendered has no compiled file', async () => {
  const skipped: NodeResult = { ...result, status: 'skipped', compiledCode: undefined };

  const files = await filesOf([skipped, { ...result, uniqueId: 'seed.app.region', compiledCode: undefined }]);

  expect([...files.keys()].filter((path) => path.startsWith('compiled/'))).toEqual([]);
  expect(JSON.parse(files.get('manifest.json') ?? '')).toMatchObject({
    nodes: { 'model.app.stg': { compiled: false, compiled_code: null } },
  });
});

test.each([
  { file: 'fenceline/lineage.json', schema: lineageSchema },
  { file: 'fenceline/report.json', schema: reportSchema },
  { file: 'fenceline/site.json', schema: siteSchema },
])('$file is what its schema describes', async ({ file, schema }) => {
  const validate = new Ajv2020({ allErrors: true }).compile(schema);

  validate(JSON.parse((await filesOf([result])).get(file) ?? ''));

  expect(validate.errors).toBeNull();
});
