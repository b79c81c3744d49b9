import { type ArtifactRun, artifactMetadata } from '../project/artifacts/artifact-metadata.ts';
import type { NodeResult } from './node-result.ts';

/** The results of a build as dbt's run_results.json, schema version 6. */
export function runResults(results: readonly NodeResult[], run: ArtifactRun): object {
  return {
    metadata: artifactMetadata('run-results', run),
    results: results.map(({ uniqueId, status, message, failures, milliseconds, compiledCode }) => ({
      unique_id: uniqueId,
      status,
      message: message ?? null,
      failures: failures ?? null,
      execution_time: milliseconds / 1000,
      compiled: compiledCode !== undefined,
      compiled_code: compiledCode ?? null,
      relation_name: null,
      batch_results: null,
      timing: [],
      thread_id: 'main',
      adapter_response: {},
    })),
    elapsed_time: results.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000,
    args: run.args,
  };
}
