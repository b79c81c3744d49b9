import type { AttachedDatabase } from '../config/attached.ts';
import type { ExternalRoot } from '../config/profiles.ts';
import type { MappedText } from '../jinja/evaluate/mapped-text.ts';
import type { WrapMacro } from '../jinja/evaluate/render.ts';
import type { Location } from '../location.ts';
import type { Mistake } from '../user-error.ts';
import type { ExternalFile } from './external/external-file.ts';
import type { EndedRun, HookOwner, Operation } from './hooks.ts';
import type { Exposure, FixtureRows, Node, QueryNode, Seed, Source, Test, UnitTest } from './node.ts';
import type { IsPersonal } from './personal.ts';
import type { SeedTable } from './seeds/read-seed.ts';
import type { Selector } from './selection/selection-tree.ts';
import type { LeftOut, Unproven } from './unsupported/unsupported.ts';

/** A loaded dbt project: its enabled resources, with all refs resolved and without a cycle. */
export interface Project {
  readonly name: string;
  /** Absolute path of the project folder. */
  readonly directory: string;
  readonly target: Target;
  readonly nodes: ReadonlyMap<string, Node>;
  readonly sources: ReadonlyMap<string, Source>;
  readonly exposures: ReadonlyMap<string, Exposure>;
  readonly unitTests: ReadonlyMap<string, UnitTest>;
  readonly macros: ReadonlyMap<string, Macro>;
  /** Unique ids of models, snapshots, seeds and tests, each after all it depends on. */
  readonly order: readonly string[];
  /** Renders a node to the SQL that runs. */
  compile(node: QueryNode | Test, rendering: Rendering): Promise<CompiledNode>;
  /**
   * Renders the query of a unit test's model, with the given rows as CTEs in the place of what it reads.
   * @throws {UserError} for a mistake in the unit test, at its place
   */
  compileUnitTest(unitTest: UnitTest, adapter: Adapter): Promise<CompiledUnitTest>;
  /** `on-run-start` and `on-run-end` hooks, in the order in which they run. */
  readonly operations: readonly Operation[];
  /**
   * Renders a hook to the SQL that runs, just before it runs (dbt: run_hooks).
   * @throws {UserError} at the place in the template
   */
  renderHook(owner: HookOwner, sql: string, rendering: HookRendering): Promise<string>;
  /** Reads the file of a seed as a table. @throws {UserError} for a file that is no CSV */
  readSeed(seed: Seed): SeedTable;
  /** Checksum of the file of a seed, by which `state:modified` finds a changed file. */
  seedChecksum(seed: Seed): Checksum;
  readonly macroCaller: MacroCaller;
  /** Whether tags and meta mark something as personal. */
  readonly isPersonal: IsPersonal;
  /** The selectors of selectors.yml. */
  readonly selectors: readonly Selector[];
  /** dbt's warnings, and names that Fenceline reads in another way than they are written. */
  readonly remarks: readonly Mistake[];
  /** Uses of features that are not supported and therefore left out, in the order of the table `UNSUPPORTED`. */
  readonly leftOut: readonly LeftOut[];
  /** Nodes and sources whose rows are not proven because of a feature that is left out, by unique id. */
  readonly unproven: ReadonlyMap<string, Unproven>;
  /** Values of the variables that masks keep secret, such as salts. No output may hold them. */
  readonly secrets: readonly string[];
  /** The files that external models write, by unique id. */
  readonly externalFiles: ReadonlyMap<string, ExternalFile>;
}

/** Checksum of a file (dbt: FileHash). For a file of more than 1 MiB it is only the path, and `name` is `path`. */
export interface Checksum {
  readonly name: 'sha256' | 'path';
  readonly checksum: string;
}

/** Calls macros and reads vars outside of any node, as the verification of masks needs. */
export interface MacroCaller {
  /**
   * Gives the text that the macro prints for these arguments. `vars` replaces the values of some vars.
   * @throws {UserError} at the place in the macro
   */
  call(macro: Macro, args: readonly string[], vars: ReadonlyMap<string, string>): Promise<string>;
  /**
   * Reads a var as templates of that package do; `undefined` if it is not set.
   * @throws {UserError} for Jinja in it that fails
   */
  variable(name: string, packageName: string): Promise<SetVariable | undefined>;
  /** Names of the environment variables that the Jinja of a var reads. @throws {UserError} for Jinja that fails */
  environmentOf(name: string, packageName: string): Promise<readonly string[]>;
}

export interface SetVariable {
  /** The printed value; empty for None. */
  readonly value: string;
  /**
   * `file`: the value stands in dbt_project.yml. `fallback`: it is the default there of an environment variable that is not
   * set. `outside`: it comes from the environment or the command line.
   */
  readonly origin: 'file' | 'fallback' | 'outside';
}

export interface Macro {
  readonly uniqueId: string;
  readonly name: string;
  readonly packageName: string;
  readonly location: Location;
  readonly rawCode: string;
}

/** The target of the profile, without its secrets, and the path of the warehouse. */
export interface Target {
  readonly profileName: string;
  readonly name: string;
  readonly type: 'duckdb';
  readonly database: string;
  readonly schema: string;
  readonly threads: number;
  /** Absolute path of the DuckDB file, or `:memory:`. */
  readonly path: string;
  /** Databases that are attached beside the warehouse; absent for none. */
  readonly attached?: readonly AttachedDatabase[];
  /** Folder for files of external models without a location. */
  readonly externalRoot: ExternalRoot;
}

/** Options of rendering a node: for the build, or for the analysis. */
export interface Rendering {
  /** The adapter that templates query; without one, `execute` is false and `run_query` gives none. */
  readonly adapter: Adapter | undefined;
  /** Wraps the output of each macro; its result is printed instead. By it the analysis marks the calls of masks. */
  readonly wrapMacro?: WrapMacro;
  /**
   * `named`: ephemeral models are not inlined as CTEs, and their names stay in the SQL. In the analysis each is a table of
   * its own.
   */
  readonly ephemeral?: 'named';
  /** Other values for some variables, by which the analysis finds the parts of the SQL that depend on them. */
  readonly standIns?: StandIns;
  /** Value of `is_incremental()` for incremental models; absent: it is true if the warehouse has the table. */
  readonly incremental?: boolean;
}

/** Options of rendering a hook. */
export interface HookRendering extends Pick<Rendering, 'wrapMacro' | 'standIns'> {
  readonly adapter: Adapter;
  /** Results of the run, for an `on-run-end` hook. */
  readonly ended?: (() => EndedRun) | undefined;
  /** Gets each line that a template logs or prints; `undefined` for one that may quote rows. Absent: the lines are dropped. */
  readonly onLog?: ((line: string | undefined) => void) | undefined;
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
  /** Whether a template read rows of the warehouse: the SQL may hold their values anywhere. */
  readonly readsRows: boolean;
  /**
   * The dbt vars and environment variables whose values its templates read, by the function that reads them: `var pii_salt`,
   * `env_var DBT_PII_SALT`. The SQL may depend on these values.
   */
  readonly variablesRead: ReadonlySet<string>;
  /** The SQL of the node and of each ephemeral model that is inlined in it, by unique id. */
  readonly parts: ReadonlyMap<string, string>;
}

/** The query of a unit test's model, with the given rows as CTEs. */
export interface CompiledUnitTest extends Pick<CompiledNode, 'sql' | 'readsRows' | 'variablesRead'> {
  readonly expected: FixtureRows;
}

/** The queries that templates can make to the warehouse while they are rendered. Implemented by `build/`. */
export interface Adapter {
  query(sql: string): Promise<QueryResult>;
  /** The type of a relation; `undefined` if it does not exist. */
  relationType(schema: string, name: string): Promise<'table' | 'view' | undefined>;
  columns(schema: string, name: string): Promise<readonly { readonly name: string; readonly type: string }[]>;
}

export interface QueryResult {
  readonly columns: readonly string[];
  /** DuckDB's type of each column, as DESCRIBE spells it. */
  readonly types: readonly string[];
  readonly rows: readonly (readonly (null | boolean | number | bigint | string)[])[];
  /** Whether the query reads no table (arithmetic of dates), so that its rows are no data. Absent: it may read one. */
  readonly isConstant?: boolean;
}
