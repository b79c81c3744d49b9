import { unreachable } from '../../unreachable.ts';
import type { Node, NodeConfig } from '../node.ts';
import type { ManifestRecord } from './manifest-record.ts';

/** The configuration of a node by dbt's keys: for manifest v12, and for `config` in templates. */
export function configRecord(node: Node): ManifestRecord {
  const { config } = node;
  const common = {
    ...config.other,
    enabled: config.enabled,
    alias: config.alias ?? null,
    schema: config.schema ?? null,
    database: config.database ?? null,
    tags: config.tags,
    meta: config.meta,
    group: config.other['group'] ?? null,
    materialized: config.materialized,
  };
  switch (node.resourceType) {
    case 'test':
      return { ...common, ...testConfig(config) };
    case 'model':
    case 'snapshot':
    case 'seed':
      return { ...modelConfig(config), ...common };
    default:
      return unreachable(node);
  }
}

function testConfig(config: NodeConfig): ManifestRecord {
  return {
    severity: config.severity === 'error' ? 'ERROR' : 'WARN',
    store_failures: config.storeFailuresAs === undefined ? null : config.storeFailuresAs !== 'ephemeral',
    store_failures_as: config.storeFailuresAs ?? null,
    where: config.where ?? null,
    limit: config.limit ?? null,
    fail_calc: config.failCalc,
    warn_if: config.warnIf,
    error_if: config.errorIf,
  };
}

function modelConfig(config: NodeConfig): ManifestRecord {
  return {
    incremental_strategy: null,
    batch_size: null,
    lookback: 1,
    begin: null,
    persist_docs: {},
    'post-hook': config.postHook,
    'pre-hook': config.preHook,
    quoting: {},
    column_types: {},
    full_refresh: config.fullRefresh ?? null,
    unique_key: null,
    on_schema_change: 'ignore',
    on_configuration_change: 'apply',
    grants: {},
    packages: [],
    docs: { show: true, node_color: null },
    contract: { enforced: false, alias_types: true },
    event_time: null,
    concurrent_batches: null,
    access: 'protected',
    freshness: null,
  };
}
