import { expect, test } from 'vitest';
import type { Model, Node, NodeConfig, Test } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import { testConfig } from '../project/testing/test-config.ts';
import { openDuckDB } from '../warehouse/duckdb.ts';
import { testSql } from '../warehouse/testing/test-sql.ts';
import { buildProject } from './build-project.ts';

const CONFIG = testConfig('view');

interface Described {
  readonly sql: string;
  readonly reads?: readonly string[];
  readonly config?: Partial<NodeConfig>;
}

function node(resourceType: 'model' | 'test', name: string, { sql, reads = [], config = {} }: Described): Model | Test {
  const file = `models/${name}.sql`;
  const shared = {
    uniqueId: name,
    name,
    packageName: 'app',
    path: file,
    originalFilePath: file,
    fqn: ['app', name],
    description: '',
    tags: [],
    meta: {},
    database: 'memory',
    schema: 'marts',
    alias: name,
    relationName: `"memory"."marts"."${name}"`,
    rawCode: sql,
    language: 'sql',
    refs: [],
    sources: [],
    dependsOn: { nodes: reads, macros: [] },
    columns: new Map(),
    location: { file, line: 1, column: 1 },
    config: { ...CONFIG, ...config },
  } as const;
  return resourceType === 'test' ? { ...shared, resourceType, generic: undefined } : { ...shared, resourceType };
}

function project(nodes: readonly Node[]): Project {
  const target = {
    profileName: 'app',
    name: 'dev',
    database: 'memory',
    schema: 'main',
    threads: 1,
    path: ':memory:',
    externalRoot: { path: '.', isAllowed: false },
  };
  return {
    name: 'app',
    directory: '/project',
    target: { ...target, type: 'duckdb' },
    nodes: new Map(nodes.map((each) => [each.uniqueId, each])),
    sources: new Map(),
    externalFiles: new Map(),
    macros: new Map(),
    order: nodes.map(({ uniqueId }) => uniqueId),
    async compile(compiled) {
      const origin = (offset: number) => ({ location: { ...compiled.location, column: offset + 1 }, calls: [] });
      const parts = new Map([[compiled.uniqueId, compiled.rawCode]]);
      const readsRows = compiled.tags.includes('reads rows');
      return { node: compiled, sql: { text: compiled.rawCode, origin }, parts, readsRows, variablesRead: new Set() };
    },
    exposures: new Map(),
    unitTests: new Map(),
    compileUnitTest: async () => {
      throw new Error('internal: there is no unit test here');
    },
    operations: [],
    renderHook: async (_, sql) => sql,
    readSeed: () => {
      throw new Error('internal: there is no seed here');
    },
    secrets: ['s3cret-salt'],
    isPersonal: () => false,
    selectors: [],
    seedChecksum: () => ({ name: 'path', checksum: '' }),
    remarks: [],
    leftOut: [],
    unproven: new Map(),
    macroCaller: {
      environmentOf: async () => [],
      call: async ({ name }) => {
        throw new Error(`internal: ${name} cannot be called here`);
      },
      variable: async () => undefined,
    },
  };
}

async function build(nodes: readonly Node[], options: { readonly before?: string; readonly query?: string } = {}) {
  await using warehouse = await openDuckDB(':memory:');
  await warehouse.run(testSql(`create schema marts; ${options.before ?? ''}`));
  const results = await buildProject({
    project: project(nodes),
    warehouse,
    selected: new Set(nodes.map(({ uniqueId }) => uniqueId)),
    kind: 'build',
    threads: 2,
    fullRefresh: false,
    progress: () => {},
    signal: new AbortController().signal,
  });
  const rows = options.query === undefined ? [] : await warehouse.rows(testSql(options.query));
  return {
    results: results.map(({ uniqueId, status }) => `${uniqueId} ${status}`).sort(),
    messages: results.map(({ message }) => message ?? '').join('\n'),
    compiled: results.flatMap(({ compiledCode }) => compiledCode ?? []),
    rows,
  };
}

test('a failed test skips what reads its model, and nothing else', async () => {
  const { results } = await build([
    node('model', 'a', { sql: 'select 1 as id' }),
    node('model', 'other', { sql: 'select 1 as id' }),
    node('test', 'a_is_empty', { sql: 'select * from marts.a', reads: ['a'] }),
    node('model', 'b', { sql: 'select * from marts.a', reads: ['a'] }),
    node('test', 'b_is_empty', { sql: 'select * from marts.b', reads: ['b'] }),
  ]);
  expect(results).toEqual(['a success', 'a_is_empty fail', 'b skipped', 'b_is_empty skipped', 'other success']);
});

test('a failed test that reads no model skips nothing', async () => {
  const { results } = await build([
    node('test', 'alone', { sql: 'select 1 as bad' }),
    node('model', 'a', { sql: 'select 1 as id' }),
  ]);
  expect(results).toEqual(['a success', 'alone fail']);
});

test('a test of severity warn skips nothing', async () => {
  const { results } = await build([
    node('model', 'a', { sql: 'select 1 as id' }),
    node('test', 'warned', { sql: 'select * from marts.a', reads: ['a'], config: { severity: 'warn' } }),
    node('model', 'b', { sql: 'select * from marts.a', reads: ['a'] }),
  ]);
  expect(results).toEqual(['a success', 'b success', 'warned warn']);
});

test('an error on real rows is told without their values', async () => {
  const { messages } = await build([
    node('model', 'a', {
      sql: "select cast(x as int) from (values ('ada@clinic.test')) t(x)",
      config: { materialized: 'table' },
    }),
  ]);
  expect(messages).toContain('conversion error on the data');
  expect(messages).not.toContain('ada@');
});

const telling = [
  { name: 'a time zone that is none', sql: 'select now() at time zone x as y', kind: 'not implemented' },
  { name: 'error()', sql: 'select error(x) as y', kind: 'invalid input' },
];
test.each(telling)('whatever kind of error the engine calls it, $name is told without the value', async (telling) => {
  const sql = `${telling.sql} from (values ('ada@clinic.test')) t(x)`;
  const model = await build([node('model', 'a', { sql, config: { materialized: 'table' } })]);
  const test = await build([node('test', 'a', { sql, config: { failCalc: 'max(y)' } })]);
  for (const { messages } of [model, test]) {
    expect(messages).toContain(`${telling.kind} error on the data`);
    expect(messages).not.toContain('ada@');
  }
});

test('of a template that reads rows neither the SQL nor an error in it is told', async () => {
  const { results, messages, compiled } = await build(
    ['select 1 as "ada@clinic.test"', 'select "ada@clinic.test"', 'select * from "ada@clinic.test"'].map((sql, at) => ({
      ...node('model', `m${at}`, { sql }),
      tags: ['reads rows'],
    })),
  );
  expect(results).toEqual(['m0 success', 'm1 error', 'm2 error']);
  expect(messages).not.toContain('ada@');
  expect(compiled).toEqual([]);
});

test('a secret is neither in the SQL that is kept nor in an error', async () => {
  const { messages, compiled } = await build([
    node('model', 'a', { sql: "select sha256('ada' || 's3cret-salt') as a" }),
    node('model', 'b', { sql: 'select "s3cret-salt" as a' }),
  ]);
  expect([...compiled].sort()).toEqual(['select "***" as a', "select sha256('ada' || '***') as a"]);
  expect(messages).toContain('Referenced column "***" was not found');
});

test('of a template that reads rows the columns that changed are not told', async () => {
  const { results, messages } = await build(
    [
      {
        ...node('model', 'a', {
          sql: 'select 1 as "ada@clinic.test"',
          config: { materialized: 'incremental', other: { on_schema_change: 'fail' } },
        }),
        tags: ['reads rows'],
      },
    ],
    { before: 'create table marts.a as select 1 as id' },
  );
  expect(results).toEqual(['a error']);
  expect(messages).not.toContain('ada@');
});

test.each([
  { failCalc: 'count(*)', says: 'got 2 results, fails if != 0' },
  { failCalc: 'count(distinct ssn)', says: 'got 2 results, fails if != 0' },
  { failCalc: 'max(ssn)', says: 'got max(ssn), fails if != 0' },
  { failCalc: 'count(*) + max(ssn)', says: 'got count(*) + max(ssn), fails if != 0' },
])('a test that judges $failCalc tells a number only when it is a count', async ({ failCalc, says }) => {
  const sql = 'select * from (values (987650121), (987650122)) t(ssn)';
  const { results, messages } = await build([node('test', 'a', { sql, config: { failCalc } })]);
  expect({ results, messages }).toEqual({ results: ['a fail'], messages: says });
});

test('an error in the SQL names its place in the template', async () => {
  const { messages } = await build([node('model', 'a', { sql: 'select nothing_here' })]);
  expect(messages).toContain('models/a.sql:1:8');
});

const replacements = [
  { name: 'a view takes the place of a table', before: 'create table marts.a as select 0 as id', materialized: 'view' },
  { name: 'a table takes the place of a view', before: 'create view marts.a as select 0 as id', materialized: 'table' },
];
test.each(replacements)('$name', async ({ before, materialized }) => {
  const query = 'select * from marts.a';
  const { rows } = await build([node('model', 'a', { sql: 'select 1 as id', config: { materialized } })], {
    before,
    query,
  });
  expect(rows).toEqual([{ id: 1 }]);
});

const strategies = [
  {
    strategy: 'append',
    expected: [
      [1, 'old'],
      [2, 'new'],
      [2, 'old'],
    ],
  },
  {
    strategy: 'delete+insert',
    expected: [
      [1, 'old'],
      [2, 'new'],
    ],
  },
  {
    strategy: 'merge',
    expected: [
      [1, 'old'],
      [2, 'new'],
    ],
  },
];
test.each(strategies)('a later run of an incremental model does $strategy', async ({ strategy, expected }) => {
  const config = { materialized: 'incremental', other: { incremental_strategy: strategy, unique_key: 'id' } };
  const { results, messages, rows } = await build([node('model', 'a', { sql: "select 2 as id, 'new' as v", config })], {
    before: "create table marts.a as from (values (1, 'old'), (2, 'old')) t(id, v)",
    query: 'select * from marts.a order by id, v',
  });
  expect({ results, messages }).toEqual({ results: ['a success'], messages: '' });
  expect(rows.map(Object.values)).toEqual(expected);
});

const NEW = "from (values (2, 'new', 21), (3, 'new', 31)) t(id, v, n)";
const OLD = "create table marts.a as from (values (1, 'old', 10), (2, 'old', 20)) t(id, v, n)";
const incrementals: readonly {
  readonly name: string;
  readonly sql?: string;
  readonly config: { readonly [key: string]: unknown };
  readonly expected: readonly (readonly unknown[])[] | string;
}[] = [
  {
    name: 'merge_update_columns: no other column of a row that is there changes',
    config: { incremental_strategy: 'merge', unique_key: 'id', merge_update_columns: ['N'] },
    expected: [
      [1, 'old', 10],
      [2, 'old', 21],
      [3, 'new', 31],
    ],
  },
  {
    name: 'merge_exclude_columns: these columns of a row that is there stay',
    config: { incremental_strategy: 'merge', unique_key: 'id', merge_exclude_columns: ['N'] },
    expected: [
      [1, 'old', 10],
      [2, 'new', 20],
      [3, 'new', 31],
    ],
  },
  {
    name: 'merge_exclude_columns that leave nothing to update are refused',
    config: { incremental_strategy: 'merge', unique_key: 'id', merge_exclude_columns: ['id', 'v', 'n'] },
    expected: 'merge_exclude_columns of a leaves no column to update',
  },
  {
    name: 'unique_key is an expression',
    config: { unique_key: "id || '-' || v" },
    expected: [
      [1, 'old', 10],
      [2, 'new', 21],
      [2, 'old', 20],
      [3, 'new', 31],
    ],
  },
  {
    name: 'unique_key is a quoted name',
    config: { unique_key: '"id"' },
    expected: [
      [1, 'old', 10],
      [2, 'new', 21],
      [3, 'new', 31],
    ],
  },
  {
    name: 'unique_key has a quoted name in a list',
    config: { unique_key: ['"id"', 'V'] },
    expected: [
      [1, 'old', 10],
      [2, 'new', 21],
      [2, 'old', 20],
      [3, 'new', 31],
    ],
  },
  {
    name: 'unique_key that reads another table is refused',
    config: { unique_key: '(select max(id) from marts.a)' },
    expected: 'has a unique_key that is not one expression over the columns of a row',
  },
  {
    name: 'unique_key that leaves its statement is refused',
    config: { unique_key: 'id) in (select 1); drop table marts.a; select (1' },
    expected: 'has a unique_key that is not one expression over the columns of a row',
  },
  {
    name: 'unique_key is an expression that merge does not take',
    config: { incremental_strategy: 'merge', unique_key: 'id + 1' },
    expected: 'has an expression where only names of columns can be',
  },
  {
    name: 'on_schema_change ignore leaves a new column out',
    sql: "select 3 as id, 'new' as v, 31 as n, 1 as added",
    config: {},
    expected: [
      [1, 'old', 10],
      [2, 'old', 20],
      [3, 'new', 31],
    ],
  },
  {
    name: 'on_schema_change ignore misses a column that vanished',
    sql: "select 3 as id, 'new' as v",
    config: {},
    expected: 'the query of a does not give columns that its table is to get: n',
  },
  {
    name: 'on_schema_change fail sees a type that changed',
    sql: "select 3::bigint as id, 'new' as v, 31 as n",
    config: { on_schema_change: 'fail' },
    expected: 'the columns of a changed: type of id',
  },
];
test.each(incrementals)('$name', async ({ sql = NEW, config: other, expected }) => {
  const built = node('model', 'a', { sql, config: { materialized: 'incremental', other } });
  const { messages, rows } = await build([built], { before: OLD, query: 'select * from marts.a order by all' });
  if (typeof expected === 'string') expect(messages).toContain(expected);
  else expect({ messages, rows: rows.map(Object.values) }).toEqual({ messages: '', rows: expected });
});

const schemaChanges = [
  { policy: 'ignore', expected: { status: 'a error', columns: ['id', 'gone'] } },
  { policy: 'fail', expected: { status: 'a error', columns: ['id', 'gone'] } },
  { policy: 'append_new_columns', expected: { status: 'a success', columns: ['id', 'gone', 'added'] } },
  { policy: 'sync_all_columns', expected: { status: 'a success', columns: ['id', 'added'] } },
];
test.each(schemaChanges)('when columns change, on_schema_change $policy decides', async ({ policy, expected }) => {
  const config = { materialized: 'incremental', other: { on_schema_change: policy, unique_key: 'id' } };
  const { results, rows } = await build([node('model', 'a', { sql: "select 2 as id, 'x' as added", config })], {
    before: "create table marts.a as select 1 as id, 'y' as gone",
    query: 'select column_name from (describe marts.a)',
  });
  expect({ status: results[0], columns: rows.flatMap(Object.values) }).toEqual(expected);
});

test('an abort interrupts the statement that runs', async () => {
  await using warehouse = await openDuckDB(':memory:');
  const controller = new AbortController();
  const endless = 'select count(*) as n from range(1000000000) a, range(1000000000) b';
  const nodes = [node('model', 'a', { sql: endless, config: { materialized: 'table' } })];
  const building = buildProject({
    project: project(nodes),
    warehouse,
    selected: new Set(['a']),
    kind: 'build',
    threads: 1,
    fullRefresh: false,
    progress: () => {},
    signal: controller.signal,
  });
  setTimeout(() => controller.abort(), 100);
  await expect(building).rejects.toThrow('aborted');
});

const WRITES = 'create table marts.planted as select 1 as id';
const breakouts: readonly { readonly name: string; readonly built: Node }[] = [
  {
    name: 'SQL of a test',
    built: node('test', 'evil', {
      sql: `select 1) as x; ${WRITES}; select 0 as failures, false as should_warn, false as should_error from (select 1`,
    }),
  },
  {
    name: 'fail_calc of a test',
    built: node('test', 'evil', {
      sql: 'select 1',
      config: { failCalc: `0 as failures, false as should_warn, false as should_error; ${WRITES}; select 0` },
    }),
  },
  {
    name: 'warn_if of a test',
    built: node('test', 'evil', {
      sql: 'select 1',
      config: { warnIf: `> 0 as should_warn, false as should_error; ${WRITES}; select 0` },
    }),
  },
  { name: 'SQL of a model', built: node('model', 'evil', { sql: `select 1); ${WRITES}; select (1` }) },
  { name: 'SQL of a model that has two statements', built: node('model', 'evil', { sql: `select 1; ${WRITES}` }) },
];
test.each(breakouts)('$name leaves its statement and writes nothing', async ({ built }) => {
  const query = "select * from duckdb_tables() where table_name = 'planted'";
  const { results, rows } = await build([built], { query });
  expect({ results, rows }).toEqual({ results: ['evil error'], rows: [] });
});

test('a query whose columns the data names is one query', async () => {
  const sql = "select * from (pivot (from (values (1, 'a'), (2, 'b')) t(id, kind)) on kind using count(*)) where false";
  const { results } = await build([node('test', 'pivoted', { sql })]);
  expect(results).toEqual(['pivoted pass']);
});

const refused = [
  { name: 'a model', built: node('model', 'm', { sql: "select write_log('x') as a" }), says: 'write_log()', column: 8 },
  { name: 'a test', built: node('test', 't', { sql: 'from duckdb_settings()' }), says: 'duckdb_settings()', column: 6 },
  {
    name: 'the count of a test',
    built: node('test', 't', { sql: 'select 1 as a', config: { failCalc: 'count(current_query())' } }),
    says: 'current_query()',
    column: undefined,
  },
  {
    name: 'a model that reads rows',
    built: { ...node('model', 'm', { sql: "select write_log('x') as a" }), tags: ['reads rows'] },
    says: 'write_log()',
    column: 8,
  },
];

test.each(refused)('what $name may not call is refused by name, at its place', async ({ built, says, column }) => {
  const { results, messages } = await build([built]);

  expect(results).toEqual([`${built.name} error`]);
  expect(messages).toContain(`${says} is refused: it `);
  if (column !== undefined) expect(messages).toContain(` (models/${built.name}.sql:1:${column})`);
});
