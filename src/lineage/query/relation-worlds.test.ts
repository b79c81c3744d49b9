import { expect, test } from 'vitest';
import { type Files, load } from '../../project/testing/small-project.ts';
import { traceProject } from '../trace-project.ts';

const SOURCES = `sources:
  - name: raw
    schema: main
    tables: [{ name: users, columns: [{ name: id, data_type: integer }, { name: email, data_type: varchar }] }]
`;
const FROM = "from {{ source('raw', 'users') }}";
const USERS = [
  { name: 'id', type: 'INTEGER' },
  { name: 'email', type: 'VARCHAR' },
];

/** Source columns whose values reach the column `e` of the model `m`, or the reason why it is unknown. */
async function intoColumn(template: string, files: Files = {}): Promise<string> {
  const project = await load({ 'models/sources.yml': SOURCES, 'models/m.sql': template, ...files });
  const sourceColumns = new Map([['source.app.raw.users', USERS]]);
  const { nodes } = await traceProject({ project, sourceColumns, masks: [], nonce: 'f00d' });
  const lineage = nodes.get('model.app.m');
  if (lineage?.status !== 'traced') return `unknown: ${lineage?.reason}`;
  const flows = lineage.columns.find(({ name }) => name === 'e')?.flows ?? [];
  return [...new Set(flows.filter(({ type }) => type === 'DIRECT').map(({ source }) => source.column))]
    .sort()
    .join(' ');
}

/** The harmless column if the condition holds, else the other one. */
function choosing(condition: string, before = ''): string {
  return `${before}select {% if ${condition} %}id::varchar{% else %}email{% endif %} as e ${FROM}`;
}

const both: readonly { readonly name: string; readonly template: string; readonly files?: Files }[] = [
  { name: 'load_relation', template: choosing('load_relation(this) is none') },
  { name: 'load_relation, the other way round', template: choosing('load_relation(this)') },
  { name: 'load_cached_relation', template: choosing('not load_cached_relation(this)') },
  {
    name: 'adapter.get_relation',
    template: choosing('adapter.get_relation(this.database, this.schema, this.identifier) is none'),
  },
  {
    name: 'an attribute that is put together',
    template: choosing("adapter['get_' ~ 'relation'](database=none, schema='main', identifier='m') is none"),
  },
  {
    name: 'another table than its own',
    template: choosing("adapter.get_relation('warehouse', 'main', 'flag') is none"),
  },
  {
    name: 'a relation that is made',
    template: choosing("load_relation(api.Relation.create(schema='main', identifier='other')) is none"),
  },
  {
    name: 'a macro',
    template: choosing('is_there(this) == "no"'),
    files: { 'macros/m.sql': '{% macro is_there(r) %}{{ "yes" if load_relation(r) else "no" }}{% endmacro %}' },
  },
  {
    name: 'two relations, one there and one not',
    template: choosing("not (load_relation(this) and adapter.get_relation('warehouse', 'main', 'flag') is none)"),
  },
  { name: 'the type of a relation', template: choosing("(load_relation(this) or {}).type != 'view'") },
  {
    name: 'the type of an input',
    template: choosing("load_relation(source('raw', 'users')).type == 'table'"),
  },
  {
    name: 'an incremental model that asks for its table itself',
    template: `{{ config(materialized='incremental') }} ${choosing('load_relation(this) is none')}`,
  },
  {
    name: 'an error in one of the worlds',
    template: `{% if load_relation(this) %}{{ exceptions.raise_compiler_error('no') }}{% endif %}select email as e, id::varchar ${FROM}`,
  },
];

test.each(both)('both answers are traced: $name', async ({ template, files }) => {
  expect((await intoColumn(template, files)).split(' ')).toContain('email');
});

const unknown = [
  {
    name: 'columns of its own table',
    template: choosing('adapter.get_columns_in_relation(this) | length == 0'),
    why: 'columns of a relation that is none of its inputs',
  },
  {
    name: 'a query of the catalog',
    template: choosing(
      `not execute or run_query("select count(*) from information_schema.tables where table_name = 'm'").columns[0][0] == 0`,
    ),
    why: 'asks the data',
  },
  {
    name: 'a schema',
    template: choosing("not adapter.check_schema_exists('warehouse', 'flag')"),
    why: 'asks the data',
  },
  {
    name: 'other columns',
    template: `select id as e{% if load_relation(this) %}, email{% endif %} ${FROM}`,
    why: 'columns depend on which relations are there',
  },
  {
    name: 'many relations',
    template: choosing(
      'n == 0',
      "{% set all = [] %}{% for i in range(9) %}{% if adapter.get_relation('w', 'main', 't' ~ i) %}{% do all.append(1) %}{% endif %}{% endfor %}{% set n = all | length %}",
    ),
    why: 'too many relations',
  },
  {
    name: 'SQL that is wrong where the relation is there',
    template: `select id::varchar as e ${FROM}{% if load_relation(this) %} where no_column{% endif %}`,
    why: 'has an error if other relations exist',
  },
];

test.each(unknown)('it is unknown what depends on $name', async ({ template, why }) => {
  expect(await intoColumn(template)).toMatch(new RegExp(`^unknown: .*${why}`));
});

test('a template that fails where a relation is not there is traced where it is', async () => {
  const columns = `select {% for c in adapter.get_columns_in_relation(source('raw', 'users')) %}{{ c.name }} as {{ 'e' if c.name == 'id' else c.name }}{{ ',' if not loop.last }}{% endfor %} ${FROM}`;

  expect(await intoColumn(columns)).toBe('id');
});
