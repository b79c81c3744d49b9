import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sql } from '../sql.ts';
import { openDuckDB } from '../warehouse/duckdb.ts';
import type { ColumnType } from '../warehouse/warehouse.ts';
import type { NodeLineage } from './flow.ts';
import { SOURCE_COLUMNS, type TestProject, testProject } from './testing/project.ts';
import { surroundingsOf, TraceCache } from './trace-cache.ts';
import { traceProject } from './trace-project.ts';

let file: string;
beforeEach(async () => {
  file = join(await mkdtemp(join(tmpdir(), 'fenceline-')), 'lineage', 'traces.json');
});
afterEach(() => rm(join(file, '..', '..'), { recursive: true }));

async function trace(
  project: TestProject,
  {
    nonce = 'f00d',
    sourceColumns = SOURCE_COLUMNS,
  }: { nonce?: string; sourceColumns?: ReadonlyMap<string, readonly ColumnType[]> } = {},
): Promise<ReadonlyMap<string, NodeLineage>> {
  const traces = new TraceCache();
  await traces.read(file);
  const masks = [{ macro: 'hash_pii', yields: 'pseudonymous' } as const];
  const { nodes } = await traceProject({ project: testProject(project), sourceColumns, masks, nonce, traces });
  await traces.write(file);
  return nodes;
}

async function keys(): Promise<readonly string[]> {
  return (JSON.parse(await readFile(file, 'utf8')) as readonly (readonly [string, unknown])[]).map(([key]) => key);
}

const models = {
  stg: 'select id, mask(email) as key, phone from warehouse.main.raw_user',
  mart: 'select key, left(phone, 3) as area from warehouse.main.stg where id in (select patient_id from warehouse.main.raw_appointment)',
};

describe('a trace from the run before', () => {
  test('says the same, also under another nonce', async () => {
    const first = await trace({ models });
    const before = await keys();

    expect(await trace({ models }, { nonce: 'beef' })).toEqual(first);
    expect(await keys()).toEqual(before);
    expect(before).toHaveLength(2);
  });

  test('serves a model below that is new', async () => {
    await trace({ models });
    const changed = { ...models, mart: 'select key, phone from warehouse.main.stg' };
    const [stg] = await keys();

    const mart = (await trace({ models: changed })).get('model.app.mart');

    expect(mart).toMatchObject({ columns: [{ flows: [{ masks: ['hash_pii'] }] }, { flows: [{ state: 'clear' }] }] });
    expect(await keys()).toContain(stg);
  });

  const changes: readonly {
    readonly name: string;
    readonly project: TestProject;
    readonly types?: ReadonlyMap<string, readonly ColumnType[]>;
  }[] = [
    { name: 'its SQL', project: { models: { ...models, mart: `${models.mart} and true` } } },
    { name: 'a table that could be found instead', project: { models: { ...models, other: 'select 1 as x' } } },
    {
      name: 'the type of a column it reads',
      project: { models },
      types: new Map([
        ...SOURCE_COLUMNS,
        [
          'source.app.raw.raw_appointment',
          [
            { name: 'id', type: 'integer' },
            { name: 'patient_id', type: 'bigint' },
          ],
        ],
      ]),
    },
    { name: 'how it is built', project: { models, materialized: { mart: 'view' } } },
  ];

  test.each(changes)('is not taken when $name changes', async ({ project, types = SOURCE_COLUMNS }) => {
    await trace({ models });
    const [, mart] = await keys();

    await trace(project, { sourceColumns: types });

    expect(await keys()).not.toContain(mart);
  });

  test('of a mask is not that of a text which looks like one', async () => {
    await trace({ models });
    const forged = `select id, struct_pack(__fl_0 := (\nsha256(email || 'salt')\n)).__fl_0 as key, phone from warehouse.main.raw_user`;

    const stg = (await trace({ models: { ...models, stg: forged } })).get('model.app.stg');

    expect(stg).toMatchObject({ columns: [{}, { flows: [{ state: 'clear', masks: [] }] }, {}] });
  });

  test('is none where the file is torn', async () => {
    const first = await trace({ models });
    await writeFile(file, '[["a"');

    expect(await trace({ models })).toEqual(first);
  });
});

test('functions that are not of the engine are part of every key', async () => {
  await using warehouse = await openDuckDB(':memory:');
  const project = testProject({ models });
  const before = await surroundingsOf(project, warehouse);

  await warehouse.run(sql`create macro reverse(x) as 'x'`);
  const withMacro = await surroundingsOf(project, warehouse);
  await warehouse.run(sql`create or replace macro reverse(x) as x`);
  const withAnother = await surroundingsOf(project, warehouse);

  expect(new Set([before, withMacro, withAnother]).size).toBe(3);
});
