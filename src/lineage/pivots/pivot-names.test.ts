import { describe, expect, test } from 'vitest';
import { formatLocation } from '../../location.ts';
import type { NodeLineage } from '../flow.ts';
import { SOURCE_COLUMNS, type TestProject, testProject } from '../testing/project.ts';
import { traceProject } from '../trace-project.ts';

const COLUMNS = new Map([
  ...SOURCE_COLUMNS,
  [
    'source.app.raw.raw_appointment',
    [
      { name: 'id', type: 'integer' },
      { name: 'mood', type: "enum('zoom', 'call', 'Visit')" },
      { name: 'status', type: 'varchar' },
      { name: 'level', type: 'integer' },
    ],
  ] as const,
]);

async function trace(project: TestProject) {
  return await traceProject({
    project: testProject(project),
    sourceColumns: COLUMNS,
    masks: [{ macro: 'hash_pii', yields: 'pseudonymous' }],
    nonce: 'f00d',
  });
}

/**
 * The names from data of a node, as `a, b ← IDENTITY email clear (PIVOT ON email at models/mart.sql:1:1)`, with
 * `values` if the names become values.
 */
function spell(node: NodeLineage | undefined): readonly string[] {
  return (node?.names ?? []).map(({ columns, inValues, flows }) => {
    const from = flows.map(({ subtype, source, state, masks, steps }) => {
      const path = steps.map(({ expression, location }) => `${expression} at ${formatLocation(location)}`);
      return `${[subtype, source.column, state, ...masks].join(' ')} (${path.join(' → ')})`;
    });
    return `${[...columns, ...(inValues ? ['values'] : [])].join(', ')} ← ${from.join(' + ')}`;
  });
}

const USERS = 'warehouse.main.raw_user';
const many = Array.from({ length: 25 }, (_, index) => `'v${index}'`).join(', ');

const static_: readonly { readonly name: string; readonly sql: string; readonly names: readonly string[] }[] = [
  {
    name: 'the statement',
    sql: `pivot ${USERS} on email in ('ann', 'bob') using count(*) group by org_id`,
    names: ['ann, bob ← IDENTITY email clear (PIVOT ON email at models/mart.sql:1:1)'],
  },
  {
    name: 'without aggregates',
    sql: `pivot (select org_id, email from ${USERS}) on email in ('ann')`,
    names: ['ann ← IDENTITY email clear (PIVOT ON email at models/mart.sql:1:1)'],
  },
  {
    name: 'over more values than are planned as filters',
    sql: `select v3, v24 from (pivot ${USERS} on email in (${many}) using count(*))`,
    names: ['v3, v24 ← IDENTITY email clear (PIVOT ON email at models/mart.sql:1:22)'],
  },
  {
    name: "the standard's form, with several columns and aggregates",
    sql: `select * exclude (first_name)\nfrom ${USERS}\n  pivot (count(*) as c, max(age) for email in ('ann') phone in ('x', 'y'))`,
    names: [
      'ann_x_c, ann_x_max(age), ann_y_c, ann_y_max(age) ← IDENTITY email clear (PIVOT ON email, phone at models/mart.sql:3:3) + IDENTITY phone clear (PIVOT ON email, phone at models/mart.sql:3:3)',
    ],
  },
  {
    name: 'under names of their own',
    sql: `from ${USERS} pivot (count(*) for email in ('ann' as first, 'bob' as second) group by org_id)`,
    names: [' ← IDENTITY email clear (PIVOT ON email at models/mart.sql:1:30)'],
  },
  {
    name: 'in a CTE, of what another computes, renamed afterwards',
    sql: `with p as (pivot (select id, lower(email) as e from ${USERS}) on e in ('ann') using count(*)) select ann as first from p`,
    names: [' ← TRANSFORMATION email clear (PIVOT ON e at models/mart.sql:1:12)'],
  },
  {
    name: 'on an expression, and a part of the value',
    sql: `pivot ${USERS} on email || phone in ('ann1'), left(first_name, 1) in ('A') using count(*) group by id`,
    names: [
      'ann1_A ← TRANSFORMATION email clear (PIVOT ON email || phone, left(first_name, 1) at models/mart.sql:1:1) + TRANSFORMATION phone clear (PIVOT ON email || phone, left(first_name, 1) at models/mart.sql:1:1) + TRANSFORMATION first_name partial (PIVOT ON email || phone, left(first_name, 1) at models/mart.sql:1:1)',
    ],
  },
  {
    name: 'on a masked value',
    sql: `pivot ${USERS} on mask(email) in ('9f86') using count(*) group by id`,
    names: ["9f86 ← TRANSFORMATION email pseudonymous hash_pii (PIVOT ON sha256(email || '…') at models/mart.sql:1:1)"],
  },
  {
    name: 'twice in one query',
    sql: `select * from (pivot ${USERS} on email in ('ann') using count(*) group by id) a\njoin (pivot ${USERS} on phone in ('555') using count(*) group by id) b using (id)`,
    names: [
      'ann ← IDENTITY email clear (PIVOT ON email at models/mart.sql:1:16)',
      '555 ← IDENTITY phone clear (PIVOT ON phone at models/mart.sql:2:7)',
    ],
  },
  {
    name: 'in a subquery of an expression',
    sql: `select id, (select ann from (pivot ${USERS} on email in ('ann') using count(*) group by org_id) limit 1) as n from ${USERS}`,
    names: [' ← IDENTITY email clear (PIVOT ON email at models/mart.sql:1:30)'],
  },
  {
    name: 'turned into values again',
    sql: `select name from (unpivot (pivot ${USERS} on email in ('ann', 'bob') using count(*) group by id) on ann, bob into name name value v)`,
    names: ['values ← IDENTITY email clear (PIVOT ON email at models/mart.sql:1:28)'],
  },
  {
    name: 'by a condition alone',
    sql: `pivot (select id, case when email like 'a%' then 'yes' end as a from ${USERS}) on a in ('yes') using count(*)`,
    names: [],
  },
  { name: 'UNPIVOT', sql: `unpivot ${USERS} on email, phone into name name value v`, names: [] },
  { name: 'a column of that name', sql: `select email as pivot from ${USERS}`, names: [] },
];

describe('columns are named by what a PIVOT turns on:', () => {
  test.each(static_)('$name', async ({ sql, names }) => {
    const { nodes } = await trace({ models: { mart: sql } });

    expect(nodes.get('model.app.mart')).toMatchObject({ status: 'traced' });
    expect(spell(nodes.get('model.app.mart'))).toEqual(names);
  });
});

const PIVOT = `pivot ${USERS} on email in ('ann@clinic.test', 'bob') using count(*) group by org_id`;
const ORIGIN = 'IDENTITY email clear (PIVOT ON email at models/stg.sql:1:1 → * at models/mart.sql:1:1)';

const inherited: readonly { readonly name: string; readonly sql: string; readonly names: readonly string[] }[] = [
  { name: 'by *', sql: 'select * from warehouse.main.stg', names: [`ann@clinic.test, bob ← ${ORIGIN}`] },
  {
    name: 'by a name made of them',
    sql: 'select max("ann@clinic.test"), max(bob) from warehouse.main.stg',
    names: [`max("ann@clinic.test"), max(bob) ← ${ORIGIN}`],
  },
  {
    name: 'with something in front',
    sql: `select columns('(.*@.*)') as 'n_\\1' from warehouse.main.stg`,
    names: [`n_ann@clinic.test ← ${ORIGIN}`],
  },
  {
    name: 'as fields of a whole row',
    sql: 'select to_json(stg) as j from warehouse.main.stg',
    names: [`values ← ${ORIGIN}`],
  },
  {
    name: 'as values of UNPIVOT',
    sql: 'select k from (unpivot warehouse.main.stg on columns(* exclude org_id) into name k value v)',
    names: [`values ← ${ORIGIN}`],
  },
  {
    name: 'as values of SUMMARIZE',
    sql: 'select column_name from (summarize warehouse.main.stg)',
    names: [`values ← ${ORIGIN}`],
  },
  { name: 'not under other names', sql: 'select org_id, "bob" as second from warehouse.main.stg', names: [] },
  { name: 'not by a count', sql: 'select count(*) as n from warehouse.main.stg', names: [] },
];

describe('names from data are inherited by the models behind:', () => {
  test.each(inherited)('$name', async ({ sql, names }) => {
    const { nodes } = await trace({ models: { stg: PIVOT, mart: sql } });

    expect(spell(nodes.get('model.app.mart'))).toEqual(names);
  });

  test('from an ephemeral model, and from an incremental one in its later run', async () => {
    const materialized = { stg: 'ephemeral', inc: 'incremental' };
    const models = {
      stg: PIVOT,
      mart: 'select * from warehouse.main.__dbt__cte__stg',
      inc: `select id, id as ann from ${USERS} later{union by name select * from warehouse.main.mart}`,
    };
    const project = testProject({ models, materialized });
    const { nodes } = await traceProject({ project, sourceColumns: COLUMNS, masks: [], nonce: 'f00d' });

    expect(nodes.get('model.app.mart')?.names?.[0]?.columns).toEqual(['ann@clinic.test', 'bob']);
    expect(nodes.get('model.app.inc')?.names?.[0]?.columns).toEqual(['ann@clinic.test', 'bob']);
  });

  test('where they became values, with what is read of them', async () => {
    const models = {
      stg: PIVOT,
      long: 'select k, 1 as one from (unpivot warehouse.main.stg on columns(* exclude org_id) into name k value v)',
      mart: 'select upper(k) as key from warehouse.main.long',
      other: 'select count(*) as n from warehouse.main.long',
    };
    const { nodes } = await trace({ models });

    expect(nodes.get('model.app.mart')?.names?.[0]).toMatchObject({ columns: [], inValues: true });
    expect(nodes.get('model.app.other')?.names).toBeUndefined();
  });
});
