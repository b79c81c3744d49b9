import { expect, test } from 'vitest';
import { type Attack, type AttackResult, runAttack, SOURCE, spell } from './attack.ts';

const leak = `select id, email from ${SOURCE}\n`;

/** Tables with personal data in the schema of the tier `safe`, each in its own way. One run must find them all. */
const LANDED = {
  'models/reports/in_no_tier.sql': `{{ config(materialized='table', schema='marts') }} ${leak}`,
  'models/reports/in_capitals.sql': `{{ config(materialized='view', schema='MARTS') }} ${leak}`,
  'models/reports/put_together.sql': `{{ config(schema=['m', 'arts'] | join, database='warehouse') }} ${leak}`,
  'models/marts/restricted/in_a_weaker_tier.sql': `{{ config(schema='marts', alias='mart_contacts') }} ${leak}`,
  'models/staging/by_properties.sql': leak,
  'models/staging/_properties.yml': 'models: [{ name: by_properties, config: { schema: marts } }]\n',
  'models/reports/reads_a_condition.sql': `{{ config(schema='marts') }} select id, case when email like 'a%' then 1 end as a from ${SOURCE}\n`,
  'models/reports/cannot_be_traced.sql': `{{ config(schema='marts') }} pivot ${SOURCE} on email using count(*)\n`,
  'snapshots/kept.sql': `{% snapshot kept %}{{ config(target_schema='marts', unique_key='id', strategy='check', check_cols='all') }} ${leak}{% endsnapshot %}\n`,
  'tests/keeps_failures.sql': `{{ config(store_failures=true, schema='marts', alias='mart_harmless', severity='warn') }} ${leak}`,
  'tests/keeps_a_view.sql': `{{ config(store_failures_as='view', schema='Marts', severity='warn') }} select email from warehouse.main.raw_user\n`,
  'seeds/people.csv': 'id,name\n1,Ada Lovelace\n',
  'seeds/_seeds.yml': 'seeds: [{ name: people, config: { schema: marts }, columns: [{ name: name, tags: [pii] }] }]\n',
};

test('a table with personal data is found in the schema of a tier, however it got there', async () => {
  const result = await runAttack({ head: LANDED });

  expect(result).toMatchObject({ code: 1 });
  expect(tables(result)).toEqual([
    'by_properties',
    'cannot_be_traced',
    'in_a_weaker_tier',
    'in_capitals',
    'in_no_tier',
    'keeps_a_view',
    'keeps_failures',
    'kept',
    'people',
    'put_together',
    'reads_a_condition',
  ]);
}, 60_000);

const attacks: readonly (Attack & { readonly name: string; readonly finds: readonly string[] })[] = [
  {
    name: 'the macro for schemas puts staging beside the marts',
    head: { 'macros/generate_schema_name.sql': '{% macro generate_schema_name(name, node) %}marts{% endmacro %}\n' },
    finds: ['mart_user_engagement', 'stg_appointments'],
  },
  {
    name: 'tables are copied into the schema of the marts',
    head: {
      'fenceline.yml': ['  schema: main\n', '  schema: Marts\n'],
      'models/staging/_sources.yml': ['    schema: main\n', '    schema: Marts\n'],
    },
    finds: ['raw.raw_appointment', 'raw.raw_event', 'raw.raw_user'],
  },
  {
    name: 'the marts leave their schema, and a model with personal data takes their place',
    head: {
      'dbt_project.yml': ['        +schema: marts\n', '        +schema: marts_new\n'],
      'models/reports/leak.sql': `{{ config(schema='marts', alias='mart_event_type_volume') }} ${leak}`,
    },
    finds: ['leak'],
  },
  {
    name: 'all schemas become one, where no schema says anything',
    head: { 'macros/generate_schema_name.sql': '{% macro generate_schema_name(name, node) %}main{% endmacro %}\n' },
    finds: ['mart_user_engagement', 'raw.raw_appointment', 'raw.raw_event', 'raw.raw_user', 'stg_appointments'],
  },
];

test.each(attacks)(
  'it does not help that $name',
  async ({ finds, ...attack }) => {
    const result = await runAttack(attack);

    expect(result).toMatchObject({ code: 1 });
    expect(tables(result)).toEqual(finds);
  },
  60_000,
);

test('a project of one schema is told so once, and passes', async () => {
  const { code, stdout, ...result } = await runAttack({
    base: { 'macros/generate_schema_name.sql': '{% macro generate_schema_name(name, node) %}main{% endmacro %}\n' },
    head: { 'models/marts/safe/one.sql': 'select 1 as one\n' },
  });

  expect({ code, stdout }).toMatchObject({ code: 0 });
  expect(spell({ code, stdout, ...result })).toEqual(['warning pii-in-schema']);
}, 60_000);

const CATALOGS = [
  'pg_catalog.pg_stats',
  'pg_catalog.pg_statistic',
  'pg_toast.pg_toast_2619',
  'information_schema.columns',
];

test.each(CATALOGS)(
  'what Postgres knows of its tables is not copied: %s',
  async (from) => {
    const { code, words } = await runAttack({
      head: { 'fenceline.yml': ['    event: {', `    stats: { from: ${from} }\n    event: {`] },
    });

    expect(code).toBe(2);
    expect(words).toContain("one of Postgres's own catalogs");
  },
  60_000,
);

/** Names of the tables of `pii-in-schema`, which must be errors. */
function tables({ report }: AttackResult): readonly string[] {
  return (report?.findings ?? [])
    .flatMap((finding) =>
      finding.rule === 'pii-in-schema' && finding.severity === 'error' && finding.holder.kind === 'table'
        ? [finding.holder.name]
        : [],
    )
    .sort();
}
