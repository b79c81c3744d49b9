import { expect, test } from 'vitest';
import type { Flow } from '../flow.ts';
import type { QueryTrace } from '../query-trace.ts';
import { withConditions, withValues } from './merge-queries.ts';

/** A query with the columns `id`, `email` and `day`, each copied from a source of its name. */
const QUERY: QueryTrace = {
  columns: ['id', 'email', 'day'].map((name) => ({ name, type: 'VARCHAR', flows: [flowOf(name)], compared: [] })),
  dataset: [],
  size: { flows: [], compared: [] },
};

function flowOf(column: string): Flow {
  return {
    type: 'DIRECT',
    subtype: 'IDENTITY',
    source: { uniqueId: 'source.raw', column },
    state: 'clear',
    masking: false,
    masks: [],
    location: { file: 'models/orders.sql', line: 1, column: 1 },
    expression: column,
  };
}

test.each([
  ['DBT_INTERNAL_DEST.day > 3', 'day'],
  ['day > 3', 'day'],
  ["dbt_internal_source . Email = 'x'", 'email'],
  ['"DBT_INTERNAL_DEST"."email" is null', 'email'],
  ['orders.day > 3', 'day'],
  ['orders::varchar > 3', 'id email day'],
  ["DBT_INTERNAL_DEST = row('x')", 'id email day'],
  ['DBT_INCREMENTAL_TARGET::varchar > 3', 'id email day'],
  ['1 = 1', ''],
])('rows depend on the columns that a condition may name: %s', (text, columns) => {
  const { dataset } = withConditions(QUERY, [{ text, alias: 'orders' }]);

  expect(dataset.map(({ source }) => source.column).join(' ')).toBe(columns);
  expect(dataset.every(({ type, subtype, equals }) => type === 'INDIRECT' && subtype === 'FILTER' && equals)).toBe(
    true,
  );
});

test('a column holds what the expression of its value may name', () => {
  const text = 'DBT_INTERNAL_DEST.email || DBT_INTERNAL_SOURCE.day';
  const { columns } = withValues(QUERY, new Map([['ID', { text, alias: 'orders' }]]));

  expect(columns.map(({ name, flows }) => `${name}: ${flows.map(({ source }) => source.column).join(' ')}`)).toEqual([
    'id: id email day',
    'email: email',
    'day: day',
  ]);
});
