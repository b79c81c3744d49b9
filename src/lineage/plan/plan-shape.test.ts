import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../sql.ts';
import { openDuckDB } from '../../warehouse/duckdb.ts';
import { testSql } from '../../warehouse/testing/test-sql.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { EXPRESSION_CLASSES } from './read/read-expression.ts';
import { OPERATOR_TYPES, readPlan } from './read/read-plan.ts';
import { tracePlan } from './trace-operator.ts';

const many = Array.from({ length: 25 }, (_, index) => `'v${index}'`).join(', ');

/** Queries that together have every operator and every class of expression that a trace follows. */
const queries: readonly string[] = [
  'select id, email from u',
  'select id + 1, id::varchar, id is null, coalesce(email, name), case when id > 1 then 2 end from u where id between 1 and 3 and id < 9',
  "select count(*), max(email) filter (where id > 1), string_agg(name, ',' order by id), count(distinct id) from u",
  'select name, grouping(name) from u group by grouping sets ((name), ())',
  'select lag(email, 1, name) over (partition by id order by name rows between 1 preceding and current row exclude ties), ntile(2) over (order by id), sum(id) filter (where id > 1) over () from u',
  'select unnest(tags), id from u',
  'select * from u join o on u.id = o.uid',
  'select * from u asof join o on u.id = o.uid and u.seen >= o.seen',
  'select (select max(note) from o where o.uid = u.id), id in (select uid from o), exists (select 1 from o where o.uid = u.id) from u',
  'select * from u join o on u.id < o.uid or u.email = o.note',
  'select * from u semi join o on u.id = o.uid',
  'select * from u cross join o',
  'select * from u positional join o',
  'select email from u union all select note from o union all select name from u',
  'select email from u except select note from o',
  'select email from u intersect select note from o',
  'select distinct on (name) id from u order by name, seen',
  'select id from u order by email limit 3 offset 1',
  'select id from u limit (select count(*) from o)',
  'select id from u using sample 3 rows',
  'with w as (select * from u) select id from w',
  'with recursive r(n, a) as (select 1, email from u union all select n + 1, a from r where n < 3) select a from r',
  'with recursive r(n, a) using key (n) as (select 1, email from u union select n + 1, a from r where n < 3) select a from r',
  `select * from (pivot u on name in (${many}) using max(email) group by id)`,
  "select * from (pivot u on name in ('a', 'b') using max(email) group by id)",
  'select * from (values (1, (select max(email) from u)), (2, null)) t(a, b)',
  'select t.x, t.n from u, unnest(u.tags) with ordinality t(x, n)',
  'select (select string_agg(x || u.email) from unnest(u.tags) t(x)) from u',
  'select j.value from u, json_each(u.doc) j',
  'select list_transform(tags, lambda t, i: t || i || email) from u',
  "select {'a': email, 'b': id}.b, struct_insert({'a': email}, b := id) from u",
  'select id from u where false',
  'select 1',
];

interface Node {
  readonly [key: string]: unknown;
}

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openDuckDB(':memory:', { threads: 1 });
  await warehouse.run(sql`
    create table u (id int, email varchar, name varchar, tags varchar[], doc json, seen timestamp);
    create table o (id int, uid int, note varchar, seen timestamp)`);
});
afterAll(async () => {
  await warehouse[Symbol.asyncDispose]();
});

async function planOf(sql: string): Promise<unknown> {
  const answer = await warehouse.plan(testSql(sql));
  if (!answer.ok) throw new Error(answer.message);
  return answer.plans[0];
}

/** Every object of a plan, with its parent's key. */
function* nodesIn(value: unknown): Generator<Node> {
  if (Array.isArray(value)) {
    for (const item of value) yield* nodesIn(item);
  } else if (typeof value === 'object' && value !== null) {
    const node: Node = { ...value };
    yield node;
    yield* nodesIn(Object.values(node));
  }
}

function nameOf(node: Node): string | undefined {
  const { expression_class: expression, type } = node;
  if (typeof expression === 'string') return expression;
  return typeof type === 'string' && type.startsWith('LOGICAL_') ? type : undefined;
}

describe('a plan of this DuckDB', () => {
  test('has the fields that are read, and no others', async () => {
    const fields = new Map<string, Set<string>>();
    for (const sql of queries) {
      for (const node of nodesIn(await planOf(sql))) {
        const name = nameOf(node);
        if (name === undefined) continue;
        const keys = fields.get(name) ?? new Set();
        for (const key of Object.keys(node)) keys.add(key);
        fields.set(name, keys);
      }
    }
    const lines = [...fields].map(([name, keys]) => `${name}: ${[...keys].sort().join(' ')}`).sort();

    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('plan-shapes.txt');
    const followed = [...OPERATOR_TYPES, ...EXPRESSION_CLASSES].filter((name) => !NEVER_HERE.has(name));
    expect(followed.filter((name) => !fields.has(name))).toEqual([]);
  });

  test.each(queries)('has as many columns as the query: %s', async (sql) => {
    const { columns } = tracePlan(readPlan(await planOf(sql)), {
      ownerOf: ({ name }) => name,
      pathsOf: () => [],
      marks: new Map(),
    });

    const described = await warehouse.describe(testSql(sql));
    expect(columns).toHaveLength(described.length);
  });
});

/**
 * Operators and expressions that these queries cannot have: only the optimizer makes them, or statements that no model
 * holds.
 */
const NEVER_HERE = new Set(['LOGICAL_CHUNK_GET', 'LOGICAL_EMPTY_RESULT', 'BOUND_BETWEEN']);
