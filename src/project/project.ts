import type { MappedText } from '../jinja/evaluate/mapped-text.ts';
import type { Location } from '../location.ts';
import type { Mistake } from '../user-error.ts';
import type { EndedRun, HookOwner, Operation } from './hooks.ts';
import type { Exposure, Node, QueryNode, Seed, Source, Test } from './node.ts';
import type { IsPersonal } from './personal.ts';
import type { SeedTable } from './seeds/read-seed.ts';
import type { Selector } from './selection/selection-tree.ts';
import type { LeftOut, Unproven } from './unsupported/unsupported.ts';

/** A loaded dbt project: all that is enabled, with every ref resolved, and without a cycle. */
export interface Project {
  readonly name: string;
  /** Absolute path of the project folder. */
  readonly directory: string;
  readonly target: Target;
  readonly nodes: ReadonlyMap<string, Node>;
  readonly sources: ReadonlyMap<string, Source>;
  readonly exposures: ReadonlyMap<string, Exposure>;
  readonly macros: ReadonlyMap<string, Macro>;
  /** Unique ids of models, snapshots, seeds and tests, each after all it depends on. */
  readonly order: readonly string[];
  /** Renders a node to the SQL that runs. */
  compile(node: QueryNode | Test, rendering: Rendering): Promise<CompiledNode>;
  /** Hooks of whole runs, in their order. */
  readonly operations: readonly Operation[];
  /**
   * Renders a hook to the SQL that runs, just before it runs (dbt: run_hooks).
   * @param ended how the run went, for a hook of its end
   * @throws {UserError} at the place in the template
   */
  renderHook(owner: HookOwner, sql: string, adapter: Adapter, ended?: () => EndedRun): Promise<string>;
  /** The table that a seed's file becomes. @throws {UserError} for a file that is none */
  readSeed(seed: Seed): SeedTable;
  /** Checksum by which a seed's file is seen to be another than in an earlier run. */
  seedChecksum(seed: Seed): Checksum;
  readonly macroCaller: MacroCaller;
  /** Whether tags and meta mark something as personal. */
  readonly isPersonal: IsPersonal;
  /** The selectors of selectors.yml. */
  readonly selectors: readonly Selector[];
  /** dbt's warnings, and names that are read otherwise than they are written. */
  readonly remarks: readonly Mistake[];
  /** Features that are left out since they are not supported, in the order of their table. */
  readonly leftOut: readonly LeftOut[];
  /** Nodes and sources whose rows are not proven for that reason, by unique id. */
  readonly unproven: ReadonlyMap<string, Unproven>;
  /** Values that templates read, and that no output may hold. */
  readonly secrets: readonly string[];
}

/** dbt: FileHash. A file of more than 1 MiB is told by its path alone: `name` is `path`. */
export interface Checksum {
  readonly name: 'sha256' | 'path';
  readonly checksum: string;
}

/** Macros and vars outside of any node, for trying masks. */
export interface MacroCaller {
  /**
   * The text that the macro prints for these arguments, with other values for some vars.
   * @throws {UserError} at the place in the macro
   */
  call(macro: Macro, args: readonly string[], vars: ReadonlyMap<string, string>): Promise<string>;
  /** A var as templates of that package read it; `undefined` when it is not set. @throws {UserError} */
  variable(name: string, packageName: string): Promise<SetVariable | undefined>;
  /** Names of the environment variables that a var is made of. @throws {UserError} */
  environmentOf(name: string, packageName: string): Promise<readonly string[]>;
}

export interface SetVariable {
  /** The printed value; empty for None. */
  readonly value: string;
  /** `file`: written in dbt_project.yml. `fallback`: written there as the default of an environment variable that is not set. */
  readonly origin: 'file' | 'fallback' | 'outside';
}

export interface Macro {
  readonly uniqueId: string;
  readonly name: string;
  readonly packageName: string;
  readonly location: Location;
  readonly rawCode: string;
}

/** The profile's target as templates may see it (never its secrets), and where the warehouse is. */
export interface Target {
  readonly profileName: string;
  readonly name: string;
  readonly type: 'duckdb';
  readonly database: string;
  readonly schema: string;
  readonly threads: number;
  /** Absolute path of the DuckDB file, or `:memory:`. */
  readonly path: string;
}

/** How a node is rendered: for the build, or for the analysis. */
export interface Rendering {
  /** The warehouse that templates reach; without one, `execute` is false and `run_query` gives none. */
  readonly adapter: Adapter | undefined;
  /**
   * Gets the plain name of each macro that is called, and its output; gives the text that is printed. The analysis marks
   * the calls of masks in this way.
   */
  readonly wrapMacro?: (macro: string, output: string) => string;
  /**
   * `named`: ephemeral models are not inlined. Their names stay in the text, for the analysis, where each is a table of its
   * own.
   */
  readonly ephemeral?: 'named';
  /** Values of variables in place of their own, to see what of a text depends on them. */
  readonly standIns?: StandIns;
  /** Whether an incremental model is rendered as in a later run; absent, its table in the warehouse decides. */
  readonly incremental?: boolean;
}

/** Other values of dbt's vars and of environment variables, by name. */
export interface StandIns {
  readonly vars: ReadonlyMap<string, string>;
  readonly environment: ReadonlyMap<string, string>;
}

export interface CompiledNode {
  readonly node: QueryNode | Test;
  /** The SQL, with ephemeral models inlined as CTEs. */
  readonly sql: MappedText;
  /** Whether a template read rows while the node was rendered: their values may be anywhere in the SQL. */
  readonly readsRows: boolean;
  /** Variables that its templates read: `var pii_salt`, `env_var DBT_PII_SALT`. */
  readonly variables: ReadonlySet<string>;
  /** The texts that the SQL is put together from, by unique id: that of the node, and of each ephemeral model in it. */
  readonly parts: ReadonlyMap<string, string>;
}

/** The warehouse as templates see it in the middle of an expression. Implemented by `build/`. */
export interface Adapter {
  query(sql: string): Promise<QueryResult>;
  /** The kind of a relation; `undefined` where there is none. */
  relationType(schema: string, name: string): Promise<'table' | 'view' | undefined>;
  columns(schema: string, name: string): Promise<readonly { readonly name: string; readonly type: string }[]>;
}

export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (null | boolean | number | bigint | string)[])[];
  /** Whether it reads no table, such as the arithmetic of a calendar: then it gives no data. Absent: it may. */
  readonly isConstant?: boolean;
}
