import { expect, test } from 'vitest';
import { type Files, load } from '../project/testing/small-project.ts';
import { traceProject } from './trace-project.ts';

const SOURCES = {
  'models/sources.yml': 'sources: [{name: raw, schema: main, tables: [{name: users}, {name: events}]}]',
};

const COLUMNS = new Map([
  ['source.app.raw.users', [{ name: 'email', type: 'VARCHAR' }]],
  ['source.app.raw.events', [{ name: 'kind', type: 'VARCHAR' }]],
]);

/** The flows into each column of the model `mart`, or the reason why it is unknown. */
async function traced(files: Files): Promise<readonly string[]> {
  const { nodes } = await traceProject({
    project: await load({ ...SOURCES, ...files }),
    sourceColumns: COLUMNS,
    masks: [],
    nonce: 'f00d',
  });
  const mart = nodes.get('model.app.mart');
  if (mart?.status !== 'traced') return [`unknown: ${mart?.reason}`];
  return [
    ...mart.columns.map(
      ({ name, flows }) => `${name}: ${flows.map(({ source, state }) => `${source.column} ${state}`)}`,
    ),
    ...new Set(mart.dataset.map(({ source, subtype }) => `rows: ${subtype} ${source.column}`)),
  ];
}

const PROJECT = 'name: app\nprofile: app\n';
const EVENTS = "select kind from {{ source('raw', 'events') }}";

test.each([
  {
    name: 'a macro that a hook makes is followed into its body',
    files: {
      'dbt_project.yml': `${PROJECT}on-run-start: ["create or replace macro deco(x) as 'hi ' || x"]\n`,
      'models/mart.sql': "select deco(email) as x from {{ source('raw', 'users') }}",
    },
    flows: ['x: email clear'],
  },
  {
    name: 'a macro that a hook makes may read a table',
    files: {
      'dbt_project.yml': `${PROJECT}on-run-start: ["create macro first_mail() as (select min(email) from {{ source('raw', 'users') }})"]\n`,
      'models/mart.sql': 'select first_mail() as x',
    },
    flows: ['x: email clear'],
  },
  {
    name: 'two macros of one name are nobody’s',
    files: {
      'dbt_project.yml': `${PROJECT}on-run-start: ["create or replace macro deco(x) as 1", "create or replace macro deco(x) as x"]\n`,
      'models/mart.sql': "select deco(email) as x from {{ source('raw', 'users') }}",
    },
    flows: ['unknown: a hook of app-on-run-start-1 makes another macro deco than another hook'],
  },
  {
    name: 'rows that a hook adds to its own model are followed',
    files: {
      'models/mart.sql': `{{ config(materialized='table', post_hook="insert into {{ this }} select email from {{ source('raw', 'users') }}") }} ${EVENTS}`,
    },
    flows: ['kind: kind clear,email clear'],
  },
  {
    name: 'rows that a hook adds through run_query are followed',
    files: {
      'models/mart.sql': `{{ config(materialized='table', post_hook="{% do run_query('insert into ' ~ this ~ ' (kind) select email from ' ~ source('raw', 'users')) %}") }} ${EVENTS}`,
    },
    flows: ['kind: kind clear,email clear'],
  },
  {
    name: 'what a hook deletes by is an influence',
    files: {
      'models/mart.sql': `{{ config(materialized='table', post_hook="delete from {{ this }} where kind in (select email from {{ source('raw', 'users') }})") }} ${EVENTS}`,
    },
    flows: expect.arrayContaining(['rows: FILTER email']),
  },
  {
    name: 'what a hook updates is followed',
    files: {
      'models/mart.sql': `{{ config(materialized='table', post_hook="update {{ this }} set kind = (select min(email) from {{ source('raw', 'users') }})") }} ${EVENTS}`,
    },
    flows: expect.arrayContaining([expect.stringMatching(/kind: .*email clear/)]),
  },
  {
    name: 'a constant that a hook adds is nothing',
    files: {
      'models/mart.sql': `{{ config(materialized='table', post_hook="insert into {{ this }} values ('{{ run_started_at }}')") }} ${EVENTS}`,
    },
    flows: ['kind: kind clear'],
  },
  {
    name: 'a hook of another model makes what it writes unknown',
    files: {
      'models/mart.sql': EVENTS,
      'models/other.sql': `{{ config(post_hook="insert into {{ ref('mart') }} select email from {{ source('raw', 'users') }}") }} select 1 as id`,
    },
    flows: ['unknown: a hook of other writes into it'],
  },
  {
    name: 'a hook that writes a source makes what reads it unknown',
    files: {
      'models/mart.sql': EVENTS,
      'models/other.sql': `{{ config(pre_hook="update {{ source('raw', 'events') }} set kind = (select min(email) from {{ source('raw', 'users') }})") }} select 1 as id`,
    },
    flows: ["unknown: it reads source('raw', 'events'): a hook of other writes into it"],
  },
  {
    name: 'a hook whose text depends on rows may write anything',
    files: {
      'models/mart.sql': EVENTS,
      'models/other.sql': `{{ config(post_hook="{% set t = run_query('select email from main.users') %}analyze") }} select 1 as id`,
    },
    flows: ['unknown: a hook of other depends on rows or on results of the run'],
  },
  {
    name: 'a hook whose text depends on results of the run may write anything',
    files: {
      'dbt_project.yml': `${PROJECT}on-run-end: ["{% for r in results %}insert into main.mart select email from main.users{% endfor %}"]\n`,
      'models/mart.sql': EVENTS,
    },
    flows: ['unknown: a hook of app-on-run-end-0 depends on rows or on results of the run'],
  },
  {
    name: 'a hook is read as if its table were there, too',
    files: {
      'models/mart.sql': `{{ config(materialized='table', post_hook="{% if load_relation(this) %}insert into {{ this }} select email from main.users{% endif %}") }} ${EVENTS}`,
    },
    flows: ['kind: kind clear,email clear'],
  },
  {
    name: 'a table that a hook fills with its own words has no flows',
    files: {
      'dbt_project.yml': `${PROJECT}on-run-start: ["create or replace table main.settings as select 5 as days"]\n`,
      'models/mart.sql': 'select days from main.settings',
    },
    flows: expect.arrayContaining([expect.stringMatching(/^days: /)]),
  },
])('$name', async ({ files, flows }) => {
  expect(await traced(files)).toEqual(flows);
});
