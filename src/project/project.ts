import type { MappedText } from '../jinja/evaluate/mapped-text.ts';
import type { Location } from '../location.ts';
import type { Exposure, Node, QueryNode, Seed, Source, Test } from './node.ts';
import type { SeedTable } from './seeds/read-seed.ts';

/** A dbt project as parsed: everything enabled, every ref resolved, no cycle. */
export interface Project {
  readonly name: string;
  /** Absolute. */
  readonly directory: string;
  readonly target: Target;
  readonly nodes: ReadonlyMap<string, Node>;
  readonly sources: ReadonlyMap<string, Source>;
  readonly exposures: ReadonlyMap<string, Exposure>;
  readonly macros: ReadonlyMap<string, Macro>;
  /** Unique ids of models, snapshots, seeds and tests, each after all it depends on; ties in order of unique id. */
  readonly order: readonly string[];
  /** Renders a node to the SQL that runs; `Rendering` says for what. */
  compile(node: QueryNode | Test, rendering: Rendering): Promise<CompiledNode>;
  /** The table that a seed's file becomes. @throws {UserError} for a file that is none */
  readSeed(seed: Seed): SeedTable;
  readonly macroCaller: MacroCaller;
  /** Values that templates read and no output may hold. */
  readonly secrets: readonly string[];
}

/** What macros and vars give outside of any node: for trying masks. */
export interface MacroCaller {
  /**
   * What the macro prints for these arguments, with some vars set otherwise.
   * @throws {UserError} at the place in the macro
   */
  call(macro: Macro, args: readonly string[], vars: ReadonlyMap<string, string>): Promise<string>;
  /** A var as templates of that package read it; `undefined` when nobody sets it. @throws {UserError} */
  variable(name: string, packageName: string): Promise<SetVariable | undefined>;
}

export interface SetVariable {
  /** As it is printed; empty for None. */
  readonly value: string;
  /** `file`: stands in dbt_project.yml. `fallback`: there too, for where an environment variable is not set. */
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

/** What a node is rendered for. */
export interface Rendering {
  /** What templates reach of the warehouse; without one, `execute` is false and `run_query` gives none. */
  readonly adapter: Adapter | undefined;
  /**
   * Wraps what each call of the named macros printed, for the analysis only (lineage.md section 8); `macro` is the
   * plain macro name.
   */
  readonly wrapMacro?: (macro: string, output: string) => string;
  /**
   * `named`: ephemeral models are not inlined but left as the names of their CTEs, for the analysis, where each is a
   * table of its own.
   */
  readonly ephemeral?: 'named';
  /** Renders an incremental model as its first (`false`) or a later run (`true`); absent: asks the adapter. */
  readonly incremental?: boolean;
}

export interface CompiledNode {
  readonly node: QueryNode | Test;
  /** Ephemeral models inlined as CTEs. */
  readonly sql: MappedText;
  /** Templates read rows while it was rendered, whose values may stand anywhere in it. */
  readonly readsRows: boolean;
  /** The texts it was put together from, by unique id: the node's own, and that of each ephemeral model in it. */
  readonly parts: ReadonlyMap<string, string>;
}

/** The warehouse as templates see it in the middle of an expression. Implemented by `build/`. */
export interface Adapter {
  query(sql: string): Promise<QueryResult>;
  /** `undefined` when there is none. */
  relationType(schema: string, name: string): Promise<'table' | 'view' | undefined>;
  columns(schema: string, name: string): Promise<readonly { readonly name: string; readonly type: string }[]>;
}

export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (null | boolean | number | bigint | string)[])[];
}
