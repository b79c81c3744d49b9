import { expect, test } from 'vitest';
import type { SyncConfig } from '../../config/fenceline-config.ts';
import { load } from '../../project/testing/small-project.ts';
import { placeTables } from './place-tables.ts';

const LOCATION = { file: 'fenceline.yml', line: 3, column: 5 };
const DRIFT = { table: 'warn', add: 'warn', drop: 'warn', type: 'warn' } as const;
const FILES = {
  'seeds/codes.csv': 'id\n1\n',
  'models/s.yml': `sources:
  - {name: crm, schema: crm, tables: [{name: raw_user}, {name: log}, {name: unread}]}
  - {name: billing, schema: Billing, tables: [{name: raw_log}, {name: paid, identifier: Payments}, {name: again, identifier: payments}]}
  - {name: ops, schema: ops, tables: [{name: raw_log}]}
  - {name: made, schema: main, tables: [{name: codes}, {name: file, meta: {external_location: data/x.csv}}]}`,
  'models/m.sql': `select 1 as n from {{ source('crm', 'raw_user') }}, {{ source('crm', 'log') }}, {{ source('billing', 'paid') }},
    {{ source('billing', 'again') }}, {{ source('made', 'codes') }}, {{ source('made', 'file') }}`,
};

function table(name: string, to: { readonly schema: string | undefined; readonly table: string }) {
  return { name, from: { schema: 'public', table: name }, to, exclude: [], location: LOCATION };
}

async function places(sync: SyncConfig): Promise<readonly string[]> {
  const { tables } = placeTables(sync, await load(FILES));
  return tables.map(({ from, to }) => `${from.schema}.${from.table} → ${to.schema}.${to.table}`);
}

test.each([
  { name: 'a table has the schema of its source', to: { schema: undefined, table: 'RAW_USER' }, is: 'crm.RAW_USER' },
  { name: 'one that no source names is in main', to: { schema: undefined, table: 'other' }, is: 'main.other' },
  { name: 'one that two schemas name is in main', to: { schema: undefined, table: 'raw_log' }, is: 'main.raw_log' },
  { name: 'a schema that is written counts', to: { schema: 'x', table: 'raw_user' }, is: 'x.raw_user' },
])('$name', async ({ to, is }) => {
  expect(await places({ fromSources: false, drift: DRIFT, tables: [table('t', to)] })).toEqual([`public.t → ${is}`]);
});

test('from_sources copies each source that is read once, and no seed, no file, and no table that is listed', async () => {
  const listed = table('member', { schema: undefined, table: 'raw_user' });

  expect(await places({ fromSources: true, drift: DRIFT, tables: [listed] })).toEqual([
    'public.member → crm.raw_user',
    'crm.log → crm.log',
    'Billing.payments → Billing.payments',
  ]);
});

test.each([
  {
    name: 'a pattern stands for the tables that sources declare, read or not, and for no seed and no file',
    pattern: { to: { schema: undefined, table: '*' } },
    is: [
      'public.raw_user → crm.raw_user',
      'public.log → crm.log',
      'public.unread → crm.unread',
      'public.Payments → Billing.Payments',
    ],
  },
  {
    name: 'the prefix is not a part of the name, and an exception is left out',
    pattern: { to: { schema: 'crm', table: 'raw_*' }, except: ['logs'] },
    is: ['public.user → crm.raw_user'],
  },
  {
    name: 'exceptions and names have patterns, too',
    pattern: { from: { schema: 'app', table: '*o*' }, to: { schema: 'crm', table: '*' }, except: ['*_*'] },
    is: ['app.log → crm.log'],
  },
  {
    name: 'an entry of its own counts before the pattern, and so does from_sources after it',
    pattern: { to: { schema: 'crm', table: 'raw_*' } },
    tables: [table('user', { schema: 'crm', table: 'person' })],
    fromSources: true,
    except: ['crm.l*', 'Billing.payments'],
    is: ['public.user → crm.person', 'crm.raw_user → crm.raw_user'],
  },
])('$name', async ({ pattern, tables = [], is, ...sync }) => {
  const whole = { name: 'all', from: { schema: 'public', table: '*' }, except: [], exclude: [], location: LOCATION };
  const patterns = [{ ...whole, ...pattern }];
  expect(await places({ fromSources: false, drift: DRIFT, tables, patterns, ...sync })).toEqual(is);
});
