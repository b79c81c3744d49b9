import { didYouMean } from '../../nearest-name.ts';
import type { Mistake } from '../../user-error.ts';
import type { Node } from '../node.ts';
import type { UnsupportedCode } from './unsupported.ts';

/**
 * Treatment of a configuration: `done` as dbt does it, `no effect` on the rows and columns of a table in DuckDB, or
 * not supported: the code of its entry in the table `UNSUPPORTED`.
 */
export type Treatment = 'done' | 'no effect' | { readonly unsupported: UnsupportedCode };

type Treatments = { readonly [key: string]: Treatment };

/** Keys of every node (dbt: BaseConfig, NodeAndTestConfig). */
const EVERY_NODE: Treatments = {
  alias: 'done',
  database: 'done',
  enabled: 'done',
  group: 'done',
  meta: 'done',
  schema: 'done',
  tags: 'done',
  materialized: 'done',
  description: 'no effect',
  static_analysis: 'no effect',
};

/** Keys of models, seeds and snapshots (dbt: NodeConfig). */
const TABLES: Treatments = {
  ...EVERY_NODE,
  'pre-hook': 'done',
  'post-hook': 'done',
  quoting: 'done',
  full_refresh: 'done',
  contract: 'no effect',
  docs: 'no effect',
  event_time: 'no effect',
  grants: 'no effect',
  packages: 'no effect',
  persist_docs: 'done',
  // dbt allows these keys for every node and reads them for models only.
  batch_size: 'no effect',
  begin: 'no effect',
  column_types: 'no effect',
  concurrent_batches: 'no effect',
  incremental_strategy: 'no effect',
  lookback: 'no effect',
  on_configuration_change: 'no effect',
  on_schema_change: 'no effect',
  unique_key: 'no effect',
};

/** Keys that dbt-duckdb reads for external models. */
const EXTERNAL: Treatments = {
  location: 'done',
  format: 'done',
  delimiter: 'done',
  options: 'done',
  parquet_read_options: 'no effect',
  csv_read_options: 'no effect',
  json_read_options: 'no effect',
  plugin: { unsupported: 'external-models' },
  partition_columns: { unsupported: 'external-models' },
  glue_register: { unsupported: 'external-models' },
  glue_database: { unsupported: 'external-models' },
  overrides: { unsupported: 'materializations' },
  parameters: { unsupported: 'materializations' },
};

const MODELS: Treatments = {
  ...TABLES,
  ...EXTERNAL,
  access: 'done',
  contract: 'done',
  freshness: 'no effect',
  indexes: 'done',
  incremental_strategy: 'done',
  incremental_predicates: 'done',
  predicates: 'done',
  merge_update_columns: 'done',
  merge_exclude_columns: 'done',
  merge_clauses: { unsupported: 'merge-clauses' },
  merge_update_condition: 'done',
  merge_insert_condition: 'done',
  merge_update_set_expressions: 'done',
  merge_on_using_columns: { unsupported: 'merge-clauses' },
  merge_returning_columns: { unsupported: 'merge-clauses' },
  on_schema_change: 'done',
  sql_header: 'done',
  unique_key: 'done',
  batch_size: { unsupported: 'incremental-strategies' },
  begin: { unsupported: 'incremental-strategies' },
  concurrent_batches: { unsupported: 'incremental-strategies' },
  lookback: { unsupported: 'incremental-strategies' },
};

/** All configuration keys of dbt, by the type of the node. A key that is not in this table is unknown to dbt. */
export const CONFIGURATIONS: { readonly [type in Node['resourceType']]: Treatments } = {
  model: MODELS,
  seed: { ...TABLES, column_types: 'done', delimiter: 'done', fast: 'no effect', quote_columns: 'no effect' },
  snapshot: {
    ...TABLES,
    check_cols: 'done',
    dbt_valid_to_current: 'done',
    hard_deletes: 'done',
    invalidate_hard_deletes: 'done',
    quote_columns: 'no effect',
    snapshot_meta_column_names: 'done',
    sql_header: 'done',
    strategy: { unsupported: 'snapshot-strategies' },
    target_database: 'done',
    target_schema: 'done',
    unique_key: 'done',
    updated_at: 'done',
  },
  test: {
    ...EVERY_NODE,
    error_if: 'done',
    fail_calc: 'done',
    limit: 'done',
    severity: 'done',
    store_failures: 'done',
    store_failures_as: 'done',
    // dbt reads this key for tests only if a flag is on, which is off by default.
    sql_header: 'no effect',
    warn_if: 'done',
    where: 'done',
  },
};

/** Keys of dbt's adapters for other warehouses; the adapter for DuckDB reads none of them. */
const OTHER_WAREHOUSES = new Set(
  `adapter_properties additional_libs as_columnstore auto_liquid_cluster auto_refresh automatic_clustering backup
  base_location_root base_location_subpath batch_id bind buckets catalog catalog_name category cluster_by cluster_id clustered_by
  compression copy_grants create_notebook custom_checks databricks_compute databricks_tags dataproc_cluster_name dist
  enable_list_inference enable_refresh external_access_integrations external_volume file_format grant_access_to
  hours_to_expiration http_path imports include_full_name_in_path index_url initialize intermediate_format jar_file_uri
  job_cluster_config kms_key_name labels labels_from_meta liquid_clustered_by location_root matched_condition max_staleness
  merge_with_schema_evolution not_matched_by_source_action not_matched_by_source_condition not_matched_condition
  notebook_template_id partition_by partition_expiration_days partitions primary_key python_job_config python_version query_tag
  refresh_interval_minutes refresh_mode require_partition_filter resource_tags row_access_policy schedule secrets secure
  skip_matched_step skip_not_matched_step snowflake_warehouse sort sort_type source_alias state strictness submission_method
  sync table_format table_tag table_type target_alias target_lag tblproperties timeout tmp_relation_type transient
  use_anonymous_sproc user_folder_for_python`.split(/\s+/),
);

/** Treatment of a configuration key of a node; `undefined` for one that dbt does not know. */
export function treatmentOf(type: Node['resourceType'], key: string): Treatment | undefined {
  const treatments = CONFIGURATIONS[type];
  if (Object.hasOwn(treatments, key)) return treatments[key];
  return OTHER_WAREHOUSES.has(key) ? 'no effect' : undefined;
}

/** A remark for each configuration key that dbt does not know. Such a key has no effect, unless a template reads it. */
export function unknownConfigurations({ resourceType, name, config, location }: Node): readonly Mistake[] {
  const keys = Object.keys(CONFIGURATIONS[resourceType]);
  return Object.keys(config.other)
    .filter((key) => treatmentOf(resourceType, key) === undefined)
    .map((key) => ({
      code: 'unknown-config',
      message: `dbt knows no config '${key}' of a ${resourceType}, which ${name} has.${didYouMean(key, keys)}`,
      location,
      fix: 'correct its name, or put it under meta',
    }));
}
