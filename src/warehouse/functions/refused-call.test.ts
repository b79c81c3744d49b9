import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectSql, sql } from '../../sql.ts';
import { openDuckDB } from '../duckdb.ts';
import { testSql } from '../testing/test-sql.ts';
import type { Warehouse } from '../warehouse.ts';
import { findRefusedBound } from './bound-functions.ts';
import { findRefusedCall } from './refused-call.ts';

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openDuckDB(':memory:');
  await warehouse.run(sql`create table t as select 1 as a, 'x' as b, [1] as l;
    create macro own_one(x) as write_log(x::varchar); create macro own_table() as table select own_one('x') as a;
    create macro safe_one(x) as lower(x); create macro safe_table(n) as table select safe_one('x') as a, n`);
});
afterAll(() => warehouse[Symbol.asyncDispose]());

/** Cases: a name, a text, the name of its refused call, and the text from the place of that call on. */
const refused = [
  ['a call', "select a, write_log('x') from t", 'write_log()', 'write_log'],
  ['a name in quotes and capitals', `select "WRITE_LOG"('x')`, 'write_log()', '"WRITE_LOG"'],
  ['a call behind its schema and catalog', "select system.main.write_log('x')", 'write_log()', 'system'],
  ['a method', "select ('x').write_log()", 'write_log()', undefined],
  ['a method of a column', 'select b.write_log() from t', 'write_log()', undefined],
  ['a call behind wide characters', "select 'é😀', write_log('x')", 'write_log()', 'write_log'],
  [
    'in a subquery of a filter',
    "select 1 from t where a in (select 1 where write_log('x') is null)",
    'write_log()',
    'write_log',
  ],
  ['in a CTE nobody reads', "with x as (select write_log('x')) select 1", 'write_log()', 'write_log'],
  [
    'in a recursive CTE',
    "with recursive x as (select 1 union all select write_log('x') from x) from x",
    'write_log()',
    'write_log',
  ],
  ['in a window', "select sum(a) over (partition by write_log('x')) from t", 'write_log()', 'write_log'],
  ['in a frame', 'select sum(a) over (order by a rows setseed(0.1) preceding) from t', 'setseed()', 'setseed'],
  ['in a filter of an aggregate', "select sum(a) filter (write_log('x') is null) from t", 'write_log()', 'write_log'],
  ['in the order of an aggregate', "select list(a order by write_log('x')) from t", 'write_log()', 'write_log'],
  ['in a lambda', 'select list_transform(l, lambda x: write_log(b)) from t', 'write_log()', 'write_log'],
  ['in a comprehension', "select [write_log('y') for x in l] from t", 'write_log()', 'write_log'],
  ['in REPLACE of a star', "select * replace (write_log('x') as a) from t", 'write_log()', 'write_log'],
  ['in COLUMNS', 'select columns(c -> write_log(c) is null) from t', 'write_log()', 'write_log'],
  ['in a join', "from t join t u on write_log('x') is null", 'write_log()', 'write_log'],
  ['in LATERAL', "from t, lateral (select write_log('x'))", 'write_log()', 'write_log'],
  ['in VALUES', "values (write_log('x'))", 'write_log()', 'write_log'],
  [
    'in GROUP BY, HAVING, QUALIFY',
    "select 1 from t group by a having write_log('x') is null",
    'write_log()',
    'write_log',
  ],
  ['in ORDER BY', "from t order by write_log('x')", 'write_log()', 'write_log'],
  ['in LIMIT', 'from t limit (select current_query_id())', 'current_query_id()', 'current_query_id'],
  ['in the argument of a table function', 'from range(sleep_ms(1))', 'sleep_ms()', 'sleep_ms'],
  ['in a static PIVOT', "pivot t on a in (1) using max(write_log('x'))", 'write_log()', 'write_log'],
  ['in UNPIVOT', "unpivot (select write_log('x') as a, 1 as b) on a, b", 'write_log()', 'write_log'],
  ['in a PIVOT over the data', "pivot t on a using max(write_log('x'))", 'write_log()', 'write_log'],
  [
    'in what a PIVOT over the data takes its values from',
    "pivot t on a in (select write_log('x'))",
    'write_log()',
    'write_log',
  ],
  [
    'in the table of a PIVOT over the data',
    "pivot (select current_setting('x') as a) on a",
    'current_setting()',
    'current_setting',
  ],
  [
    'in a PIVOT over the data behind a comment',
    "pivot t on a using max(write_log/* /* */ */('x'))",
    'write_log()',
    'write_log',
  ],
  ['in a PIVOT over the data in quotes', `pivot t on a using max("write_log" ('x'))`, 'write_log()', 'write_log'],
  ['in DESCRIBE', "describe select write_log('x')", 'write_log()', 'write_log'],
  ['in SUMMARIZE as a table', "from (summarize select write_log('x'))", 'write_log()', 'write_log'],
  ['in the second of two statements', "select 1; select write_log('x')", 'write_log()', 'write_log'],
  ['in a statement that writes', "insert into t select 1, write_log('x'), []", 'write_log()', 'write_log'],
  ['a table function', "from query('select 1')", 'query()', 'query'],
  ['a table function in quotes', `from "QUERY_TABLE"('t')`, 'query_table()', '"QUERY_TABLE"'],
  ['a table function behind its catalog', 'from system.main.duckdb_secrets()', 'duckdb_secrets()', 'system'],
  ['a table function behind a table', "from t, read_text('/etc/hostname')", 'read_text()', 'read_text'],
  ['what turns the log on', "from enable_logging(storage = 'stdout')", 'enable_logging()', 'enable_logging'],
  ['a checkpoint', 'from checkpoint()', 'checkpoint()', 'checkpoint'],
  [
    'SQL as JSON',
    "from json_execute_serialized_sql(json_serialize_sql('select 1'))",
    'json_execute_serialized_sql()',
    'json_execute',
  ],
  ['a macro of the engine over tables', "from histogram('t', 'a')", 'histogram()', 'histogram'],
  ['a view of the engine', 'from sqlite_master', 'sqlite_master', 'sqlite_master'],
  ['a view of the engine in capitals', 'from "PG_VIEWS"', 'pg_views', '"PG_VIEWS"'],
  ['a view behind its schema', 'from pg_catalog.pg_settings', 'pg_settings', 'pg_catalog'],
  ['a view behind its catalog', 'from system.information_schema.views', 'information_schema.views', 'system'],
  ['a view in a PIVOT over the data', 'pivot duckdb_logs on type', 'duckdb_logs', 'duckdb_logs'],
  ['settings that are shown', 'from (show variables)', 'SHOW', undefined],
  ['an aggregate by a text', "select list_aggr(l, 'sum_no_overflow') from t", 'list_aggr()', 'list_aggr'],
  [
    'an aggregate by a text that is put together',
    "select list_aggr(l, 'sum_no' || '_overflow') from t",
    'list_aggr()',
    'list_aggr',
  ],
  [
    'an aggregate by a text, as a method',
    "select l.array_aggregate('sum_no_overflow') from t",
    'array_aggregate()',
    undefined,
  ],
  ['the state of an aggregate', 'select sum(a) export_state from t', 'EXPORT_STATE', 'sum'],
  ['the text of an expression', "select alias(md5(b || 'salt')) from t", 'alias()', 'alias'],
  ['a sequence', "select nextval('s')", 'nextval()', 'nextval'],
  ['values of other rows', 'select stats(a) from t', 'stats()', 'stats'],
  ['a macro', 'select own_one(a) from t', 'a macro of the warehouse', 'own_one'],
  ['a macro in quotes', 'select "OWN_ONE"(a) from t', 'a macro of the warehouse', '"OWN_ONE"'],
  ['a macro of a table', 'from own_table()', 'a macro of the warehouse', 'own_table'],
  ['a macro in a PIVOT over the data', 'pivot t on a using max(own_one(a))', 'a macro of the warehouse', undefined],
] as const;

describe('refused is', () => {
  test.each(refused)('%s: %s', async (_, sql, name, at) => {
    const found = await findRefusedCall(projectSql(sql), warehouse);

    expect(found).toMatchObject({ name, reason: expect.any(String) });
    if (at !== undefined) expect(sql.slice(found?.offset ?? 0)).toMatch(new RegExp(`^"?${at.replaceAll('"', '')}`));
  });
});

const allowed = [
  'select safe_one(b) from t',
  'from safe_table(1)',
  'pivot t on a using max(safe_one(b))',
  "select lower(b), a + 1, b like 'x', cast(a as varchar), coalesce(b, 'y'), b[1:2], {'k': a}, map {'k': a} from t",
  "select list_transform(l, lambda x: x + 1), [x for x in l if x > 1], list_aggr(l, 'sum'), l.list_sum() from t",
  'select count(*), count(distinct a), sum(a) filter (a > 1), string_agg(b order by a), row_number() over () from t',
  "select extract(year from date '2020-01-01'), date_trunc('month', now()), current_date, random(), uuid(), interval 1 day",
  "select b::json->>'k', to_json(t), md5(b), hash(b), regexp_replace(b, 'x', ''), printf('%s', b), error('no') from t",
  'select * exclude (a), columns(c -> true) from t tablesample 10%',
  'select unnest(l), generate_subscripts(l, 1) from t',
  'from range(3), generate_series(1, 2), unnest([1]), repeat(1, 2)',
  'pivot t on a using max(b)',
  'select * from (pivot t on a in (1, 2) using max(b) group by l)',
  'pivot (select platform, query, stats from (select a as platform, a as query, a as stats from t)) on platform',
  'unpivot t on a include nulls',
  'select table_name from information_schema.tables union all select column_name from information_schema.columns',
  'select name from (describe t) d(name, b, c, d, e, f)',
  'from (summarize t)',
  'from (show tables)',
  'select current_database(), current_schema(), version(), current_user',
  'select query, tables, views from (select 1 as query, 2 as tables, 3 as views)',
  'with tables as (select 1), views as (select 2) from tables, views',
  'select nonsense(a) from t',
  'select a from from',
  '',
];

test.each(allowed)('allowed is: %s', async (sql) => {
  expect(await findRefusedCall(projectSql(sql), warehouse)).toBeUndefined();
});

const bound = [
  ["select current_setting('threads')", 'current_setting()'],
  ['select b from t where write_log(b) is null', 'write_log()'],
  ['select list_transform(l, lambda x: current_query_id()) from t', 'current_query_id()'],
  ['select pg_typeof(a), split_part(b, b, 1), sum(a) over (), list_aggr(l, $$sum$$) from t group by all', undefined],
] as const;

test.each(bound)('in a bound plan: %s', async (sql, name) => {
  const answer = await warehouse.plan(testSql(sql));

  const found = findRefusedBound(answer.ok ? answer.plans : answer.message);
  if (name === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(`${name} is refused: it `);
});
