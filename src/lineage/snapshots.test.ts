import { expect, test } from 'vitest';
import { type Files, load } from '../project/testing/small-project.ts';
import { UserError } from '../user-error.ts';
import type { NodeLineage } from './flow.ts';
import { rootName } from './formats/root-name.ts';
import { traceProject } from './trace-project.ts';

const SOURCES = `sources:
  - name: raw
    schema: main
    tables: [{name: users}]
`;
const USERS = [
  { name: 'id', type: 'INTEGER' },
  { name: 'email', type: 'VARCHAR' },
  { name: 'city', type: 'VARCHAR' },
  { name: 'changed_at', type: 'TIMESTAMP' },
];

/** Flows as `email: IDENTITY raw.users.email clear`, those of rows without a column. */
async function flows(files: Files): Promise<readonly string[]> {
  const project = await load({ 'models/sources.yml': SOURCES, ...files });
  const masks = ['hash_pii'];
  const sourceColumns = new Map([['source.app.raw.users', USERS]]);
  const { nodes } = await traceProject({ project, sourceColumns, masks, nonce: 'f00d' });
  const node: NodeLineage | undefined = nodes.get('snapshot.app.history');
  if (node?.status !== 'traced') return [node?.reason ?? 'no lineage'];
  const spell = (into: string, list: typeof node.dataset) =>
    list.map(({ subtype, source, state }) => `${into}${subtype} ${rootName(project, source)} ${state}`);
  return [
    ...node.columns.flatMap((column) => spell(`${column.name}: `, column.flows)),
    ...spell('', node.dataset),
  ].sort();
}

const block = (config: string, query: string) => ({
  'snapshots/s.sql': `{% snapshot history %}{{ config(${config}) }}${query}{% endsnapshot %}`,
  'macros/m.sql': "{% macro hash_pii(x) %}sha256({{ x }} || 'salt'){% endmacro %}",
});
const TIME = "strategy='timestamp', unique_key='id', updated_at='changed_at'";
const FROM = "from {{ source('raw', 'users') }}";

const holds: readonly {
  readonly name: string;
  readonly files: Files;
  readonly with: readonly string[];
  readonly without: readonly string[];
}[] = [
  {
    name: 'a snapshot has what its query gives, and gave before',
    files: block(TIME, `select id, lower(email) as contact, changed_at ${FROM}`),
    with: ['contact: TRANSFORMATION raw.users.email clear', 'id: IDENTITY raw.users.id clear'],
    without: [],
  },
  {
    name: 'the id of a row comes from the key and the time',
    files: block(TIME, `select id, changed_at ${FROM}`),
    with: [
      'dbt_scd_id: TRANSFORMATION raw.users.changed_at clear',
      'dbt_scd_id: TRANSFORMATION raw.users.id clear',
      'dbt_valid_from: IDENTITY raw.users.changed_at clear',
    ],
    without: ['dbt_scd_id: TRANSFORMATION raw.users.email clear'],
  },
  {
    name: 'a personal key is in the id',
    files: block(TIME.replace("'id'", "'email'"), `select email, changed_at ${FROM}`),
    with: ['dbt_scd_id: TRANSFORMATION raw.users.email clear', 'JOIN raw.users.email clear'],
    without: [],
  },
  {
    name: 'when a row ended tells that a compared column changed',
    files: block("strategy='check', unique_key='id', check_cols=['email']", `select id, email, city ${FROM}`),
    with: ['dbt_valid_to: CONDITIONAL raw.users.email partial', 'FILTER raw.users.email partial'],
    without: ['dbt_valid_to: CONDITIONAL raw.users.city partial'],
  },
  {
    name: 'all columns may be compared',
    files: block("strategy='check', unique_key='id', check_cols='all'", `select id, email, city ${FROM}`),
    with: ['dbt_valid_to: CONDITIONAL raw.users.email partial', 'dbt_valid_to: CONDITIONAL raw.users.city partial'],
    without: [],
  },
  {
    name: 'a row for a deletion has the old values',
    files: block(`${TIME}, hard_deletes='new_record'`, `select id, email, changed_at ${FROM}`),
    with: ['email: IDENTITY raw.users.email clear'],
    without: [],
  },
  {
    name: 'a mask in its query is a mask',
    files: block(TIME, `select id, {{ hash_pii('email') }} as who, changed_at ${FROM}`),
    with: ['who: TRANSFORMATION raw.users.email pseudonymous'],
    without: ['who: TRANSFORMATION raw.users.email clear'],
  },
  {
    name: 'a snapshot that YAML declares is traced, too',
    files: {
      'snapshots/s.yml': `snapshots:
  - name: history
    relation: source('raw', 'users')
    config: {strategy: check, unique_key: id, check_cols: all, dbt_valid_to_current: "timestamp '9999-12-31'"}
`,
    },
    with: ['email: IDENTITY raw.users.email clear', 'dbt_valid_to: CONDITIONAL raw.users.city partial'],
    without: [],
  },
];

test.each(holds)('$name', async ({ files, with: expected, without }) => {
  const found = await flows(files);
  expect(found).toEqual(expect.arrayContaining([...expected]));
  expect(found.filter((flow) => without.includes(flow))).toEqual([]);
});

test.each([
  {
    name: 'a compared column that is not there',
    files: block("strategy='check', unique_key='id', check_cols=['emial']", `select id, email ${FROM}`),
    says: "the snapshot history compares 'emial', which its query does not give. Did you mean 'email'?",
  },
  {
    name: 'no key',
    files: block("strategy='timestamp', updated_at='changed_at'", `select id, changed_at ${FROM}`),
    says: 'the snapshot history has no unique_key.',
  },
])('$name is a mistake', async ({ files, says }) => {
  const mistakes = await flows(files).catch((error: unknown) => (error instanceof UserError ? error.mistakes : []));
  expect(mistakes.map((mistake) => (typeof mistake === 'string' ? mistake : mistake.message))).toEqual([says]);
});

test('a mistake in the query of a snapshot has its place', async () => {
  const files = block(TIME, `\nselect id, changed_at,\n  emial ${FROM}`);
  const error = await flows(files).catch((thrown: unknown) => thrown);
  const [mistake] = error instanceof UserError ? error.mistakes : [];
  expect({ code: mistake?.code, location: mistake?.location }).toEqual({
    code: 'sql-binder',
    location: { file: 'snapshots/s.sql', line: 3, column: 3 },
  });
});

test.each([
  ['unique_key', "strategy='timestamp', unique_key='id, city', updated_at='changed_at'"],
  ['updated_at', "strategy='timestamp', unique_key='id', updated_at='changed_at) from users; --'"],
  ['dbt_valid_to_current', `${TIME}, dbt_valid_to_current='null), (1'`],
])('a %s that is more than an expression is refused before anything is built', async (key, config) => {
  await expect(flows(block(config, `select id, city, changed_at ${FROM}`))).rejects.toThrow(
    `snapshots/s.sql:1:1 the snapshot history has a ${key} that is not one expression`,
  );
});

test('an expression of the configuration may not call everything', async () => {
  const config = "strategy='check', check_cols='all', unique_key=\"write_log(id)\"";
  expect(await flows(block(config, `select id ${FROM}`))).toEqual([expect.stringMatching(/^write_log\(\) is refused/)]);
});
