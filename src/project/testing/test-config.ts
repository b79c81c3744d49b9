import type { NodeConfig } from '../node.ts';

/** The configuration of a node for tests: what dbt takes where nothing is written. */
export function testConfig(materialized: string, other: NodeConfig['other'] = {}): NodeConfig {
  return {
    enabled: true,
    materialized,
    schema: undefined,
    alias: undefined,
    database: undefined,
    tags: [],
    meta: {},
    fullRefresh: undefined,
    severity: 'error',
    where: undefined,
    limit: undefined,
    failCalc: 'count(*)',
    warnIf: '!= 0',
    errorIf: '!= 0',
    storeFailuresAs: undefined,
    storedAs: undefined,
    preHook: [],
    postHook: [],
    other,
  };
}
