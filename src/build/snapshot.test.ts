import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { load } from '../project/testing/small-project.ts';
import { quoteName } from '../quote.ts';
import { sql } from '../sql.ts';
import { openDuckDB } from '../warehouse/duckdb.ts';
import { testSql } from '../warehouse/testing/test-sql.ts';
import { buildProject } from './build-project.ts';

const SOURCES = 'sources: [{name: raw, schema: main, tables: [{name: users}]}]\n';

/**
 * Statements that change the source between runs. dbt-core 1.11.2 with dbt-duckdb 1.10.1 makes the expected tables of
 * them.
 */
const CHANGES = [
  `create table users as select * from (values
     (1, 1, 'a@x', 1, timestamp '2020-01-01'), (2, 1, 'b@x', null, timestamp '2020-01-01'),
     (3, 1, null, 3, timestamp '2020-01-01'), (4, 2, 'd@x', 4, timestamp '2020-01-01')) as t (id, org, email, n, changed_at)`,
  `update users set email = 'new@x', changed_at = timestamp '2021-01-01' where id = 1;
   update users set n = 7, changed_at = timestamp '2021-01-01' where id = 2;
   delete from users where id = 4;
   insert into users values (5, 1, 'e@x', 5, timestamp '2021-02-01')`,
  `alter table users add column extra int;
   insert into users values (4, 2, 'd@x', 4, timestamp '2022-01-01', 9);
   delete from users where id = 3`,
];

const BY_TIME = `{% snapshot history %}
{{ config(strategy='timestamp', unique_key='id', updated_at='changed_at', hard_deletes='invalidate') }}
select * from {{ source('raw', 'users') }}
{% endsnapshot %}`;

const BY_CHECK = `{% snapshot history %}
{{ config(strategy='check', unique_key=['id', 'org'], check_cols=['email', 'n'], updated_at='changed_at') }}
select id, org, email, n, changed_at from {{ source('raw', 'users') }}
{% endsnapshot %}`;

const EVERYTHING = `snapshots:
  - name: history
    relation: source('raw', 'users')
    config:
      strategy: check
      unique_key: id
      check_cols: all
      updated_at: changed_at
      hard_deletes: new_record
      dbt_valid_to_current: timestamp '9999-12-31'
      snapshot_meta_column_names: {dbt_valid_from: valid_from, dbt_valid_to: valid_to}
`;

/** Prints the values of a type: a timestamp as its day, and the time of the run as `now`. */
const SHOWN: { readonly [column: string]: (value: string) => string } = {
  TIMESTAMP: (value) => value.slice(0, 10).replace(/^202[3-9]-.*/, 'now'),
};

async function snapshotAfter(snapshot: { readonly [path: string]: string }, changes: readonly string[]) {
  const project = await load({ 'models/sources.yml': SOURCES, ...snapshot });
  const folder = mkdtempSync(join(tmpdir(), 'fenceline-snapshot-'));
  try {
    await using warehouse = await openDuckDB(join(folder, 'dev.duckdb'));
    for (const change of changes) {
      await warehouse.run(testSql(change));
      const [result] = await buildProject({
        project,
        warehouse,
        selected: new Set(project.nodes.keys()),
        kind: 'build',
        threads: 1,
        fullRefresh: true,
        progress: () => undefined,
        signal: new AbortController().signal,
      });
      expect(result).toMatchObject({ status: 'success' });
    }
    const columns = await warehouse.describe(sql`select * from main.history`);
    const list = columns.map(({ name }) => `${quoteName(name)}::varchar as ${quoteName(name)}`);
    const rows = await warehouse.rows(testSql(`select ${list.join(', ')} from main.history order by all`));
    const shown = rows.map((row) =>
      columns
        .map(({ name, type }) => (row[name] === null ? '-' : (SHOWN[type] ?? String)(String(row[name]))))
        .join(' '),
    );
    return { columns: columns.map(({ name, type }) => `${name} ${type}`).join(', '), rows: shown };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const cases = [
  {
    name: 'the first run keeps every row as valid now',
    snapshot: { 'snapshots/s.sql': BY_TIME },
    changes: 1,
    columns:
      'id INTEGER, org INTEGER, email VARCHAR, n INTEGER, changed_at TIMESTAMP, dbt_scd_id VARCHAR, dbt_updated_at TIMESTAMP, dbt_valid_from TIMESTAMP, dbt_valid_to TIMESTAMP',
    rows: [
      '1 1 a@x 1 2020-01-01 1594ed15a40582bdbe0bc8e1fcc6b1f5 2020-01-01 2020-01-01 -',
      '2 1 b@x - 2020-01-01 443343ac425cd455fb4c6b16d7cc7495 2020-01-01 2020-01-01 -',
      '3 1 - 3 2020-01-01 9bb988ed6a5a446202e3a16b727d6428 2020-01-01 2020-01-01 -',
      '4 2 d@x 4 2020-01-01 c645355bb7422cffcd5bfebfcf3d1a49 2020-01-01 2020-01-01 -',
    ],
  },
  {
    name: 'by time, what changed ends and goes on, what is gone ends now, and a new column is added',
    snapshot: { 'snapshots/s.sql': BY_TIME },
    changes: 3,
    columns:
      'id INTEGER, org INTEGER, email VARCHAR, n INTEGER, changed_at TIMESTAMP, dbt_scd_id VARCHAR, dbt_updated_at TIMESTAMP, dbt_valid_from TIMESTAMP, dbt_valid_to TIMESTAMP, extra INTEGER',
    rows: [
      '1 1 a@x 1 2020-01-01 1594ed15a40582bdbe0bc8e1fcc6b1f5 2020-01-01 2020-01-01 2021-01-01 -',
      '1 1 new@x 1 2021-01-01 5ecda49f07401ecb61301cfe9ab4da5b 2021-01-01 2021-01-01 - -',
      '2 1 b@x 7 2021-01-01 6487ee7a9e6f6ccdf5091bfd991b1f94 2021-01-01 2021-01-01 - -',
      '2 1 b@x - 2020-01-01 443343ac425cd455fb4c6b16d7cc7495 2020-01-01 2020-01-01 2021-01-01 -',
      '3 1 - 3 2020-01-01 9bb988ed6a5a446202e3a16b727d6428 2020-01-01 2020-01-01 now -',
      '4 2 d@x 4 2020-01-01 c645355bb7422cffcd5bfebfcf3d1a49 2020-01-01 2020-01-01 now -',
      '4 2 d@x 4 2022-01-01 abbb78aa988ff984bea8ec80513c9ea9 2022-01-01 2022-01-01 - 9',
      '5 1 e@x 5 2021-02-01 ae160333f02ef5dc931112f1c62bd1cb 2021-02-01 2021-02-01 - -',
    ],
  },
  {
    name: 'by comparison of some columns with a key of several, what is gone stays',
    snapshot: { 'snapshots/s.sql': BY_CHECK },
    changes: 3,
    columns:
      'id INTEGER, org INTEGER, email VARCHAR, n INTEGER, changed_at TIMESTAMP, dbt_scd_id VARCHAR, dbt_updated_at TIMESTAMP, dbt_valid_from TIMESTAMP, dbt_valid_to TIMESTAMP',
    rows: [
      '1 1 a@x 1 2020-01-01 077fe1691c5bae90c8bcc5bf26234a1b 2020-01-01 2020-01-01 2021-01-01',
      '1 1 new@x 1 2021-01-01 e492f834fd81fe2afc7daa7bf4611d4f 2021-01-01 2021-01-01 -',
      '2 1 b@x 7 2021-01-01 19311a152f0be30e9c28e2b0091796d5 2021-01-01 2021-01-01 -',
      '2 1 b@x - 2020-01-01 5f50921d2e50ec13813bfed13edc7fb7 2020-01-01 2020-01-01 2021-01-01',
      '3 1 - 3 2020-01-01 8f2fdf58c73866072903e87ed6f96d92 2020-01-01 2020-01-01 -',
      '4 2 d@x 4 2020-01-01 538db41c4005c7052eff13b116c19953 2020-01-01 2020-01-01 -',
      '5 1 e@x 5 2021-02-01 532ac1939541815e477743deb8aa53c1 2021-02-01 2021-02-01 -',
    ],
  },
] as const;

test.each(cases)('$name', async ({ snapshot, changes, columns, rows }) => {
  expect(await snapshotAfter(snapshot, CHANGES.slice(0, changes))).toEqual({ columns, rows });
});

test('by comparison of all columns, a new one changes every row; what is gone gets a row that says so', async () => {
  const { columns, rows } = await snapshotAfter({ 'snapshots/s.yml': EVERYTHING }, CHANGES);
  expect(columns).toBe(
    'id INTEGER, org INTEGER, email VARCHAR, n INTEGER, changed_at TIMESTAMP, dbt_scd_id VARCHAR, dbt_updated_at TIMESTAMP, valid_from TIMESTAMP, valid_to TIMESTAMP, dbt_is_deleted VARCHAR, extra INTEGER',
  );
  // The `dbt_scd_id` of a row that records a deletion is a hash of the time of the run.
  expect(rows.map((row) => (row.includes('True') ? row.replace(/ [0-9a-f]{32}/, ' id') : row)).sort()).toEqual([
    '1 1 a@x 1 2020-01-01 1594ed15a40582bdbe0bc8e1fcc6b1f5 2020-01-01 2020-01-01 2021-01-01 False -',
    '1 1 new@x 1 2021-01-01 5ecda49f07401ecb61301cfe9ab4da5b 2021-01-01 2021-01-01 2021-01-01 False -',
    '1 1 new@x 1 2021-01-01 5ecda49f07401ecb61301cfe9ab4da5b 2021-01-01 2021-01-01 9999-12-31 False -',
    '2 1 b@x - 2020-01-01 443343ac425cd455fb4c6b16d7cc7495 2020-01-01 2020-01-01 2021-01-01 False -',
    '2 1 b@x 7 2021-01-01 6487ee7a9e6f6ccdf5091bfd991b1f94 2021-01-01 2021-01-01 2021-01-01 False -',
    '2 1 b@x 7 2021-01-01 6487ee7a9e6f6ccdf5091bfd991b1f94 2021-01-01 2021-01-01 9999-12-31 False -',
    '3 1 - 3 2020-01-01 9bb988ed6a5a446202e3a16b727d6428 2020-01-01 2020-01-01 now False -',
    '3 1 - 3 2020-01-01 id now now 9999-12-31 True -',
    '4 2 d@x 4 2020-01-01 c645355bb7422cffcd5bfebfcf3d1a49 2020-01-01 2020-01-01 now False -',
    '4 2 d@x 4 2020-01-01 id now now 2022-01-01 True -',
    '4 2 d@x 4 2022-01-01 abbb78aa988ff984bea8ec80513c9ea9 2022-01-01 2022-01-01 9999-12-31 False 9',
    '5 1 e@x 5 2021-02-01 ae160333f02ef5dc931112f1c62bd1cb 2021-02-01 2021-02-01 2021-02-01 False -',
    '5 1 e@x 5 2021-02-01 ae160333f02ef5dc931112f1c62bd1cb 2021-02-01 2021-02-01 9999-12-31 False -',
  ]);
});

test.each([
  [
    'unique_key',
    "unique_key='id as dbt_unique_key_1 from snapshot_query), planted as (select 1 as id', updated_at='n'",
  ],
  ['unique_key', "unique_key='id, n', updated_at='n'"],
  ['updated_at', "unique_key='id', updated_at='n) from users; create table planted as (select 1'"],
  ['dbt_valid_to_current', "unique_key='id', updated_at='n', dbt_valid_to_current='null), (1'"],
])('a %s that is more than an expression is refused, and nothing runs', async (key, settings) => {
  const project = await load({
    'models/sources.yml': SOURCES,
    'snapshots/s.sql': `{% snapshot history %}{{ config(strategy='timestamp', ${settings}) }}
      select * from {{ source('raw', 'users') }}{% endsnapshot %}`,
  });
  await using warehouse = await openDuckDB(':memory:');
  await warehouse.run(sql`attach ':memory:' as dev; use dev; create table users as select 1 as id, 1 as n`);
  const [result] = await buildProject({
    project,
    warehouse,
    selected: new Set(project.nodes.keys()),
    kind: 'build',
    threads: 1,
    fullRefresh: true,
    progress: () => undefined,
    signal: new AbortController().signal,
  });

  expect(result).toMatchObject({ status: 'error', message: expect.stringContaining(`has a ${key} that is not one`) });
  expect(await warehouse.rows(sql`select table_name from duckdb_tables()`)).toEqual([{ table_name: 'users' }]);
});

test.each([
  ["updated_at='changed_at'", "updated_at='write_log(email)::timestamp'"],
  ["unique_key='id'", "unique_key='write_log(email)'"],
  ["hard_deletes='invalidate'", "dbt_valid_to_current='write_log(now()::varchar)'"],
])('an expression of the configuration may not call what is refused: %s', async (written, put) => {
  const project = await load({ 'models/sources.yml': SOURCES, 'snapshots/s.sql': BY_TIME.replace(written, put) });
  await using warehouse = await openDuckDB(':memory:');
  await warehouse.run(testSql(`attach ':memory:' as dev; use dev; ${CHANGES[0]}`));

  const results = await buildProject({
    project,
    warehouse,
    selected: new Set(project.nodes.keys()),
    kind: 'build',
    threads: 1,
    fullRefresh: false,
    progress: () => undefined,
    signal: new AbortController().signal,
  });

  expect(results.map(({ message }) => message).join()).toContain('write_log() is refused: it ');
});
