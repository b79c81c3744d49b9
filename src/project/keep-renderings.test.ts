import { expect, test } from 'vitest';
import type { Model } from './node.ts';
import type { Adapter, Rendering, StandIns } from './project.ts';
import { load, nodeOf } from './testing/small-project.ts';

/** A template whose text is another for each rendering: two equal texts prove that it was rendered once. */
const ID = '{{ invocation_id }}';
const MACROS = { 'macros/m.sql': '{% macro mask(c) %}md5({{ c }}){% endmacro %}{% macro plain() %}1{% endmacro %}' };

const warehouse: Adapter = {
  query: async () => ({ columns: ['a'], types: ['INTEGER'], rows: [[1]] }),
  relationType: async (_, name) => (name === 'm' ? 'table' : undefined),
  columns: async () => [{ name: 'a', type: 'INTEGER' }],
};
const emptyWarehouse: Adapter = { ...warehouse, relationType: async () => undefined };
const marked = (macro: string, output: string) => (macro === 'mask' ? `<${output}>` : output);

function standIns(value: string): StandIns {
  return { vars: new Map([['salt', value]]), environment: new Map() };
}

const cases: readonly {
  readonly name: string;
  readonly template: string;
  readonly first?: Partial<Rendering>;
  readonly second?: Partial<Rendering>;
  readonly isOnce: boolean;
}[] = [
  { name: 'what asks nothing', template: 'select 1', second: { adapter: emptyWarehouse }, isOnce: true },
  { name: 'a query', template: "{% do run_query('select 1') %}", isOnce: false },
  { name: 'whether a relation is there', template: '{% do load_relation(this) %}', isOnce: false },
  { name: 'the columns of a relation', template: '{% do adapter.get_columns_in_relation(this) %}', isOnce: false },
  { name: 'without an adapter', template: 'select 1', second: { adapter: undefined }, isOnce: false },
  { name: 'for the analysis and to be built', template: 'select 1', first: { ephemeral: 'named' }, isOnce: true },
  {
    name: 'a first and a later run',
    template: "{{ config(materialized='incremental') }}{% if is_incremental() %}x{% endif %}",
    first: { incremental: false },
    second: { incremental: true },
    isOnce: false,
  },
  {
    name: 'a later run, once said and once found out',
    template: "{{ config(materialized='incremental') }}{% if is_incremental() %}x{% endif %}",
    first: { incremental: true },
    isOnce: true,
  },
  {
    name: 'a first run, once said and once found out',
    template: "{{ config(materialized='incremental') }}{% if is_incremental() %}x{% endif %}",
    first: { incremental: false },
    second: { adapter: emptyWarehouse },
    isOnce: true,
  },
  {
    name: 'an incremental model that does not say so',
    template: "{{ config(materialized='incremental') }}select 1",
    first: { incremental: false },
    second: { incremental: true },
    isOnce: true,
  },
  { name: 'a mask, marked and not', template: "{{ mask('x') }}", first: { wrapMacro: marked }, isOnce: false },
  { name: 'a mask, not marked and marked', template: "{{ mask('x') }}", second: { wrapMacro: marked }, isOnce: false },
  {
    name: 'a mask, marked alike twice',
    template: "{{ mask('x') }}",
    first: { wrapMacro: marked },
    second: { wrapMacro: marked },
    isOnce: true,
  },
  {
    name: 'a mask, marked otherwise',
    template: "{{ mask('x') }}",
    first: { wrapMacro: marked },
    second: { wrapMacro: (macro, output) => (macro === 'mask' ? `[${output}]` : output) },
    isOnce: false,
  },
  { name: 'other values', template: 'select 1', second: { standIns: standIns('a') }, isOnce: false },
  {
    name: 'the same other values',
    template: 'select 1',
    first: { standIns: standIns('a') },
    second: { standIns: standIns('a') },
    isOnce: true,
  },
  {
    name: 'different other values',
    template: 'select 1',
    first: { standIns: standIns('a') },
    second: { standIns: standIns('b') },
    isOnce: false,
  },
  { name: 'no mask, marked and not', template: '{{ plain() }}', first: { wrapMacro: marked }, isOnce: true },
  { name: 'no mask, not marked and marked', template: '{{ plain() }}', second: { wrapMacro: marked }, isOnce: true },
];

test.each(cases)('a node is rendered once where it comes out the same: $name', async ({ template, isOnce, ...two }) => {
  const project = await load({ ...MACROS, 'models/m.sql': `${template} ${ID}` });
  const render = async (rendering: Partial<Rendering> = {}) => {
    return project.compile(nodeOf(project, 'm') as Model, { adapter: warehouse, ...rendering });
  };

  const first = await render(two.first);
  const second = await render(two.second);

  expect(first.sql.text === second.sql.text).toBe(isOnce);
  expect(first === second).toBe(isOnce);
});

test('an ephemeral model is rendered once for itself and all that read it', async () => {
  const project = await load({
    'models/shared.sql': `{{ config(materialized='ephemeral') }}select '${ID}'`,
    'models/a.sql': "select * from {{ ref('shared') }}",
    'models/b.sql': "select * from {{ ref('shared') }}",
  });
  const texts = new Set<string | undefined>();
  for (const name of ['shared', 'a', 'b']) {
    const { parts } = await project.compile(nodeOf(project, name) as Model, { adapter: warehouse });
    texts.add(parts.get('model.app.shared'));
  }

  expect(texts.size).toBe(1);
});
