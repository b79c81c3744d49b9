import { describe, expect, test } from 'vitest';
import { openDuckDB } from '../../warehouse/duckdb.ts';
import { testSql } from '../../warehouse/testing/test-sql.ts';
import type { RootFlow } from '../flow.ts';
import { type TestProject, testProject } from '../testing/project.ts';
import { traceProject } from '../trace-project.ts';

const VISIT = 'warehouse.main.raw_appointment';
const SOURCE = 'source.app.raw.raw_appointment';
const TYPES = [
  { name: 'id', type: 'integer' },
  { name: 'mood', type: "enum('zoom', 'call', 'Vis''it')" },
  { name: 'status', type: 'varchar' },
  { name: 'level', type: 'integer' },
  { name: 'email', type: 'varchar' },
];
const COLUMNS = new Map([[SOURCE, TYPES]]);
const ACCEPTED = {
  [`${SOURCE}.status`]: ['open', 'Open', 'no show', "doctor's", 'open'],
  [`${SOURCE}.level`]: [10, 9, -1],
};
/** Rows with all declared values, and NULL. */
const ROWS = `(1, 'zoom', 'open', 10, 'a'), (2, 'call', 'Open', 9, 'b'), (3, 'Vis''it', 'no show', -1, 'c'),
  (4, null, 'doctor''s', null, 'd'), (5, null, null, 10, null)`;

async function trace(project: TestProject) {
  return await traceProject({
    project: testProject({ sources: ['raw_appointment'], accepted: ACCEPTED, ...project }),
    sourceColumns: COLUMNS,
    masks: [{ macro: 'hash_pii', yields: 'pseudonymous' }],
    nonce: 'f00d',
  });
}

const resolved: readonly { readonly name: string; readonly sql: string; readonly stg?: string }[] = [
  { name: 'values that a test accepts', sql: `pivot ${VISIT} on status using count(*) group by level` },
  { name: 'in a subquery', sql: `select * from (pivot ${VISIT} on status using count(*)) where id > 0` },
  { name: 'in a CTE', sql: `with p as (pivot ${VISIT} on status using count(*) as n, max(level)) select * from p` },
  { name: 'numbers', sql: `pivot ${VISIT} on level using count(*) group by status` },
  { name: 'an ENUM', sql: `pivot ${VISIT} on mood using first(id) group by level` },
  {
    name: 'several',
    sql: `pivot ${VISIT} on status, mood, level in (10, 9) using count(*), min(id) as low group by email`,
  },
  {
    name: 'several PIVOTs',
    sql: `from (pivot ${VISIT} on mood using count(*) group by id) join (pivot ${VISIT} on level using count(*) group by id) using (id)`,
  },
  {
    name: 'over a join',
    sql: `pivot ${VISIT} a join (select id from ${VISIT}) b on a.id = b.id on status using count(*) group by level`,
  },
  {
    name: 'without aggregates, and with what follows',
    sql: `pivot (select status from ${VISIT}) on "status" order by all limit 5`,
  },
  {
    name: 'comments and texts around',
    sql: `-- pivot x on y\npivot ${VISIT} on status /* in ('a') */ using count(*) filter (email <> ' on (') group by level`,
  },
  {
    name: 'one over another',
    sql: `pivot (pivot ${VISIT} on mood using count(*) group by status, level) on level using sum(zoom) group by status`,
  },
  {
    name: 'under other words and in other places',
    sql: `select *, exists (from (Pivot_Wider ${VISIT} on level) where "10" > 0) as ten,
      (select max(p."open") from (pivot ${VISIT} on status using count(*) group by id) as p) as most
      from (PIVOT ${VISIT}\n  ON\n  mood\n  GROUP BY level ORDER BY 1) as q`,
  },
  {
    name: 'in both sides of a UNION',
    sql: `(pivot ${VISIT} on status using count(*) group by id) union all by name (pivot ${VISIT} on mood using count(*) group by id)`,
  },
  {
    name: 'beside a join on a column and a column called pivot',
    sql: `with p as (select id as "pivot", status from ${VISIT}) select b.* from p join (pivot p on status using count("pivot")) b on true join ${VISIT} c on c.id = p."pivot"`,
  },
  {
    name: 'of a copied column',
    stg: `select id, status as state from ${VISIT}`,
    sql: 'pivot warehouse.main.stg on state using count(*) group by id',
  },
];

describe('a PIVOT over the data has the columns its declared values give:', () => {
  test.each(resolved)('$name', async ({ sql, stg }) => {
    const models = stg === undefined ? { mart: sql } : { stg, mart: sql };
    const { nodes, declaredColumns } = await trace({ models });
    const mart = nodes.get('model.app.mart');
    await using engine = await openDuckDB(':memory:');
    await engine.run(testSql("attach ':memory:' as warehouse; use warehouse"));
    await engine.run(testSql(`create table ${VISIT} (${TYPES.map(({ name, type }) => `${name} ${type}`).join(', ')})`));
    await engine.run(testSql(`insert into ${VISIT} values ${ROWS}`));
    if (stg !== undefined) await engine.run(testSql(`create table stg as (${stg})`));
    await engine.run(testSql(`create table mart as (\n${sql}\n)`));
    const built = await engine.describe(testSql('from mart'));

    expect(mart).toMatchObject({ status: 'traced' });
    expect(mart?.status === 'traced' && mart.columns.map(({ name, type }) => ({ name, type }))).toEqual(built);
    expect(declaredColumns.get('model.app.mart')).toEqual(built);
  });

  test('and models behind it, and the places in the template stay', async () => {
    const models = {
      stg: `select * from (\n  pivot ${VISIT} on mood using max(email) group by id\n), (select lower(email) as low from raw_appointment)`,
      mart: 'select call as contact, low from warehouse.main.stg',
    };
    const { nodes } = await trace({ models });
    const mart = nodes.get('model.app.mart');

    const columns = mart?.status === 'traced' ? mart.columns : [];
    expect(columns.map(({ name, flows }) => [name, flows.map(spell)])).toEqual([
      ['contact', ['AGGREGATION email 1:8', 'CONDITIONAL mood 1:8', 'GROUP_BY id 1:8']],
      ['low', ['TRANSFORMATION email 3:12']],
    ]);
  });
});

/** A flow with the place of its first step. */
function spell({ subtype, source, steps }: RootFlow): string {
  const [first] = steps;
  return `${subtype} ${source.column} ${first?.location.line}:${first?.location.column}`;
}

const open: readonly {
  readonly name: string;
  readonly sql: string;
  readonly materialized?: string;
  readonly reason: RegExp;
}[] = [
  {
    name: 'a column without declared values',
    sql: `pivot ${VISIT} on email using count(*)`,
    reason: /list the values/,
  },
  { name: 'one of several', sql: `pivot ${VISIT} on status, email using count(*)`, reason: /list the values/ },
  { name: 'an expression', sql: `pivot ${VISIT} on lower(status) using count(*)`, reason: /list the values/ },
  {
    name: 'a column that an expression made',
    sql: `pivot (select lower(status) as status from ${VISIT}) on status using count(*)`,
    reason: /list the values/,
  },
  {
    name: 'columns of two tables',
    sql: `pivot (select status from ${VISIT} union all select email from ${VISIT}) on status using count(*)`,
    reason: /list the values/,
  },
  { name: 'a masked column', sql: `pivot ${VISIT} on mask(status) using count(*)`, reason: /list the values/ },
  {
    name: 'values of a query',
    sql: `pivot ${VISIT} on status in (select email from ${VISIT}) using count(*)`,
    reason: /list the values/,
  },
  {
    name: 'a view',
    sql: `pivot ${VISIT} on status using count(*)`,
    materialized: 'view',
    reason: /a model that is not a table/,
  },
  {
    name: 'an ephemeral model',
    sql: `pivot ${VISIT} on status using count(*)`,
    materialized: 'ephemeral',
    reason: /a model that is not a table/,
  },
  {
    name: 'names that become values',
    sql: `select to_json(p) from (pivot ${VISIT} on status using count(*)) p`,
    reason: /become values/,
  },
  {
    name: 'names that UNPIVOT makes values',
    sql: `select k from (unpivot (pivot ${VISIT} on status using count(*) group by id) on columns(* exclude id) into name k value v)`,
    reason: /become values/,
  },
];

describe('a PIVOT over the data is unknown:', () => {
  test.each(open)('$name', async ({ sql, materialized = 'table', reason }) => {
    const { nodes, declaredColumns } = await trace({ models: { mart: sql }, materialized: { mart: materialized } });

    expect(nodes.get('model.app.mart')).toMatchObject({ status: 'unknown', reason: expect.stringMatching(reason) });
    expect(declaredColumns.size).toBe(0);
  });

  test('and its names have their source columns', async () => {
    const { nodes } = await trace({ models: { mart: `pivot ${VISIT} on lower(email), status using count(*)` } });

    expect(nodes.get('model.app.mart')?.names?.[0]?.flows.map(({ source }) => source.column)).toEqual([
      'email',
      'status',
    ]);
  });
});
