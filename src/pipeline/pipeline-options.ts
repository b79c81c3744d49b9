import type { Environment } from '../environment.ts';
import type { Progress } from '../progress.ts';

export interface PipelineOptions extends ProjectLocation {
  readonly select: readonly string[];
  readonly exclude: readonly string[];
  readonly fullRefresh: boolean;
  readonly postgres: PostgresOptions;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Git ref whose contract and findings this is compared with. */
  readonly baseRef: string | undefined;
  /** Decides which waivers still count. */
  readonly now: Date;
}

/** What the command line or the Action says about Postgres; `undefined` leaves it to fenceline.yml. */
export interface PostgresOptions {
  readonly mode: 'auto' | 'url' | 'system' | 'pinned' | 'docker';
  readonly url: string | undefined;
  readonly version: number | undefined;
  readonly setup: readonly string[] | undefined;
}

export interface ProjectLocation {
  /** The folder with `dbt_project.yml`, or one below it. */
  readonly projectDirectory: string;
  /** Path of fenceline.yml; the one in the project folder when absent. */
  readonly configFile: string | undefined;
  readonly vars: { readonly [name: string]: unknown };
  readonly target: string | undefined;
  readonly profilesDirectory: string | undefined;
  readonly threads: number | undefined;
  readonly environment: Environment;
  /** `declared`: templates come from strangers and `env_var` reads `DBT_*`, `FENCELINE_*` and what `env:` lists only. */
  readonly visibleVariables: 'all' | 'declared';
}
