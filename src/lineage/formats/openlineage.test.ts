import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import schema from '../../../test/schema/openlineage.schema.json' with { type: 'json' };
import { SOURCE_COLUMNS, type TestProject, testProject } from '../testing/project.ts';
import { traceProject } from '../trace-project.ts';
import { openLineageEvents } from './openlineage.ts';

const NOON = new Date('2026-11-25T12:00:00Z');
const MODELS: TestProject['models'] = {
  stg: 'select id, mask(email) as key, lower(first_name) as name, org_id from warehouse.main.raw_user where is_active',
  inlined: 'select id, upper(phone) as line from warehouse.main.raw_user where age > 17',
  inlined_too: 'select id, line as number from __dbt__cte__inlined -- inlined',
  counts: 'select org_id, count(*) as users, max(name) as last_name from warehouse.main.stg group by org_id',
  mart:
    'select s.key, r.name as region, case when s.name is null then 0 else 1 end as is_named, ' +
    'row_number() over (order by s.id) as place ' +
    'from warehouse.main.stg s join warehouse.main.region r on r.id = s.org_id order by s.id',
  lines: 'select lower(number) as number, count(*) over () as n from __dbt__cte__inlined_too -- inlined_too',
  log: 'select id, email from warehouse.main.raw_user later{union all select id, email from warehouse.main.log}',
  odd: "select * from read_csv('x.csv')",
};

async function events(models: TestProject['models'], time = NOON): Promise<readonly unknown[]> {
  const project = testProject({
    models,
    seeds: ['region'],
    materialized: { inlined: 'ephemeral', inlined_too: 'ephemeral', log: 'incremental' },
  });
  const masks = [{ macro: 'hash_pii', yields: 'pseudonymous' as const }];
  const lineage = await traceProject({ project, sourceColumns: SOURCE_COLUMNS, masks, nonce: 'f00d' });
  const text = openLineageEvents({ project, lineage, version: '1.2.3', time });
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('an event has what the schema of OpenLineage requires, and nothing that is not in it', async () => {
  const ajv = new Ajv2020({ allErrors: true });
  addFormats(ajv);
  const validate = ajv.compile(schema);

  for (const event of await events(MODELS)) {
    validate(event);
    expect(validate.errors).toBeNull();
  }
});

test('each model has one event, a seed or an ephemeral model none', async () => {
  const text = (await events(MODELS)).map((event) => `${JSON.stringify(event, null, 2)}\n`).join('');

  await expect(text).toMatchFileSnapshot('golden/openlineage/events.json');
});

test('the same lineage has the same run ids at another time, and other lineage has others', async () => {
  const ids = async (models: TestProject['models'], time: Date) =>
    (await events(models, time)).map((event) => /"runId":"([^"]+)"/.exec(JSON.stringify(event))?.[1]);

  const first = await ids(MODELS, NOON);

  expect(await ids(MODELS, new Date('2027-01-01T00:00:00Z'))).toEqual(first);
  expect(new Set(first).size).toBe(6);
  const [stg, ...others] = await ids({ ...MODELS, stg: `${MODELS['stg']} and age > 17` }, NOON);
  expect(others).toEqual(first.slice(1));
  expect(stg).not.toBe(first[0]);
});

test('a table that a model reads through ephemeral ones is its input', async () => {
  const lines = (await events(MODELS)).find((event) => JSON.stringify(event).includes('model.app.lines'));

  expect(lines).toMatchObject({
    inputs: [{ name: 'warehouse.main.raw_user' }],
    outputs: [
      {
        facets: {
          columnLineage: {
            fields: {
              number: {
                inputFields: [
                  {
                    name: 'warehouse.main.raw_user',
                    field: 'phone',
                    transformations: [
                      {
                        type: 'DIRECT',
                        subtype: 'TRANSFORMATION',
                        description: 'upper(phone) → line as number → lower(number)',
                      },
                    ],
                  },
                ],
              },
            },
            dataset: [{ field: 'age', transformations: [{ type: 'INDIRECT', subtype: 'FILTER' }] }],
          },
        },
      },
    ],
  });
});

test('an incremental model reads its own table', async () => {
  const log = (await events(MODELS)).find((event) => JSON.stringify(event).includes('model.app.log'));

  expect(log).toMatchObject({ inputs: [{ name: 'warehouse.main.log' }, { name: 'warehouse.main.raw_user' }] });
  expect(JSON.stringify(log)).toContain('"name":"warehouse.main.log","field":"email"');
});
