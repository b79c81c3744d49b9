import { expect, test } from 'vitest';
import { SOURCE_COLUMNS, testProject } from '../testing/project.ts';
import { traceProject } from '../trace-project.ts';
import { lineageJson } from './lineage-json.ts';

test('lineage.json names root columns, and what lies between', async () => {
  const project = testProject({
    models: {
      stg: 'select id, lower(email) as key from warehouse.main.raw_user where is_active',
      mart: 'select key as contact, region.name as region from warehouse.main.stg join warehouse.main.region using (id)',
      odd: "select * from read_csv('x.csv')",
    },
    seeds: ['region'],
  });
  const lineage = await traceProject({ project, sourceColumns: SOURCE_COLUMNS, masks: [], nonce: 'f00d' });

  const { models } = lineageJson(project, lineage, {}) as { readonly models: Record<string, unknown> };

  expect(models['mart']).toEqual({
    unique_id: 'model.app.mart',
    relation: 'main.mart',
    status: 'traced',
    columns: {
      contact: [
        {
          source: 'raw.raw_user.email',
          type: 'DIRECT',
          subtype: 'TRANSFORMATION',
          state: 'clear',
          masking: false,
          via: ['stg.key'],
        },
      ],
      region: [{ source: 'region.name', type: 'DIRECT', subtype: 'IDENTITY', state: 'clear', masking: false, via: [] }],
    },
    dataset: [
      { source: 'raw.raw_user.is_active', type: 'INDIRECT', subtype: 'FILTER' },
      { source: 'raw.raw_user.id', type: 'INDIRECT', subtype: 'JOIN' },
      { source: 'region.id', type: 'INDIRECT', subtype: 'JOIN' },
    ],
  });
  expect(models['odd']).toMatchObject({ status: 'unknown', reason: expect.any(String), columns: {}, dataset: [] });
});
