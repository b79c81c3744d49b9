import type { UnsupportedCode } from '../unsupported/unsupported.ts';
import type { Files } from './small-project.ts';

/** A small project that uses one entry of the table `UNSUPPORTED`. No two of these projects have a file of the same path. */
export interface UnsupportedCase {
  readonly files: Files;
  /** Lines `file subject`, one for each mistake. */
  readonly finds: readonly string[];
  /** Files after the fix of the entry, by path; a file that the fix removes is `undefined`. */
  readonly fixed: { readonly [path: string]: string | undefined };
}

const SNAPSHOT = "strategy='timestamp', unique_key='id', updated_at='at'";

export const UNSUPPORTED_CASES: { readonly [code in UnsupportedCode]: UnsupportedCase } = {
  'python-models': {
    files: {
      'models/python_model.py': 'def model(dbt, session): pass',
      'models/python_reader.sql': "select * from {{ ref('python_model') }}",
    },
    finds: ['models/python_model.py python_model'],
    fixed: { 'models/python_model.py': undefined, 'models/python_model.sql': 'select 1 as id' },
  },
  'grant-hooks': {
    files: {
      'models/granted.sql': "{{ config(post_hook=['analyze', 'grant select on granted to reporter']) }} select 1 as id",
      'models/ungranted.sql': "{{ config(post_hook='analyze') }} select 1 as id",
    },
    finds: ['models/granted.sql granted'],
    fixed: { 'models/granted.sql': "{{ config(post_hook='analyze') }} select 1 as id" },
  },
  'merge-clauses': {
    files: {
      'models/merged.sql':
        "{{ config(materialized='incremental', incremental_strategy='merge', merge_clauses={'when_matched': []}) }} select 1 as id",
      'models/merged_where.sql':
        "{{ config(materialized='incremental', incremental_strategy='merge', merge_returning_columns=['id']) }} select 1 as id",
    },
    finds: ['models/merged.sql merged', 'models/merged_where.sql merged_where'],
    fixed: {
      'models/merged_where.sql':
        "{{ config(materialized='incremental', incremental_strategy='merge') }} select 1 as id",
      'models/merged.sql': "{{ config(materialized='incremental', incremental_strategy='merge') }} select 1 as id",
    },
  },
  'own-strategies': {
    files: {
      'models/refilled.sql': "{{ config(materialized='incremental', incremental_strategy='mine') }} select 1 as id",
      'macros/mine.sql': '{% macro get_incremental_mine_sql(args) %}{% endmacro %}',
    },
    finds: [],
    fixed: {},
  },
  'incremental-strategies': {
    files: {
      'models/batched.sql':
        "{{ config(materialized='incremental', incremental_strategy='microbatch') }} select 1 as id",
    },
    finds: ["models/batched.sql 'microbatch' of batched"],
    fixed: {
      'models/batched.sql': "{{ config(materialized='incremental', incremental_strategy='append') }} select 1 as id",
    },
  },
  'snapshot-strategies': {
    files: {
      'snapshots/own.sql': "{% snapshot own %}{{ config(strategy='mine', unique_key='id') }} select 1{% endsnapshot %}",
    },
    finds: ["snapshots/own.sql 'mine' of own"],
    fixed: {
      'snapshots/own.sql':
        "{% snapshot own %}{{ config(strategy='check', unique_key='id', check_cols='all') }} select 1{% endsnapshot %}",
    },
  },
  materializations: {
    files: { 'models/kept_view.sql': "{{ config(materialized='materialized_view') }} select 1 as id" },
    finds: ["models/kept_view.sql 'materialized_view' of kept_view"],
    fixed: { 'models/kept_view.sql': "{{ config(materialized='table') }} select 1 as id" },
  },
  'other-databases': {
    files: { 'models/in_lake.sql': "{{ config(database='lake') }} select 1 as id" },
    finds: ['models/in_lake.sql in_lake'],
    fixed: { 'models/in_lake.sql': 'select 1 as id' },
  },
  'external-models': {
    files: { 'models/exported.sql': "{{ config(materialized='external', location='s3://b/x.csv') }} select 1 as id" },
    finds: ['models/exported.sql exported'],
    fixed: { 'models/exported.sql': "{{ config(materialized='external', location='x.csv') }} select 1 as id" },
  },
  'external-sources': {
    files: {
      'models/written.sql': "{{ config(materialized='external', location='out/written.csv') }} select 1 as id",
      'models/written.yml': 'sources: [{name: files, tables: [{name: written, meta: {external_location: out/*.csv}}]}]',
    },
    finds: ["models/written.yml source('files', 'written')"],
    fixed: { 'models/written.yml': undefined },
  },
  'own-materializations': {
    files: { 'macros/table.sql': '{% materialization table, default %}{{ return({}) }}{% endmaterialization %}' },
    finds: ['macros/table.sql table'],
    fixed: { 'macros/table.sql': undefined },
  },
  'build-macros': {
    files: { 'macros/build.sql': '{% macro duckdb__create_table_as(temporary, relation, sql) %}{% endmacro %}' },
    finds: ['macros/build.sql duckdb__create_table_as'],
    fixed: { 'macros/build.sql': '{% macro my_create_table_as(temporary, relation, sql) %}{% endmacro %}' },
  },
  'snapshot-macros': {
    files: {
      'macros/kept.sql': '{% macro snapshot_merge_sql(target, source, insert_cols) %}{% endmacro %}',
      'snapshots/kept.sql': `{% snapshot kept %}{{ config(${SNAPSHOT}) }} select 1{% endsnapshot %}`,
    },
    finds: ['macros/kept.sql snapshot_merge_sql'],
    fixed: { 'macros/kept.sql': '{% macro my_snapshot_merge_sql(target, source, insert_cols) %}{% endmacro %}' },
  },
  'sql-sources': {
    files: {
      'models/outside.yml':
        'sources: [{name: outside, tables: [{name: t, meta: {external_location: "(select 1 from read_csv(\'t.csv\'))"}}]}]',
    },
    finds: ["models/outside.yml source('outside', 't')"],
    fixed: { 'models/outside.yml': 'sources: [{name: outside, tables: [{name: t}]}]' },
  },
  'other-constraints': {
    files: {
      'models/contracted.sql': 'select 1 as id',
      'models/contracted.yml':
        "models: [{name: contracted, config: {contract: {enforced: true}}, columns: [{name: id, data_type: int, constraints: [{type: not_null}, {type: foreign_key, to: ref('uncontracted'), to_columns: [id]}, {type: primary_key, expression: 'x'}]}]}]",
      'models/uncontracted.sql': 'select 1 as id',
      'models/uncontracted.yml':
        'models: [{name: uncontracted, columns: [{name: id, constraints: [{type: custom, expression: x}]}]}]',
    },
    finds: ['models/contracted.yml foreign_key of contracted', 'models/contracted.yml primary_key of contracted'],
    fixed: {
      'models/contracted.yml':
        'models: [{name: contracted, config: {contract: {enforced: true}}, columns: [{name: id, data_type: int}]}]',
    },
  },
  metrics: {
    files: {
      'models/measured.sql': "select 1 as id {% if execute %}{{ metric('m') }}{% endif %}",
      'models/measured.yml':
        "exposures: [{name: board, type: dashboard, owner: {name: Ada}, depends_on: [metric('m'), ref('measured')]}]",
    },
    finds: ['models/measured.yml metric() of board', 'models/measured.sql metric() of measured'],
    fixed: {
      'models/measured.sql': 'select 1 as id',
      'models/measured.yml':
        "exposures: [{name: board, type: dashboard, owner: {name: Ada}, depends_on: [ref('measured')]}]",
    },
  },
  functions: {
    files: { 'models/calling.sql': "select {{ function('f') }}(1) as id" },
    finds: ['models/calling.sql function() of calling'],
    fixed: { 'models/calling.sql': 'select 1 as id' },
  },
  'missing-packages': {
    files: {
      'packages.yml': 'packages: [{package: acme/tools, version: 1.0.0}]',
      'models/tooled.sql': 'select {{ tools.one() }} as id',
      'models/tooled_reader.sql': "select * from {{ ref('tooled') }}",
      'models/untooled.sql': "select * from {{ ref('of_tools') }}",
      'models/tooled_reader.yml': 'models: [{name: tooled_reader, tests: [tools.whole]}]',
    },
    finds: [
      'models/tooled.sql tooled',
      'models/untooled.sql untooled',
      'models/tooled_reader.yml tools_whole_tooled_reader_',
    ],
    fixed: {
      'dbt_packages/tools/dbt_project.yml': 'name: tools\n',
      'dbt_packages/tools/macros/one.sql': '{% macro one() %}1{% endmacro %}',
      'dbt_packages/tools/macros/whole.sql': '{% test whole(model) %}select 1 limit 0{% endtest %}',
      'dbt_packages/tools/models/of_tools.sql': 'select 1 as id',
    },
  },
};
