import { expect, test } from 'vitest';
import { traceProject } from '../lineage/trace-project.ts';
import { type Files, load } from '../project/testing/small-project.ts';
import { checkContract } from './check-contract.ts';
import { CONTRACT } from './testing/built-project.ts';

const SOURCES = `sources:
  - name: raw
    schema: main
    tables:
      - name: users
        columns:
          - {name: id, data_type: integer}
          - {name: email, data_type: varchar, tags: [pii]}
`;

/** Findings of a project over one table of users, as `mart.contact < main.users.email clear`. */
async function findings(files: Files): Promise<readonly string[]> {
  const project = await load({ 'models/sources.yml': SOURCES, ...files });
  const users = [
    { name: 'id', type: 'INTEGER' },
    { name: 'email', type: 'VARCHAR' },
  ];
  const lineage = await traceProject({
    project,
    sourceColumns: new Map([['source.app.raw.users', users]]),
    masks: [],
    nonce: 'f00d',
  });
  const { findings: found } = checkContract({
    project,
    lineage,
    contract: CONTRACT,
    synced: undefined,
    today: '2026-11-25',
    maskFindings: [],
    verified: [],
  });
  // All models of these projects are in one schema, which is a warning of its own: see tier-schemas.test.ts.
  const inTiers = found.filter(({ rule }) => rule !== 'pii-in-schema');
  return inTiers.map((finding) => {
    if (finding.rule === 'indirect-flow')
      return `${[finding.model, finding.column].filter(Boolean).join('.')} ${finding.rule}`;
    if (finding.rule !== 'pii-in-tier') return finding.rule;
    const { model, column, source, state } = finding;
    return `${model}.${column} < ${source.relation}.${source.column} ${state}`;
  });
}

const cases: readonly { readonly name: string; readonly files: Files; readonly finds: readonly string[] }[] = [
  {
    name: 'a version in a tier is judged by itself',
    files: {
      'models/marts/safe/people_v1.sql': "select id, email from {{ source('raw', 'users') }}",
      'models/marts/safe/people_v2.sql': "select id from {{ source('raw', 'users') }}",
      'models/marts/restricted/people_v3.sql': "select id, email from {{ source('raw', 'users') }}",
      'models/marts/people.yml': 'models: [{name: people, versions: [{v: 1}, {v: 2}, {v: 3}]}]',
    },
    finds: ['people.v1.email < raw.users.email clear'],
  },
  {
    name: 'a ref without a version leads to what the latest version holds',
    files: {
      'models/people_v1.sql': "select id from {{ source('raw', 'users') }}",
      'models/people_v2.sql': "select id, email as contact from {{ source('raw', 'users') }}",
      'models/people.yml': 'models: [{name: people, versions: [{v: 1}, {v: 2}]}]',
      'models/marts/safe/mart.sql': "select * from {{ ref('people') }}",
    },
    finds: ['mart.contact < raw.users.email clear'],
  },
  {
    name: 'tags of one version count for that version alone',
    files: {
      'models/people_v1.sql': "select id as number from {{ source('raw', 'users') }}",
      'models/people_v2.sql': "select id as number from {{ source('raw', 'users') }}",
      'models/people.yml':
        'models: [{name: people, versions: [{v: 1, columns: [{name: number, tags: [pii]}]}, {v: 2}]}]',
      'models/marts/safe/first.sql': "select number from {{ ref('people', v=1) }}",
      'models/marts/safe/second.sql': "select number from {{ ref('people', v=2) }}",
    },
    finds: ['first.number < people.v1.number clear'],
  },
  {
    name: 'a snapshot hands personal data on',
    files: {
      'snapshots/s.sql':
        "{% snapshot kept %}{{ config(strategy='check', unique_key='id', check_cols='all') }}select id, email from {{ source('raw', 'users') }}{% endsnapshot %}",
      'models/marts/safe/mart.sql': "select id, email as contact from {{ ref('kept') }} where dbt_valid_to is null",
    },
    finds: ['mart.contact < raw.users.email clear', 'mart indirect-flow', 'mart indirect-flow'],
  },
  {
    name: 'a snapshot below the path of a tier is in it',
    files: {
      'snapshots/marts/safe/s.yml':
        "snapshots: [{name: kept, relation: \"source('raw', 'users')\", config: {strategy: check, unique_key: id, check_cols: all}}]",
    },
    // The end of a row, and the row after it, show that the address changed.
    finds: ['kept.email < raw.users.email clear', 'kept.dbt_valid_to indirect-flow', 'kept indirect-flow'],
  },
  {
    name: 'a column of a snapshot can be tagged',
    files: {
      'snapshots/s.yml':
        "snapshots: [{name: kept, relation: \"source('raw', 'users')\", columns: [{name: id, tags: [pii]}], config: {strategy: check, unique_key: id, check_cols: [id]}}]",
      'models/marts/safe/mart.sql': "select id as number from {{ ref('kept') }}",
    },
    finds: ['mart.number < kept.id clear', 'mart indirect-flow'],
  },
];

test.each(cases)('$name', async ({ files, finds }) => {
  expect(await findings(files)).toEqual(finds);
});
