import { expect, test } from 'vitest';
import type { Adapter } from '../../project/project.ts';
import { SOURCE_COLUMNS, testProject } from '../testing/project.ts';
import { traceProject } from '../trace-project.ts';

/** Answers every query with one value. */
const adapter: Adapter = {
  query: async () => ({ columns: ['answer'], types: ['VARCHAR'], rows: [['ann@clinic.test'], [null]] }),
  relationType: async () => 'table',
  columns: async () => [],
};

async function trace(models: Readonly<Record<string, string>>, materialized: Readonly<Record<string, string>> = {}) {
  const { nodes } = await traceProject({
    project: testProject({ models, materialized }),
    sourceColumns: SOURCE_COLUMNS,
    masks: [{ macro: 'hash_pii', yields: 'pseudonymous' }],
    nonce: 'f00d',
    adapter,
  });
  return nodes;
}

const USERS = 'warehouse.main.raw_user';

const cases: readonly {
  readonly name: string;
  readonly mart: string;
  readonly named: readonly string[];
  readonly from: readonly string[];
}[] = [
  {
    name: 'in the name of a column',
    mart: `select id, age as "n_ask{select email from ${USERS}}" from ${USERS}`,
    named: ['n_ann@clinic.test'],
    from: ['raw_user.email clear'],
  },
  {
    name: 'as a literal, of a model before',
    mart: "select 'ask{select contact from warehouse.main.stg}' as x",
    named: [],
    from: ['raw_user.email clear'],
  },
  {
    name: 'of one that is counted',
    mart: `select 'ask{select count(distinct phone) from ${USERS}}' as x`,
    named: [],
    from: ['raw_user.phone aggregate'],
  },
  {
    name: 'masked',
    mart: `select 'ask{select mask(email) from ${USERS}}' as x`,
    named: [],
    from: ['raw_user.email pseudonymous'],
  },
  { name: 'of no column', mart: "select 'ask{select 1}' as x", named: [], from: [] },
  {
    name: 'of columns that only filter',
    mart: `select 'ask{select 1 from ${USERS} where email is null}' as x`,
    named: [],
    from: [],
  },
];

test.each(cases)('rows that a template read may be anywhere in its query: $name', async ({ mart, named, from }) => {
  const nodes = await trace({ stg: `select lower(email) as contact from ${USERS}`, mart });
  const names = nodes.get('model.app.mart')?.names ?? [];

  expect(nodes.get('model.app.mart')).toMatchObject({ status: 'traced' });
  expect(names.flatMap(({ columns }) => columns)).toEqual(named);
  expect(
    names.flatMap(({ flows }) =>
      flows.map(({ source, state }) => `${source.uniqueId.split('.').at(-1)}.${source.column} ${state}`),
    ),
  ).toEqual(from);
});

test('an incremental model may query its own table', async () => {
  const mart = `select email as contact from ${USERS} where email > 'later ask{select max(contact) from warehouse.main.mart}'`;
  const nodes = await trace({ mart }, { mart: 'incremental' });

  expect(nodes.get('model.app.mart')?.names?.[0]?.flows).toMatchObject([{ source: { column: 'email' } }]);
});

const unknown = [
  { name: 'tables that are no part of the project', sql: 'select table_name from information_schema.tables' },
  { name: 'a query that cannot be planned', sql: `pivot ${USERS} on email using count(*)` },
  { name: 'a variable', sql: "select getvariable('x')" },
];

test.each(unknown)('a template that asks for $name is unknown', async ({ sql }) => {
  const nodes = await trace({ mart: `select 'ask{${sql}}' as x` });

  expect(nodes.get('model.app.mart')).toMatchObject({ status: 'unknown' });
});
