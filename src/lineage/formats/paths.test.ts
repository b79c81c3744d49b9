import { expect, test } from 'vitest';
import type { Flow } from '../flow.ts';
import type { QueryTrace } from '../query-trace.ts';
import { SOURCE_COLUMNS, type TestProject, testProject } from '../testing/project.ts';
import { traceProject } from '../trace-project.ts';
import { type Path, pathsInto } from './paths.ts';

async function paths(project: TestProject, model: string, column: string | undefined) {
  const masks = [{ macro: 'hash_pii', yields: 'pseudonymous' as const }];
  const traced = await traceProject({
    project: testProject(project),
    sourceColumns: SOURCE_COLUMNS,
    masks,
    nonce: 'f00d',
  });
  return pathsInto({ uniqueId: `model.app.${model}`, column }, traced.queries);
}

/** A path as `raw_user.email IDENTITY clear: stg.email, mart.contact`. */
function spell({ source, subtype, state, masks, steps }: Path): string {
  const nameOf = (uniqueId: string, column: string | undefined) => `${uniqueId.split('.').at(-1)}.${column ?? '*'}`;
  const kind = [subtype, state, ...masks].join(' ');
  return `${nameOf(source.uniqueId, source.column)} ${kind}: ${steps.map((step) => nameOf(step.uniqueId, step.column)).join(', ')}`;
}

const stg = 'select id, email, is_active from warehouse.main.raw_user';

const cases: readonly {
  readonly name: string;
  readonly models: TestProject['models'];
  readonly column: string | undefined;
  readonly paths: readonly string[];
}[] = [
  {
    name: 'a copied value has one path',
    models: { stg, mart: 'select email as contact from warehouse.main.stg' },
    column: 'contact',
    paths: ['raw_user.email IDENTITY clear: stg.email, mart.contact'],
  },
  {
    name: 'two models in between make two paths',
    models: {
      stg,
      one: 'select id, email from warehouse.main.stg',
      two: 'select id, mask(email) as email from warehouse.main.stg',
      mart: 'select one.email || two.email as both from warehouse.main.one join warehouse.main.two using (id)',
    },
    column: 'both',
    paths: [
      'raw_user.email TRANSFORMATION clear: stg.email, one.email, mart.both',
      'raw_user.email TRANSFORMATION pseudonymous hash_pii: stg.email, two.email, mart.both',
    ],
  },
  {
    name: 'an influence on the way stays one',
    models: {
      stg: 'select email is null as is_silent from warehouse.main.raw_user',
      mart: 'select case when is_silent then 1 else 2 end as kind from warehouse.main.stg',
    },
    column: 'kind',
    paths: ['raw_user.email CONDITIONAL partial: stg.is_silent, mart.kind'],
  },
  {
    name: 'which rows a table has comes with it',
    models: {
      stg: `${stg} where is_active`,
      mart: 'select id from warehouse.main.stg where email is not null',
    },
    column: undefined,
    paths: ['raw_user.email FILTER partial: stg.email, mart.*', 'raw_user.is_active FILTER clear: stg.*, mart.*'],
  },
  { name: 'a constant has no path', models: { mart: 'select 1 as one' }, column: 'one', paths: [] },
  { name: 'a column that is not there has no path', models: { mart: 'select 1 as one' }, column: 'two', paths: [] },
];

test.each(cases)('$name', async ({ models, column, paths: expected }) => {
  const found = await paths({ models }, 'mart', column);

  expect(found.paths.map(spell).sort()).toEqual(expected);
  expect(found.isCut).toBe(false);
});

test('an incremental model that reads itself is passed once', async () => {
  const models = {
    log: 'select id, email from warehouse.main.raw_user later{union all select id, upper(email) from warehouse.main.log}',
  };

  const { paths: found } = await paths({ models, materialized: { log: 'incremental' } }, 'log', 'email');

  expect(found.map(spell)).toContain('raw_user.email IDENTITY clear: log.email');
  for (const { steps } of found) expect(steps.length).toBeLessThanOrEqual(2);
});

/** Layers of two models, each of which reads both of the layer before: each layer doubles the paths. */
function diamonds(layers: number): ReadonlyMap<string, QueryTrace> {
  const flowFrom = (uniqueId: string): Flow => ({
    type: 'DIRECT',
    subtype: 'IDENTITY',
    source: { uniqueId, column: 'x' },
    state: 'clear',
    masking: false,
    masks: [],
    location: { file: 'models/a.sql', line: 1, column: 1 },
    expression: 'x',
  });
  const query = (inputs: readonly string[]): QueryTrace => ({
    columns: [{ name: 'x', type: 'INTEGER', flows: inputs.map(flowFrom), compared: [] }],
    dataset: [],
    size: { flows: [], compared: [] },
  });
  return new Map(
    Array.from({ length: layers }, (_, layer) => {
      const inputs = layer === 0 ? ['source.app.raw.t'] : [`left_${layer - 1}`, `right_${layer - 1}`];
      return [
        [`left_${layer}`, query(inputs)],
        [`right_${layer}`, query(inputs)],
      ] as const;
    }).flat(),
  );
}

test('every path of a few diamonds is given, shortest first', () => {
  const { paths: found, isCut } = pathsInto({ uniqueId: 'left_5', column: 'X' }, diamonds(6));

  expect(found.length).toBe(32);
  expect(isCut).toBe(false);
});

test('of more than a thousand paths the first are given, marked as cut', () => {
  const { paths: found, isCut } = pathsInto({ uniqueId: 'left_12', column: 'x' }, diamonds(13));

  expect(found.length).toBeGreaterThanOrEqual(1000);
  expect(isCut).toBe(true);
});

test('a graph too deep to be walked whole still has a path from each root', () => {
  const { paths: found, isCut } = pathsInto({ uniqueId: 'left_39', column: 'x' }, diamonds(40));

  expect(isCut).toBe(true);
  expect(found.map(({ source, steps }) => [source.uniqueId, steps.length])).toEqual([['source.app.raw.t', 40]]);
});
