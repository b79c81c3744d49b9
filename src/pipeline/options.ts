import type { BuildOptions as BuildSettings } from '../build/build-project.ts';
import type { PostgresConfig } from '../config/fenceline-config.ts';
import type { WrittenUrl } from '../config/postgres-url.ts';
import type { Environment } from '../environment.ts';
import type { IndirectSelection } from '../indirect-selection.ts';
import type { PostgresMode } from '../postgres-mode.ts';
import type { Progress } from '../progress.ts';
import type { DbtCommand } from '../project/context/dbt-command.ts';

/** Which project is opened, and with which settings. */
export interface ProjectOptions {
  /** The folder with `dbt_project.yml`, or one below it. */
  readonly projectDirectory: string;
  /** Path of fenceline.yml; `undefined`: the one in the project folder. */
  readonly configFile: string | undefined;
  /** A `fenceline.yml` of another repository, which the project can only tighten. `shown`: its place in messages. */
  readonly policy?: { readonly shown: string; readonly text: string } | undefined;
  readonly vars: { readonly [name: string]: unknown };
  /** Name of an output of the profile. */
  readonly target: string | undefined;
  /** Folder of profiles.yml. */
  readonly profilesDirectory: string | undefined;
  /** Threads of the engine, and nodes that are built at a time. */
  readonly threads: number | undefined;
  /** Name of a profile in the place of that of dbt_project.yml. */
  readonly profile?: string | undefined;
  /** The command as templates see it; absent: `build` of everything. */
  readonly command?: DbtCommand;
  /** dbt's own commands stop where packages are not installed; absent: what needs one is left out. */
  readonly packages?: 'required' | undefined;
}

/** dbt's selection; empty lists mean all nodes. */
export interface Selection {
  readonly select: readonly string[];
  readonly exclude: readonly string[];
}

/** Flags of dbt's commands that add to a selection. */
export interface DbtSelection extends Selection {
  /** Name of a selector of selectors.yml. */
  readonly selector: string | undefined;
  readonly resourceTypes: readonly string[];
  readonly excludedResourceTypes: readonly string[];
  readonly indirect: IndirectSelection;
  /** Folder with the artifacts of an earlier run. */
  readonly state: string | undefined;
}

/** The folder of the artifacts. */
export interface ArtifactOptions {
  /** Folder; `undefined`: `target/` of the project. */
  readonly targetPath: string | undefined;
}

/** How refs to nodes that are not built are resolved (dbt: `--defer`). */
export interface DeferOptions {
  readonly defer: boolean;
  readonly favorState: boolean;
  /** Folder with the manifest of the earlier run; `undefined`: that of `--state`. */
  readonly deferState: string | undefined;
}

/** Options of dbt's commands that build, beside `fullRefresh`. */
export interface DbtBuildOptions extends BuildOptions, DeferOptions {
  /** No node starts after one has failed. */
  readonly failFast: boolean;
  /** Failures of tests are kept in tables. */
  readonly storeFailures: boolean;
  /** Refs and sources give no rows. */
  readonly empty: boolean;
  /** Warnings are errors: those of the project, and of tests. */
  readonly warnError: boolean;
}

/** How nodes are built. */
export type BuildOptions = Pick<BuildSettings, 'fullRefresh'>;

/** The source of Postgres, and settings in the place of those of fenceline.yml; `undefined` leaves one to the file. */
export type PostgresOptions = { readonly mode: PostgresMode } & {
  readonly [Name in keyof PostgresConfig]: Exclude<PostgresConfig[Name], WrittenUrl> | undefined;
};

/** The surroundings of a call of the CLI or a run of the Action: variables, progress, interruption and clock. */
export interface Invocation {
  readonly environment: Environment;
  /** `declared`: templates come from strangers, so `env_var` reads only `DBT_*`, `FENCELINE_*` and what `env:` lists. */
  readonly visibleVariables: 'all' | 'declared';
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Decides which waivers have expired. */
  readonly now: Date;
}

export interface PipelineOptions extends ProjectOptions, Invocation {
  /** DuckDB file that gives sources their types where no rows are copied; `undefined`: the target's, where it exists. */
  readonly warehouse: string | undefined;
  /** Git ref whose contract judges, and whose findings are not new. */
  readonly baseRef: string | undefined;
  /** The run is for a pull request, and its base is not at hand. */
  readonly lacksBase?: true;
  /** Logins of those who approved the commit of the head. */
  readonly approvals?: readonly string[];
  /** Whether mistakes and failures of models count on which no tier depends. */
  readonly allModels?: boolean;
  /** Rows to copy and nodes to build; `undefined` in `check`, which needs no rows. */
  readonly rows: RowOptions | undefined;
  /** Whether the page shows the texts of templates; absent: it does. */
  readonly pageSql?: 'with-sql' | 'without-sql';
}

export interface RowOptions extends Selection, BuildOptions {
  readonly postgres: PostgresOptions;
}
