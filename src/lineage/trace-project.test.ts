import { describe, expect, test } from 'vitest';
import { formatLocation } from '../location.ts';
import { UserError } from '../user-error.ts';
import type { NodeLineage, RootFlow } from './flow.ts';
import { SOURCE_COLUMNS, type TestProject, testProject } from './testing/project.ts';
import { traceProject } from './trace-project.ts';

async function trace(project: TestProject, model: string): Promise<NodeLineage> {
  const lineage = await traceProject({
    project: testProject(project),
    sourceColumns: SOURCE_COLUMNS,
    masks: [{ macro: 'hash_pii', yields: 'pseudonymous' }],
    nonce: 'f00d',
  });
  const node = lineage.nodes.get(`model.app.${model}`);
  if (!node) throw new Error(`no ${model}`);
  return node;
}

function spell({ type, subtype, source, state, masks }: RootFlow): string {
  const name = `${source.uniqueId.split('.').at(-1)}.${source.column}`;
  return [subtype, name, ...(type === 'DIRECT' ? [state] : []), ...masks].join(' ');
}

/** The flows of personal columns into the model `mart`, by output column. */
async function intoMart(project: TestProject): Promise<{ readonly [column: string]: readonly string[] }> {
  const mart = await trace(project, 'mart');
  if (mart.status === 'unknown') throw new Error(mart.reason);
  const personal = (flows: readonly RootFlow[]): readonly string[] =>
    flows
      .map(spell)
      .filter((flow) => /raw_user\.(email|first_name|phone)/.test(flow))
      .sort();
  const columns = mart.columns.map(({ name, flows }) => [name, personal(flows)] as const);
  return Object.fromEntries([...columns, ['(rows)', personal(mart.dataset)]].filter(([, flows]) => flows.length > 0));
}

const EMAIL = 'raw_user.email';
const stg = 'select id as user_id, email, first_name, phone, is_active from warehouse.main.raw_user';

const caught: readonly { readonly name: string; readonly models: TestProject['models']; readonly flows: object }[] = [
  {
    name: 'an alias',
    models: { stg, mart: 'select user_id, email as contact from warehouse.main.stg' },
    flows: { contact: [`IDENTITY ${EMAIL} clear`] },
  },
  {
    name: 'select *',
    models: { stg, mart: 'select * from warehouse.main.stg' },
    flows: {
      email: [`IDENTITY ${EMAIL} clear`],
      first_name: ['IDENTITY raw_user.first_name clear'],
      phone: ['IDENTITY raw_user.phone clear'],
    },
  },
  {
    name: 'a column lower-cased two models upstream',
    models: {
      stg,
      int: 'select user_id, lower(email) as key from warehouse.main.stg',
      mart: 'select key as k from warehouse.main.int',
    },
    flows: { k: [`TRANSFORMATION ${EMAIL} clear`] },
  },
  {
    name: 'a join back to the source',
    models: {
      stg: 'select id as user_id from warehouse.main.raw_user',
      mart: 'select s.user_id, u.email as e from warehouse.main.stg s join warehouse.main.raw_user u on u.id = s.user_id',
    },
    flows: { e: [`IDENTITY ${EMAIL} clear`] },
  },
  {
    name: 'max(email)',
    models: { stg, mart: 'select max(email) as m from warehouse.main.stg' },
    flows: { m: [`AGGREGATION ${EMAIL} clear`] },
  },
  {
    name: 'string_agg',
    models: { stg, mart: "select string_agg(first_name, ',') as names from warehouse.main.stg" },
    flows: { names: ['AGGREGATION raw_user.first_name clear'] },
  },
  {
    name: 'to_json of a whole row',
    models: {
      stg: 'select id, email from warehouse.main.raw_user',
      mart: 'select to_json(u) as doc from warehouse.main.stg u',
    },
    flows: { doc: [`TRANSFORMATION ${EMAIL} clear`] },
  },
  {
    name: 'a lateral subquery',
    models: {
      stg,
      mart: `select a.id, l.n from warehouse.main.raw_appointment a,
        lateral (select u.first_name as n from warehouse.main.stg u where u.user_id = a.patient_id) l`,
    },
    flows: { n: ['IDENTITY raw_user.first_name clear'] },
  },
  {
    name: 'a recursive CTE',
    models: {
      stg,
      mart: `with recursive r(n, a, b) as (
        select 1, '', email from warehouse.main.stg union all select n + 1, b, a from r where n < 3
      ) select a from r`,
    },
    flows: { a: [`IDENTITY ${EMAIL} clear`] },
  },
  {
    name: 'UNPIVOT',
    models: {
      stg: 'select id, email, phone from warehouse.main.raw_user',
      mart: 'select v from (unpivot warehouse.main.stg on email, phone into name k value v)',
    },
    flows: {
      v: [`TRANSFORMATION ${EMAIL} clear`, 'TRANSFORMATION raw_user.phone clear'],
      '(rows)': [`FILTER ${EMAIL}`, 'FILTER raw_user.phone'],
    },
  },
  {
    name: 'a filter upstream, in a count downstream',
    models: {
      stg: "select id from warehouse.main.raw_user where email like '%@clinic.test'",
      mart: 'select count(*) as n from warehouse.main.stg',
    },
    flows: { n: [`FILTER ${EMAIL}`], '(rows)': [`FILTER ${EMAIL}`] },
  },
];

const clean: typeof caught = [
  {
    name: 'a masked column',
    models: {
      stg: 'select id, mask(email) as email_hash from warehouse.main.raw_user',
      mart: 'select email_hash as h from warehouse.main.stg',
    },
    flows: { h: [`TRANSFORMATION ${EMAIL} pseudonymous hash_pii`] },
  },
  {
    name: 'count(distinct email)',
    models: { stg, mart: 'select count(distinct email) as n from warehouse.main.stg' },
    flows: { n: [`AGGREGATION ${EMAIL} aggregate`] },
  },
  {
    name: 'a comment that names the column',
    models: { stg, mart: 'select user_id /* not email */ from warehouse.main.stg -- email' },
    flows: {},
  },
  {
    name: 'a column of the same name of another table',
    models: {
      mart: 'select a.email from warehouse.main.raw_appointment a join warehouse.main.raw_user u on u.id = a.patient_id',
    },
    flows: {},
  },
];

describe('personal data is caught through', () => {
  test.each(caught)('$name', async ({ models, flows }) => {
    expect(await intoMart({ models })).toEqual(flows);
  });
});

describe('no raw value is claimed for', () => {
  test.each(clean)('$name', async ({ models, flows }) => {
    expect(await intoMart({ models })).toEqual(flows);
  });
});

test('a flow tells its way, model by model, with the place and the expression', async () => {
  const mart = await trace(
    {
      models: {
        stg: 'select\n  id,\n  lower(trim(email)) as key\nfrom warehouse.main.raw_user',
        int: 'select * from warehouse.main.stg',
        mart: "select\n  id, -- the key\n  'id ' || key || '!' as label\nfrom warehouse.main.int",
      },
    },
    'mart',
  );

  const [flow] = mart.status === 'traced' ? (mart.columns[1]?.flows ?? []) : [];
  expect(
    flow?.steps.map(({ column, location, expression }) => `${column} ${formatLocation(location)} ${expression}`),
  ).toEqual([
    'key models/stg.sql:3:9 trim(email)',
    'key models/int.sql:1:8 *',
    "label models/mart.sql:3:9 '…' || key || '…'",
  ]);
});

test('an ephemeral model is a node on the way to what reads it', async () => {
  const models = {
    stg: 'select id, email as e from warehouse.main.raw_user',
    mart: 'select e as f from __dbt__cte__stg -- stg',
  };
  const project = { models, materialized: { stg: 'ephemeral' } };

  expect(await trace(project, 'stg')).toMatchObject({
    status: 'traced',
    columns: [{ name: 'id' }, { name: 'e', type: 'VARCHAR' }],
  });
  expect(await trace(project, 'mart')).toMatchObject({
    columns: [{ flows: [{ steps: [{ uniqueId: 'model.app.stg' }, { uniqueId: 'model.app.mart' }] }] }],
  });
});

test('an incremental model has the flows of its first run and of a later one, also through itself', async () => {
  const models = {
    mart: `select id, email as a, first_name as b from warehouse.main.raw_user
      later{union all select id, b, phone from warehouse.main.mart}`.replace('phone', 'a'),
  };

  expect(await intoMart({ models, materialized: { mart: 'incremental' } })).toEqual({
    a: [`IDENTITY ${EMAIL} clear`, 'IDENTITY raw_user.first_name clear'],
    b: [`IDENTITY ${EMAIL} clear`, 'IDENTITY raw_user.first_name clear'],
  });
});

test('the key of an incremental model decides which of its rows stay', async () => {
  const models = { mart: 'select id, email as e, first_name as f from warehouse.main.raw_user' };
  const materialized = { mart: 'incremental' };

  expect((await intoMart({ models, materialized, uniqueKeys: { mart: 'E' } }))['(rows)']).toEqual([`JOIN ${EMAIL}`]);
  expect((await intoMart({ models, materialized }))['(rows)']).toBeUndefined();
});

test('a seed is a root', async () => {
  const mart = await trace({ models: { mart: 'select name from warehouse.main.region' }, seeds: ['region'] }, 'mart');

  expect(mart).toMatchObject({ columns: [{ flows: [{ source: { uniqueId: 'seed.app.region', column: 'name' } }] }] });
});

test('a column of a model that YAML tags is a root as well, whatever it comes from', async () => {
  const models = {
    stg: "select 'x' || id as code, case when age > 60 then 'old' end as label from warehouse.main.raw_user",
    mart: 'select lower(code) as c, label as l, 1 as one from warehouse.main.stg',
  };
  const mart = await trace({ models, tagged: ['stg.code', 'stg.label', 'mart.one'] }, 'mart');

  expect(mart.status === 'traced' && mart.columns.map(({ flows }) => flows.map(spell))).toEqual([
    ['TRANSFORMATION raw_user.id clear', 'TRANSFORMATION stg.code clear'],
    ['CONDITIONAL raw_user.age', 'IDENTITY stg.label clear'],
    ['IDENTITY mart.one clear'],
  ]);
});

test('a function the engine lacks is a mistake', async () => {
  const models = { mart: 'select mask_it(email) as m from warehouse.main.raw_user' };

  await expect(trace({ models }, 'mart')).rejects.toThrow(
    'models/mart.sql:1:8 mart: Scalar Function with name mask_it',
  );
});

const unknown = [
  { name: 'a template that asks the data', sql: 'select 1 as x ask()', reason: /asks the data/ },
  {
    name: 'a dynamic PIVOT',
    sql: 'select * from (pivot warehouse.main.raw_user on email using count(*))',
    reason: /PIVOT/,
  },
  { name: 'a file', sql: "select * from read_csv('people.csv')", reason: /read_csv\(\) is refused: it reads files/ },
  { name: 'a table function that reads elsewhere', sql: 'select * from duckdb_settings()', reason: /duckdb_settings/ },
  { name: 'a variable', sql: "select getvariable('x') as x", reason: /getvariable/ },
  { name: 'a variable in quotes', sql: `select "getVariable"('x') as x`, reason: /getvariable/ },
  {
    name: 'a variable behind what ends a comment',
    sql: "select 1 as a -- \r , getvariable('x') as x",
    reason: /getvariable/,
  },
  { name: 'a variable as a method', sql: "select ('x').getvariable() as x", reason: /getvariable/ },
  { name: 'a query in a text', sql: "from query('select ' || '1')", reason: /query\(\)/ },
  {
    name: 'a statement that writes',
    sql: 'insert into warehouse.main.raw_user by name select 1 as id',
    reason: /LOGICAL_INSERT/,
  },
  { name: 'a system table', sql: 'select * from information_schema.columns', reason: /duckdb_columns|view/ },
];

describe('a model is unknown because of', () => {
  test.each(unknown)('$name, and what reads it', async ({ sql, reason }) => {
    const models = { stg: sql, mart: 'select * from warehouse.main.stg' };

    expect(await trace({ models }, 'stg')).toMatchObject({ status: 'unknown', reason: expect.stringMatching(reason) });
    expect(await trace({ models }, 'mart')).toMatchObject({ status: 'unknown', reason: expect.stringMatching(reason) });
  });

  test('a model that names the table of an unknown one without ref()', async () => {
    const models = {
      stg: "select id, email from warehouse.main.raw_user later{where getvariable('x')}",
      mart: 'select email from warehouse.main.STG',
    };

    expect(await trace({ models, materialized: { stg: 'incremental' } }, 'mart')).toMatchObject({
      status: 'unknown',
      reason: expect.stringContaining('it reads stg'),
    });
  });

  test('a model over a source whose columns are unknown', async () => {
    const project = testProject({ models: { mart: 'select * from warehouse.main.raw_user' } });
    const { nodes } = await traceProject({ project, sourceColumns: new Map(), masks: [], nonce: 'f00d' });

    expect(nodes.get('model.app.mart')).toMatchObject({
      status: 'unknown',
      reason: expect.stringContaining('raw_user'),
    });
  });
});

const mistakes = [
  {
    name: 'a syntax error',
    sql: 'select id\nfrom warehouse.main.raw_user wher id = 1',
    text: 'models/mart.sql:2:35 mart: syntax error at or near "id"',
  },
  {
    name: 'an unknown column',
    sql: 'select\n  id,\n  emial from warehouse.main.raw_user',
    text: 'models/mart.sql:3:3 mart: Referenced column "emial" not found',
  },
  {
    name: 'an unknown table',
    sql: 'select * from warehouse.main.raw_users',
    text: "models/mart.sql:1:15 mart: table raw_users does not exist. Did you mean 'raw_user'?",
  },
  { name: 'a text without SQL', sql: '-- later', text: 'models/mart.sql:1:1 mart has no SQL' },
  { name: 'two statements', sql: 'select 1; select 2', text: 'models/mart.sql:1:1 mart has 2 statements' },
];

describe('a mistake has its place in the template:', () => {
  test.each(mistakes)('$name', async ({ sql, text }) => {
    const error: unknown = await trace({ models: { mart: sql } }, 'mart').catch((cause: unknown) => cause);

    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toContain(text);
  });

  test('all mistakes of a project are reported together, and none that only follows from another', async () => {
    const models = { a: 'select x', b: 'select y', c: 'select * from warehouse.main.a' };
    const error = (await trace({ models }, 'a').catch((cause: unknown) => cause)) as UserError;

    expect(error.mistakes.map(({ location }) => location?.file)).toEqual(['models/a.sql', 'models/b.sql']);
  });

  test('a declared type that DuckDB lacks is a mistake', async () => {
    const sourceColumns = new Map([
      ...SOURCE_COLUMNS,
      ['source.app.raw.raw_user', [{ name: 'id', type: 'intt' }]] as const,
    ]);
    const project = testProject({ models: { mart: 'select 1 as x' } });

    await expect(traceProject({ project, sourceColumns, masks: [], nonce: 'f00d' })).rejects.toThrow(
      "models/sources.yml:1:1 'intt' of column id of raw.raw_user is no type DuckDB knows.",
    );
  });
});

test('a plain table name is found where a session of the build finds it, not in the schema of the target', async () => {
  const project = testProject({
    models: { a: 'select 1 as email', mart: 'select email as e from raw_user -- warehouse.main.raw_user a' },
  });
  const nodes = [...project.nodes].map(
    ([id, node]) => [id, id === 'model.app.a' ? { ...node, schema: 'analytics', alias: 'raw_user' } : node] as const,
  );
  const target = { ...project.target, schema: 'analytics' };
  const { nodes: traced } = await traceProject({
    project: { ...project, target, nodes: new Map(nodes) },
    sourceColumns: SOURCE_COLUMNS,
    masks: [],
    nonce: 'f00d',
  });
  const mart = traced.get('model.app.mart');
  const flows = mart?.status === 'traced' ? mart.columns.flatMap((column) => column.flows) : [];
  expect(flows.map(({ source }) => source)).toEqual([{ uniqueId: 'source.app.raw.raw_user', column: 'email' }]);
});

/** Status of a mart after a build that ran this text, and gave this answer to the query of its template. */
async function builtAs(mart: string, text: string, builtAnswer: string): Promise<string> {
  const question = /ask\{([^}]*)\}/.exec(mart)?.[1] ?? '';
  const answer = (value: string) => ({ columns: ['v'], types: ['VARCHAR'], rows: [[value]] });
  const answers = { queries: new Map([[question, answer(builtAnswer)]]), types: new Map(), columns: new Map() };
  const { nodes } = await traceProject({
    project: testProject({ models: { mart } }),
    sourceColumns: SOURCE_COLUMNS,
    masks: [],
    nonce: 'f00d',
    adapter: { query: async () => answer('7'), relationType: async () => undefined, columns: async () => [] },
    built: new Map([['model.app.mart', { parts: new Map([['model.app.mart', text]]), answers }]]),
  });
  const lineage = nodes.get('model.app.mart');
  return lineage?.status === 'unknown' ? lineage.reason : String(lineage?.status);
}

const builds = [
  {
    name: 'a model is traced with the answers it got when it was built',
    mart: 'select ask{select max(id) from warehouse.main.raw_user} as x',
    text: 'select 5 as x',
    builtAnswer: '5',
    becomes: 'traced',
  },
  {
    name: 'a model that was built with another text is unknown',
    mart: 'select 1 as x',
    text: 'select email as x from warehouse.main.raw_user',
    builtAnswer: '',
    becomes: 'it was built with another text than its template gives now',
  },
];

test.each(builds)('$name', async ({ mart, text, builtAnswer, becomes }) => {
  expect(await builtAs(mart, text, builtAnswer)).toBe(becomes);
});
