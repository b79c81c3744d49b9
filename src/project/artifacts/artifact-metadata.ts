import { DBT_VERSION } from '../load/dbt-version.ts';
import type { ManifestRecord } from './manifest-record.ts';

/** The run that writes artifacts: its id, its start and its options. */
export interface ArtifactRun {
  readonly invocationId: string;
  readonly startedAt: Date;
  /** Options of the command by dbt's names. Never holds a secret: `vars` are left out. */
  readonly args: { readonly [name: string]: unknown };
}

const SCHEMAS = { manifest: 12, 'run-results': 6, catalog: 1, sources: 3 } as const;

/** The key `metadata` of one of dbt's artifacts. */
export function artifactMetadata(
  artifact: keyof typeof SCHEMAS,
  { invocationId, startedAt }: ArtifactRun,
): ManifestRecord {
  return {
    dbt_schema_version: `https://schemas.getdbt.com/dbt/${artifact}/v${SCHEMAS[artifact]}.json`,
    dbt_version: DBT_VERSION,
    generated_at: new Date().toISOString(),
    invocation_id: invocationId,
    invocation_started_at: startedAt.toISOString(),
    env: {},
  };
}
