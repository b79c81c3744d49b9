import { expect, test } from 'vitest';
import { toObject } from '../mapping.ts';
import { folderLayers, mergeConfig } from './merge-config.ts';

const cases = [
  { name: 'a later layer replaces', layers: [{ schema: 'a' }, { schema: 'b' }], merged: { schema: 'b' } },
  { name: 'tags add up', layers: [{ tags: 'a' }, { tags: ['b', 'c'] }], merged: { tags: ['a', 'b', 'c'] } },
  {
    name: 'meta is updated key by key',
    layers: [{ meta: { a: 1, b: 1 } }, { meta: { b: 2 } }],
    merged: { meta: { a: 1, b: 2 } },
  },
  {
    name: 'hooks add up however they are spelled',
    layers: [{ 'pre-hook': 'a' }, { pre_hook: 'b' }],
    merged: { 'pre-hook': ['a', 'b'] },
  },
  {
    name: 'a plain grant replaces',
    layers: [{ grants: { select: ['a'] } }, { grants: { select: 'b' } }],
    merged: { grants: { select: ['b'] } },
  },
  {
    name: 'a grant with + extends',
    layers: [{ grants: { select: 'a' } }, { grants: { '+select': 'b' } }],
    merged: { grants: { select: ['a', 'b'] } },
  },
  {
    name: 'persist_docs is replaced whole',
    layers: [{ persist_docs: { relation: true } }, { persist_docs: { columns: true } }],
    merged: { persist_docs: { columns: true } },
  },
];

test.each(cases)('$name', ({ layers, merged }) => {
  expect(toObject(mergeConfig(layers.map((layer) => new Map(Object.entries(layer)))))).toEqual(merged);
});

test('folders give their + keys and plain values, outermost first', () => {
  const tree = {
    '+schema': 'all',
    app: { enabled: true, marts: { '+schema': 'marts', '+meta': { owner: 'a' }, safe: { '+materialized': 'table' } } },
  };
  expect(folderLayers(tree, ['app', 'marts', 'safe', 'm']).map(toObject)).toEqual([
    { schema: 'all' },
    { enabled: true },
    { schema: 'marts', meta: { owner: 'a' } },
    { materialized: 'table' },
  ]);
});
