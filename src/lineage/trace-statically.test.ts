import { expect, test } from 'vitest';
import { warehouseAdapter } from '../build/adapter.ts';
import type { NodeLineage } from '../lineage/flow.ts';
import { type Files, load } from '../project/testing/small-project.ts';
import { sql } from '../sql.ts';
import { openDuckDB } from '../warehouse/duckdb.ts';
import { openRunTexts } from './run-texts.ts';
import { traceStatically } from './trace-statically.ts';

const READ = "{% set v = run_query('select email from users').columns[0].values()[0] if execute else 'x' %}";

async function trace(models: Files) {
  const project = await load({
    'models/sources.yml': `sources: [{name: raw, schema: main, tables: [{name: users, columns: [{name: email}]}]}]
models: [{name: declared, columns: [{name: ada_total}]}]
`,
    ...models,
  });
  await using warehouse = await openDuckDB(':memory:');
  await warehouse.run(sql`attach ':memory:' as dev; use dev; create table users as select 'ada@clinic.test' as email`);
  const adapter = warehouseAdapter(warehouse, 'dev');
  const { signal } = new AbortController();
  // Without this `await` the function would close the warehouse before the trace ends.
  return await traceStatically({ project, warehouse, masks: [], runTexts: openRunTexts(), adapter, signal });
}

/** The flows of a model, as `contact: source.app.raw.users.email by lower(email)`, or the reason why it is unknown. */
function spell(lineage: NodeLineage | undefined): readonly string[] {
  if (lineage?.status !== 'traced') return [`unknown: ${lineage?.reason}`];
  return lineage.columns.map(({ name, flows }) => {
    const [flow] = flows;
    return `${name}: ${flow?.source.column ?? 'nothing'} by ${flow?.steps.map(({ expression }) => expression).join(', ') ?? ''}`;
  });
}

const cases: readonly {
  readonly name: string;
  readonly models: Files;
  readonly lineage: Readonly<Record<string, readonly string[]>>;
}[] = [
  {
    name: 'SQL that may hold rows is not quoted, SQL of its readers is',
    models: {
      'models/a.sql': `${READ}select "{{ v }}".email as contact from {{ source('raw', 'users') }} as "{{ v }}"`,
      'models/b.sql': "select lower(contact) as contact from {{ ref('a') }}",
    },
    lineage: { a: ['contact: email by '], b: ['contact: email by , lower(contact)'] },
  },
  {
    name: 'a watermark is not quoted',
    models: {
      'models/a.sql': `${READ}select email, count(*) from {{ source('raw', 'users') }} where email > '{{ v }}' group by all`,
    },
    lineage: { a: ['email: email by ', 'count_star(): email by '] },
  },
];

test.each(cases)('$name', async ({ models, lineage }) => {
  const traced = await trace(models);
  const found = Object.keys(lineage).map((name) => [name, spell(traced.nodes.get(`model.app.${name}`))]);
  expect(Object.fromEntries(found)).toEqual(lineage);
});

test('a mistake in SQL that may hold rows makes the model unknown, and its message is not shown', async () => {
  const { nodes } = await trace({ 'models/a.sql': `${READ}select "{{ v }}" from {{ source('raw', 'users') }}` });
  expect(spell(nodes.get('model.app.a'))).toEqual([
    'unknown: its template reads rows, so the reason for its unknown flows is not shown',
  ]);
});
