import { expect, test } from 'vitest';
import { openResolver } from './resolve-ref.ts';

const location = { file: 'models/x.sql', line: 12, column: 8 };
const node = (packageName: string, name: string, enabled = true) => ({
  uniqueId: `model.${packageName}.${name}`,
  packageName,
  name,
  enabled,
});
const resolver = openResolver({
  rootPackage: 'app',
  nodes: [
    node('app', 'stg_users'),
    node('shop', 'orders'),
    node('app', 'orders'),
    node('shop', 'items'),
    node('app', 'old', false),
  ],
  sources: [{ ...node('app', 'users'), uniqueId: 'source.app.raw.users', sourceName: 'raw' }],
});

const refs = [
  { name: 'the root project comes first', call: 'orders', reader: 'shop', gives: 'model.app.orders' },
  { name: 'a package in the call decides', call: 'shop.orders', reader: 'app', gives: 'model.shop.orders' },
  { name: 'any package is searched last', call: 'items', reader: 'app', gives: 'model.shop.items' },
  {
    name: 'a misspelled name is answered with the nearest',
    call: 'stg_user',
    reader: 'app',
    gives: "ref('stg_user') is no model. Did you mean 'stg_users'?",
  },
  {
    name: 'a disabled model is no answer',
    call: 'old',
    reader: 'app',
    gives: "ref('old') is disabled by its configuration.",
  },
];

test.each(refs)('ref: $name', ({ call, reader, gives }) => {
  const [first = '', second] = call.split('.');
  const ref = {
    name: second ?? first,
    packageName: second === undefined ? undefined : first,
    version: undefined,
    location,
  };
  const resolution = resolver.ref(ref, reader);
  expect('found' in resolution ? resolution.found.uniqueId : resolution.mistake.message).toBe(gives);
});

const sources = [
  { name: 'a declared table is found', source: 'raw', table: 'users', gives: 'source.app.raw.users' },
  {
    name: 'a wrong table is answered with the nearest',
    source: 'raw',
    table: 'user',
    gives: "source('raw', 'user') is declared nowhere. Did you mean 'users'?",
  },
  {
    name: 'a wrong source is answered with the nearest',
    source: 'row',
    table: 'users',
    gives: "source('row', 'users') is declared nowhere. Did you mean 'raw'?",
  },
];

test.each(sources)('source: $name', ({ source, table, gives }) => {
  const resolution = resolver.source({ sourceName: source, tableName: table, location }, 'app');
  expect('found' in resolution ? resolution.found.uniqueId : resolution.mistake.message).toBe(gives);
});
