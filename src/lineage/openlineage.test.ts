import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import schema from '../../test/schema/openlineage.schema.json' with { type: 'json' };
import { openLineageEvents } from './openlineage.ts';
import { SOURCE_COLUMNS, type TestProject, testProject } from './testing/project.ts';
import { traceProject } from './trace-project.ts';

const NOON = new Date('2026-11-25T12:00:00Z');
const MODELS: TestProject['models'] = {
  stg: 'select id, mask(email) as key, lower(first_name) as name, org_id from warehouse.main.raw_user where is_active',
  inlined: 'select id, org_id from warehouse.main.raw_user',
  counts: 'select org_id, count(*) as users, max(name) as last_name from warehouse.main.stg group by org_id',
  mart:
    'select s.key, r.name as region, case when s.name is null then 0 else 1 end as is_named, ' +
    'row_number() over (order by s.id) as place ' +
    'from warehouse.main.stg s join warehouse.main.region r on r.id = s.org_id order by s.id',
  odd: "select * from read_csv('x.csv')",
};

async function events(models: TestProject['models'], time = NOON): Promise<readonly unknown[]> {
  const project = testProject({ models, seeds: ['region'], materialized: { inlined: 'ephemeral' } });
  const masks = [{ macro: 'hash_pii', yields: 'pseudonymous' as const }];
  const lineage = await traceProject({ project, sourceColumns: SOURCE_COLUMNS, masks, nonce: 'f00d' });
  const text = openLineageEvents({ project, lineage, version: '1.2.3', time });
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('events say what OpenLineage wants to be told, and nothing it does not know', async () => {
  const ajv = new Ajv2020({ allErrors: true });
  addFormats(ajv);
  const validate = ajv.compile(schema);

  for (const event of await events(MODELS)) {
    validate(event);
    expect(validate.errors).toBeNull();
  }
});

test('there is one event a model, and none for what is inlined or loaded', async () => {
  const text = (await events(MODELS)).map((event) => `${JSON.stringify(event, null, 2)}\n`).join('');

  await expect(text).toMatchFileSnapshot('golden/openlineage/events.json');
});

test('the same lineage has the same run ids at another time, and other lineage has others', async () => {
  const ids = async (models: TestProject['models'], time: Date) =>
    (await events(models, time)).map((event) => /"runId":"([^"]+)"/.exec(JSON.stringify(event))?.[1]);

  const first = await ids(MODELS, NOON);

  expect(await ids(MODELS, new Date('2027-01-01T00:00:00Z'))).toEqual(first);
  expect(new Set(first).size).toBe(4);
  const [stg, ...others] = await ids({ ...MODELS, stg: `${MODELS['stg']} and age > 17` }, NOON);
  expect(others).toEqual(first.slice(1));
  expect(stg).not.toBe(first[0]);
});
