import { expect, test } from 'vitest';
import { SOURCE_COLUMNS, testProject } from '../lineage/testing/project.ts';
import { traceProject } from '../lineage/trace-project.ts';
import type { Column } from '../project/node.ts';
import { classify } from './classify.ts';
import { CONTRACT } from './testing/built-project.ts';
import { piiInSchemas, readTierSchemas } from './tier-schemas.ts';

const PLACE = { file: 'models/schema.yml', line: 1, column: 1 };
const READ = 'select id, email from warehouse.main.raw_user';

interface Table {
  readonly schema: string;
  readonly folder?: string;
  readonly sql?: string;
  readonly materialized?: string;
}
type Tables = Readonly<Record<string, Table>>;

const SAFE: Table = { schema: 'marts', folder: 'marts/safe', sql: 'select 1 as one' };
const STAGING: Table = { schema: 'staging', folder: 'staging' };

/** A project of one source, `raw_user` with a tagged column, and these models. */
async function questionOf(tables: Tables, sourceSchema: string) {
  const names = Object.keys(tables);
  const models = Object.fromEntries(names.map((name) => [name, tables[name]?.sql ?? READ]));
  const materialized = Object.fromEntries(names.map((name) => [name, tables[name]?.materialized ?? 'table']));
  const plain = testProject({ models, materialized });
  const email: Column = {
    name: 'email',
    description: '',
    dataType: undefined,
    tags: ['pii'],
    meta: {},
    location: PLACE,
  };
  const traced = {
    ...plain,
    sources: new Map(
      [...plain.sources].map(([id, source]) => [
        id,
        { ...source, columns: new Map(source.name === 'raw_user' ? [['email', email]] : []) },
      ]),
    ),
  };
  const masks = [{ macro: 'hash_pii', yields: 'pseudonymous' as const }];
  const lineage = await traceProject({ project: traced, sourceColumns: SOURCE_COLUMNS, masks, nonce: 'f00d' });
  const project = {
    ...traced,
    sources: new Map([...traced.sources].map(([id, source]) => [id, { ...source, schema: sourceSchema }])),
    nodes: new Map(
      [...traced.nodes].map(([id, node]) => {
        const { schema = 'main', folder = 'other' } = tables[node.name] ?? {};
        return [id, { ...node, schema, path: `${folder}/${node.name}.sql` }];
      }),
    ),
  };
  return { project, lineage, classification: classify(project), contract: CONTRACT };
}

/** `error marts: leak raw.raw_user.email` for a table, `warning main: 2 tables` for a schema. */
async function findings(tables: Tables, base?: Tables, sourceSchema = 'main'): Promise<readonly string[]> {
  const before = base && readTierSchemas(await questionOf(base, 'main'));
  return piiInSchemas(await questionOf(tables, sourceSchema), before).map(({ severity, schema, holder }) => {
    const of =
      holder.kind !== 'schema'
        ? `${holder.name} ${holder.source ? `${holder.source.relation}.${holder.source.column}` : 'unknown'}`
        : `${holder.tables} tables`;
    return `${severity} ${schema}: ${of}`;
  });
}

const LEAK: Table = { schema: 'marts', folder: 'reports' };
const found = 'error marts: leak raw.raw_user.email';

const cases: readonly {
  readonly name: string;
  readonly tables: Tables;
  readonly base?: Tables;
  readonly sources?: string;
  readonly finds: readonly string[];
}[] = [
  { name: 'schemas separate tiers', tables: { stg: STAGING, mart: SAFE }, finds: [] },
  { name: 'a model in no tier is there', tables: { stg: STAGING, mart: SAFE, leak: LEAK }, finds: [found] },
  {
    name: 'in other letters',
    tables: { stg: STAGING, mart: SAFE, leak: { ...LEAK, schema: 'MARTS' } },
    finds: [found],
  },
  {
    name: 'a model of a weaker tier is there',
    tables: { stg: STAGING, mart: SAFE, leak: { ...LEAK, folder: 'marts/restricted' } },
    finds: [found],
  },
  {
    name: 'a view is there',
    tables: { stg: STAGING, mart: SAFE, leak: { ...LEAK, materialized: 'view' } },
    finds: [found],
  },
  {
    name: 'an ephemeral model has no table',
    tables: { stg: STAGING, mart: SAFE, leak: { ...LEAK, materialized: 'ephemeral' } },
    finds: [],
  },
  {
    name: 'a model that reads the value in another way',
    tables: {
      stg: STAGING,
      mart: SAFE,
      leak: { ...LEAK, sql: 'select case when email is null then 1 end as e from warehouse.main.raw_user' },
    },
    finds: [found],
  },
  {
    name: 'a model that cannot be traced',
    tables: {
      stg: STAGING,
      mart: SAFE,
      leak: { ...LEAK, sql: 'pivot warehouse.main.raw_user on email using count(*)' },
    },
    finds: ['error marts: leak raw.raw_user.email'],
  },
  {
    name: 'a masked value is what the tier allows',
    tables: {
      stg: STAGING,
      mart: SAFE,
      leak: { ...LEAK, sql: 'select mask(email) as e from warehouse.main.raw_user' },
    },
    finds: [],
  },
  {
    name: 'copied tables are there',
    tables: { stg: STAGING, mart: SAFE },
    sources: 'Marts',
    finds: ['error marts: raw.raw_user raw.raw_user.email'],
  },
  {
    name: 'all models are in one schema',
    tables: { stg: { schema: 'main' }, mart: { ...SAFE, schema: 'main' } },
    finds: ['warning main: 2 tables'],
  },
  {
    name: 'all models are in one schema, and sources in another',
    tables: { stg: { schema: 'main' }, mart: { ...SAFE, schema: 'main' } },
    sources: 'raw',
    finds: ['warning main: 1 tables'],
  },
  {
    name: 'schemas are merged that the base has apart',
    tables: { stg: { schema: 'main' }, mart: { ...SAFE, schema: 'main' } },
    base: { stg: STAGING, mart: SAFE },
    finds: ['error main: raw.raw_user raw.raw_user.email', 'error main: stg raw.raw_user.email'],
  },
  {
    name: 'the marts leave their schema, and personal data takes their place',
    tables: { stg: STAGING, mart: { ...SAFE, schema: 'marts_new' }, leak: LEAK },
    base: { stg: STAGING, mart: SAFE },
    finds: [found],
  },
  {
    name: 'a schema of marts alone gets its first table with personal data',
    tables: { mart: SAFE, leak: LEAK },
    base: { mart: SAFE },
    finds: [found],
  },
  {
    name: 'the base is as mixed',
    tables: { mart: { ...SAFE, schema: 'main' }, stg: { schema: 'main' }, other: { schema: 'main' } },
    base: { mart: { ...SAFE, schema: 'main' }, stg: { schema: 'main' } },
    finds: ['warning main: 3 tables'],
  },
];

test.each(cases)('$name', async ({ tables, base, sources, finds }) => {
  expect(await findings(tables, base, sources)).toEqual(finds);
});
