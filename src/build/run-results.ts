import type { NodeResult } from './node-result.ts';

interface RunResultsOptions {
  readonly results: readonly NodeResult[];
  readonly compiled: ReadonlyMap<string, string>;
  readonly version: string;
  readonly finishedAt: Date;
}

/** dbt: run_results.json, schema version 6, with the fields that other tools read. */
export function runResults({ results, compiled, version, finishedAt }: RunResultsOptions): object {
  return {
    metadata: {
      dbt_schema_version: 'https://schemas.getdbt.com/dbt/run-results/v6.json',
      generated_at: finishedAt.toISOString(),
      generated_by: `fenceline ${version}`,
    },
    results: results.map(({ uniqueId, status, message, failures, milliseconds }) => ({
      unique_id: uniqueId,
      status,
      message: message ?? null,
      failures: failures ?? null,
      execution_time: milliseconds / 1000,
      compiled_code: compiled.get(uniqueId) ?? null,
      timing: [],
      thread_id: null,
      adapter_response: {},
    })),
    elapsed_time: results.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000,
    args: {},
  };
}
