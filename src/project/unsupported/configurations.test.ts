import { expect, test } from 'vitest';
import { load } from '../testing/small-project.ts';
import { CONFIGURATIONS, treatmentOf } from './configurations.ts';
import { UNSUPPORTED } from './features.ts';

/**
 * The keys that dbt-core 1.11.16 with dbt-duckdb 1.11.1 knows: the fields of the classes `ModelConfig`, `SeedConfig`,
 * `SnapshotConfig` and `TestConfig` and of the adapter's configuration, what their macros read with `config.get`, and the
 * keys of dbt's JSON schema that belong to no other warehouse.
 */
const NODE_KEYS =
  'alias batch_size begin column_types concurrent_batches contract database description docs enabled event_time full_refresh grants group incremental_strategy lookback materialized meta on_configuration_change on_schema_change packages persist_docs post-hook pre-hook quoting schema static_analysis tags unique_key';
const DBT_KEYS = {
  model: `${NODE_KEYS} access csv_read_options delimiter format freshness glue_database glue_register incremental_predicates indexes json_read_options location merge_clauses merge_exclude_columns merge_insert_condition merge_on_using_columns merge_returning_columns merge_update_columns merge_update_condition merge_update_set_expressions options overrides parameters parquet_read_options partition_columns plugin predicates sql_header`,
  seed: `${NODE_KEYS} delimiter fast quote_columns`,
  snapshot: `${NODE_KEYS} check_cols dbt_valid_to_current hard_deletes invalidate_hard_deletes quote_columns snapshot_meta_column_names sql_header strategy target_database target_schema updated_at`,
  test: 'alias database description enabled error_if fail_calc group limit materialized meta schema severity sql_header static_analysis store_failures store_failures_as tags warn_if where',
} as const;

const TYPES = ['model', 'seed', 'snapshot', 'test'] as const;

test.each(TYPES)('every configuration that dbt knows of a %s is done, refused, or without effect', (type) => {
  expect(DBT_KEYS[type].split(' ').filter((key) => treatmentOf(type, key) === undefined)).toEqual([]);
});

test.each(TYPES)('a configuration of a %s that dbt does not know is not in the table', (type) => {
  const keys = new Set(DBT_KEYS[type].split(' '));
  expect(Object.keys(CONFIGURATIONS[type]).filter((key) => !keys.has(key))).toEqual([]);
});

test('what is refused has an entry in the table of what is not supported', () => {
  const codes = TYPES.flatMap((type) => Object.values(CONFIGURATIONS[type])).flatMap((treatment) =>
    typeof treatment === 'object' ? [treatment.unsupported] : [],
  );
  expect(codes.filter((code) => !Object.hasOwn(UNSUPPORTED, code))).toEqual([]);
});

test('a configuration that dbt does not know is remarked, with its place and the nearest name', async () => {
  const { remarks } = await load({
    'models/m.sql': "{{ config(materialised='table', cluster_by='id', meta={'own': 1}) }}select 1 as id",
    'tests/t.sql': "{{ config(severty='warn') }}select 1 where false",
  });
  expect(remarks.map(({ location, message }) => `${location?.file} ${message}`)).toEqual([
    "models/m.sql dbt knows no config 'materialised' of a model, which m has. Did you mean 'materialized'?",
    "tests/t.sql dbt knows no config 'severty' of a test, which t has. Did you mean 'severity'?",
  ]);
});
