import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CANARY, copyExample, type Edit, fenceline } from './cli.ts';
import { sharedPostgres } from './shared-postgres.ts';

let postgres: Awaited<ReturnType<typeof sharedPostgres>>;
beforeAll(async () => {
  postgres = await sharedPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

const MART = 'models/marts/safe/mart_event_type_volume.sql';
const TEST = 'models/staging/_staging.yml';
const rewritten = (text: string): Edit => ({ file: MART, text });

const OVER_DATA = `select 'login' as event_type, *
from (
    pivot {{ ref('stg_appointments') }} on status using count(*) as visits group by organization_id
)
`;

const named: readonly {
  readonly name: string;
  readonly mart: string;
  readonly line: number;
  readonly unknown: boolean;
}[] = [
  {
    name: 'by a PIVOT with a list of values',
    mart: `select 'login' as event_type, *
from (
    pivot (select id, email from {{ source('raw', 'raw_user') }})
    on email in ('nobody@clinic.example')
    using count(*)
)
`,
    line: 3,
    unknown: false,
  },
  {
    name: 'by a PIVOT over the data',
    mart: `select 'login' as event_type, *
from (pivot {{ source('raw', 'raw_user') }} on lower(email) using count(*) group by is_active)
`,
    line: 2,
    unknown: true,
  },
  {
    name: 'by a template that asks for its values',
    mart: `{% set people = run_query('select email from ' ~ source('raw', 'raw_user') ~ ' order by id limit 3') %}
select 'login' as event_type
{% if execute %}{% for email in people.columns[0].values() %}, count(*) + {{ loop.index }} as "{{ email }}"{% endfor %}{% endif %}
from {{ source('raw', 'raw_organization') }}
`,
    line: 1,
    unknown: false,
  },
];

test.each(named)(
  'a table whose columns a personal column names, $name, fails the gate',
  async ({ mart, line, unknown }) => {
    await using project = await copyExample([rewritten(mart)]);

    const { code, stdout, stderr } = await fenceline(['run', project.directory, ...postgres.args]);

    expect({ code, stderr }).toMatchObject({ code: 1 });
    const { findings } = await project.report();
    expect(findings.find(({ rule }) => rule === 'pii-column-name')).toMatchObject({
      severity: 'error',
      model: 'mart_event_type_volume',
      column: '*',
      source: { relation: 'raw.raw_user', column: 'email' },
      state: 'clear',
      location: { file: MART, line },
    });
    expect(findings.some(({ rule }) => rule === 'unknown-flow')).toBe(unknown);
    expect(stdout).toContain(`${MART}:${line}:`);
    expect(stdout).toContain('mart_event_type_volume (column names)');
    expect(await readdir(join(project.directory, 'target'))).not.toContain('warehouse.duckdb');
    const reports = await reported(project.directory);
    expect(`${stdout}${stderr}${reports}`).not.toMatch(CANARY);
    expect(`${stdout}${reports}`).not.toContain('nobody@clinic');
  },
);

test('a PIVOT over the data is built and followed where a test declares the values', async () => {
  await using project = await copyExample([rewritten(OVER_DATA)]);

  const { code, stdout, stderr } = await fenceline(['run', project.directory, ...postgres.args]);

  expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
  const lineage = JSON.parse(await readFile(join(project.directory, 'target/fenceline/lineage.json'), 'utf8'));
  expect(lineage.models.mart_event_type_volume.status).toBe('traced');
  expect(Object.keys(lineage.models.mart_event_type_volume.columns)).toEqual([
    'event_type',
    'organization_id',
    'canceled_visits',
    'completed_visits',
    'no_show_visits',
    'scheduled_visits',
  ]);
});

test('it is unknown where the data has other values than those declared', async () => {
  const values = 'values: [scheduled, completed, canceled, no_show]';
  await using project = await copyExample([
    rewritten(OVER_DATA),
    { file: TEST, find: values, put: values.replace(']', ', postponed]') },
  ]);

  const { code } = await fenceline(['run', project.directory, ...postgres.args]);

  expect(code).toBe(1);
  const { findings } = await project.report();
  expect(findings.find(({ rule }) => rule === 'unknown-flow')).toMatchObject({
    model: 'mart_event_type_volume',
    reason: expect.stringContaining('other columns than the declared values'),
  });
  expect(await readdir(join(project.directory, 'target'))).not.toContain('warehouse.duckdb');
});

async function reported(directory: string): Promise<string> {
  const folder = join(directory, 'target/fenceline');
  const texts = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')));
  return texts.join('\n');
}
