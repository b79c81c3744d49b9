import type { NodeResult } from './node-result.ts';

/** dbt: run_results.json, schema version 6, with the fields that other tools read. */
export function runResults(results: readonly NodeResult[]): object {
  return {
    metadata: {
      dbt_schema_version: 'https://schemas.getdbt.com/dbt/run-results/v6.json',
    },
    results: results.map(({ uniqueId, status, message, failures, milliseconds, compiledCode }) => ({
      unique_id: uniqueId,
      status,
      message: message ?? null,
      failures: failures ?? null,
      execution_time: milliseconds / 1000,
      compiled_code: compiledCode ?? null,
      timing: [],
      thread_id: null,
      adapter_response: {},
    })),
    elapsed_time: results.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000,
    args: {},
  };
}
