import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../sql.ts';
import { openDuckDB } from '../warehouse/duckdb.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { isIndex, readIndex } from './plan/read/plan-json.ts';
import { testProject } from './testing/project.ts';
import { spell, traceQuery } from './testing/trace-query.ts';
import { traceProject } from './trace-project.ts';
import { UnknownFlow } from './unknown-flow.ts';

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openDuckDB(':memory:', { threads: 1 });
  await warehouse.run(sql`
    create table u (id int, email varchar, name varchar, tags varchar[], doc json);
    create table o (id int, uid int, note varchar);
    create table e (id int, oid int, kind varchar)`);
});
afterAll(async () => {
  await warehouse[Symbol.asyncDispose]();
});

const many = Array.from({ length: 21 }, (_, index) => `'v${index}'`).join(', ');
const wide = Array.from({ length: 55 }, (_, index) => `c${index}`);

interface Case {
  readonly name: string;
  readonly sql: string;
  /** Flows that the first column has. */
  readonly has?: readonly string[];
  /** Flows that it does not have. */
  readonly lacks?: readonly string[];
  readonly columns?: number;
}

const cases: readonly Case[] = [
  {
    name: 'a recursion takes as many rounds as it has columns',
    sql: `with recursive r(n, ${wide.join(', ')}) as (
      select 1, ${wide.map((_, index) => (index === 54 ? 'email' : "''")).join(', ')} from u
      union all select n + 1, ${wide.map((_, index) => wide[index + 1] ?? "''").join(', ')} from r where n < 60
    ) select c0 from r`,
    has: ['IDENTITY u.email clear'],
  },
  {
    name: 'a correlated column comes from the nearest join around it',
    sql: `select (select max((select max(e.kind || o.note) from e where e.oid = o.id)) from o where o.uid = u.id) as x, 1 from u`,
    has: ['AGGREGATION o.note clear', 'AGGREGATION e.kind clear'],
    lacks: ['AGGREGATION u.id clear'],
  },
  {
    name: "a reference in a lambda is to its own parameters, not to the operator's columns",
    sql: "select list_transform(tags, lambda x: x || 'a') as x, id, email, name from u",
    has: ['TRANSFORMATION u.tags clear'],
    lacks: ['TRANSFORMATION u.id clear', 'TRANSFORMATION u.email clear'],
  },
  {
    name: 'a column that is handed through a table function is no argument of it',
    sql: "select (select string_agg(t.x, ',') from unnest(u.tags) t(x) where u.email <> 'a') as s from u",
    has: ['AGGREGATION u.tags clear'],
    lacks: ['AGGREGATION u.email clear'],
  },
  {
    name: 'the arguments of a table function flow into its columns',
    sql: 'select t.x from u, unnest(string_split(u.email, u.name)) t(x)',
    has: ['TRANSFORMATION u.email clear', 'TRANSFORMATION u.name clear'],
  },
  {
    name: 'EXISTS tells what its right side filters',
    sql: "select exists (select 1 from e where e.oid = o.id and e.kind = 'x') as x from o",
    has: ['CONDITIONAL e.kind'],
  },
  {
    name: 'below a table function, a column is found by the operator that made it',
    sql: 'select (select max(x) from unnest([w.email]) t(x)) as x from (select email from u union all select note from o) w',
    has: ['AGGREGATION o.note clear', 'AGGREGATION u.email clear'],
  },
  {
    name: 'below a table function, the columns of a scan count in the order of its plan',
    sql: 'select (select max(x || u.name) from unnest(u.tags) t(x)) as x from u where u.id > 1',
    has: ['AGGREGATION u.name clear', 'AGGREGATION u.tags clear'],
    lacks: ['AGGREGATION u.email clear'],
  },
  {
    name: 'WITH ORDINALITY adds one column',
    sql: 'select t.x, t.n, u.email from u, unnest(u.tags) with ordinality t(x, n)',
    has: ['TRANSFORMATION u.tags clear'],
    columns: 3,
  },
  {
    name: 'a CTE is as wide as its definition, whatever the plan says',
    sql: 'with w as materialized (select * from u), v as (select email, id from w) select a.email, b.* from v a join w b using (id)',
    has: ['IDENTITY u.email clear'],
    columns: 6,
  },
  {
    name: 'a UNION may have more than two inputs',
    sql: 'select email from u union all select note from o union all select kind from e',
    has: ['IDENTITY e.kind clear', 'IDENTITY o.note clear', 'IDENTITY u.email clear'],
  },
  {
    name: 'a PIVOT over more than twenty values depends on the pivoted column',
    sql: `select v20 from (pivot u on name in (${many}) using max(email))`,
    has: ['CONDITIONAL u.name'],
  },
  {
    name: 'the filter of a window decides over its result',
    sql: "select count(*) filter (where email = 'a') over () as n from u",
    has: ['WINDOW u.email'],
  },
  {
    name: 'empty grouping sets count as others do',
    sql: 'select grouping(email) as g, grouping(name) as h from u group by grouping sets ((email), (), (name))',
    has: ['GROUP_BY u.email'],
    columns: 2,
  },
  { name: 'a row id is no column', sql: 'select rowid from u', has: [], lacks: ['IDENTITY u.id clear'] },
  {
    name: 'INTERSECT gives values of both sides',
    sql: 'select note from o intersect select email from u',
    has: ['IDENTITY o.note clear', 'IDENTITY u.email clear'],
  },
];

describe('a mistake that is easily made with plans is not made:', () => {
  test.each(cases)('$name', async ({ sql, has = [], lacks = [], columns }) => {
    const traced = await traceQuery(sql, warehouse);
    const [first = []] = spell(traced).columns;

    expect(first).toEqual(expect.arrayContaining([...has]));
    expect(first.filter((flow) => lacks.includes(flow))).toEqual([]);
    if (columns !== undefined) expect(traced.columns).toHaveLength(columns);
  });

  test.each([
    'from duckdb_columns()',
    "from pragma_table_info('u')",
    "from pragma_storage_info('u')",
    "from glob('*')",
    "from read_blob('x')",
    'select * from information_schema.tables',
  ])('a table function that reads elsewhere is refused: %s', async (sql) => {
    await expect(traceQuery(sql, warehouse)).rejects.toBeInstanceOf(UnknownFlow);
  });

  test('an index that JSON rounds, such as "none", is no index', () => {
    for (const text of ['18446744073709551615', '9223372036854775808', '-1', '1.5']) {
      const index: unknown = JSON.parse(text);
      expect(isIndex(Number(index))).toBe(false);
      expect(() => readIndex({ index }, 'index')).toThrow(UnknownFlow);
    }
  });

  test('a model that is a view stays a step on the way', async () => {
    const project = testProject({
      models: {
        stg: 'select email as e from warehouse.main.raw_user',
        mart: 'select e as contact from warehouse.main.stg',
      },
      materialized: { stg: 'view' },
    });
    const columns = [{ name: 'email', type: 'varchar' }];
    const sourceColumns = new Map([['source.app.raw.raw_user', columns]]);
    const { nodes } = await traceProject({ project, sourceColumns, masks: [], nonce: 'f00d' });

    const mart = nodes.get('model.app.mart');
    const [flow] = mart?.status === 'traced' ? (mart.columns[0]?.flows ?? []) : [];
    expect(flow?.steps.map(({ uniqueId, column }) => `${uniqueId} ${column}`)).toEqual([
      'model.app.stg e',
      'model.app.mart contact',
    ]);
  });

  test('the place of an expression behind characters of several bytes is right', async () => {
    const project = testProject({
      models: { mart: "select 'größe €', '😀' as x,\n  lower(email) as e from warehouse.main.raw_user" },
    });
    const sourceColumns = new Map([['source.app.raw.raw_user', [{ name: 'email', type: 'varchar' }]]]);
    const { nodes } = await traceProject({ project, sourceColumns, masks: [], nonce: 'f00d' });

    const mart = nodes.get('model.app.mart');
    const [flow] = mart?.status === 'traced' ? (mart.columns[2]?.flows ?? []) : [];
    expect(flow?.steps[0]).toMatchObject({ expression: 'lower(email)', location: { line: 2, column: 3 } });
  });
});
