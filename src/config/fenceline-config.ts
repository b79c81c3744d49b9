import type { Location } from '../location.ts';
import type { WrittenUrl } from './postgres-url.ts';

/** The content of a valid `fenceline.yml`, with every default filled in. */
export interface FencelineConfig {
  /** Path below the project folder, for messages. */
  readonly file: string;
  readonly postgres: PostgresConfig;
  /** Further databases, by the names that tables use. */
  readonly databases: ReadonlyMap<string, PostgresConfig>;
  readonly sync: SyncConfig;
  readonly contract: ContractConfig;
  /** Environment variables `env_var` may read in the Action beyond `DBT_*` and `FENCELINE_*`. */
  readonly env: readonly string[];
  readonly limits: LimitsConfig;
  /** `postgres` and `env` of this file itself, also where those of the base are used instead. */
  readonly outside: OutsideSettings;
}

export interface LimitsConfig {
  /** Longest time of one statement in the warehouse. */
  readonly statementSeconds: number;
  /** Longest time of a copy from Postgres. */
  readonly syncSeconds: number;
}

/** The settings that reach beyond the project: `postgres` and `env`, before variables and paths are resolved. */
export interface OutsideSettings {
  readonly url: string | undefined;
  readonly version: number | undefined;
  readonly setup: readonly string[];
  /** The settings of each further database, by its name. */
  readonly databases: { readonly [name: string]: Pick<OutsideSettings, 'url' | 'version' | 'setup'> };
  readonly env: readonly string[];
}

export interface PostgresConfig {
  /** Major version of a throwaway server; any supported one when absent. */
  readonly version: number | undefined;
  /** Address of an existing server, which is only read; `${NAME}` in it is not filled in yet. */
  readonly url: string | WrittenUrl | undefined;
  /** Absolute paths of SQL files that fill a throwaway server, in their order. */
  readonly setup: readonly string[];
}

export interface SyncConfig {
  /** Whether each source that the project reads is copied from the Postgres table of its schema and name. */
  readonly fromSources: boolean;
  /** Patterns `schema.table` of tables that are copied only by an entry of their own; absent for none. */
  readonly except?: readonly string[];
  readonly drift: DriftPolicies;
  /** Name of the dbt var that holds the key of `hash` masks. */
  readonly maskSecret?: string;
  readonly tables: readonly SyncTable[];
  /** Patterns that stand for several tables; absent for none. */
  readonly patterns?: readonly SyncPattern[];
}

/** An entry for all tables of a schema whose names fit. It copies those that a source's YAML declares. */
export interface SyncPattern extends Pick<SyncTable, 'name' | 'to' | 'exclude' | 'onlyDeclared' | 'location'> {
  /** The name of the table has `*` for any characters; that of `to` one `*` for the name in Postgres. */
  readonly from: SyncTable['from'];
  /** Names of tables that it does not copy, with `*` for any characters. */
  readonly except: readonly string[];
}

/** Policies for tables that no YAML declares, and for columns that are not as they were at the last copy. */
export interface DriftPolicies {
  /** A table that a pattern matches and no YAML declares: `warn` leaves it out, `ignore` copies it. */
  readonly table: DriftPolicy;
  /** A column that is new and declared in no YAML: `warn` leaves it out, `ignore` copies it. */
  readonly add: DriftPolicy;
  readonly drop: DriftPolicy;
  readonly type: DriftPolicy;
}

/** `error` ends the copy before its first row. */
export type DriftPolicy = 'error' | 'warn' | 'ignore';

export interface SyncTable {
  /** The table's key in fenceline.yml. */
  readonly name: string;
  /** The table in Postgres. Without `database`, it is in the database that has no name. */
  readonly from: { readonly database?: string; readonly schema: string; readonly table: string };
  /** Name of the pattern that stands for the table; absent for a table with an entry of its own. */
  readonly pattern?: string;
  /** The table in the warehouse. Without a schema, it gets the schema of the source that names it, else `main`. */
  readonly to: { readonly schema: string | undefined; readonly table: string };
  /** Columns that never leave Postgres. */
  readonly exclude: readonly string[];
  /** The only columns that leave Postgres; `undefined`: all that are not excluded. */
  readonly columns?: readonly string[];
  /** Columns that the sources of this table declare; absent where none does. */
  readonly declared?: readonly string[];
  /** Whether sync reads only the columns that the sources' YAML declares (`columns: declared`). */
  readonly onlyDeclared?: boolean;
  /** How rows are found that changed since the last copy; absent where all rows are copied each time. */
  readonly incremental?: IncrementalRule;
  /** SQL of a condition on the rows to copy; absent for all rows. */
  readonly where?: string;
  /** The part of the rows that is copied; absent for all. */
  readonly sample?: SampleRule;
  /** Masks that Postgres applies before a value leaves it, by column. */
  readonly mask?: { readonly [column: string]: ColumnMask };
  readonly values?: ValueRules;
  readonly location: Location;
}

/** Rules for values that DuckDB cannot hold as they are, by column; `*` stands for all columns of the table. */
export interface ValueRules {
  /** `varchar` or `decimal(p,s)`. */
  readonly type: { readonly [column: string]: string };
  readonly nan: { readonly [column: string]: ValuePolicy };
  readonly onBad: { readonly [column: string]: ValuePolicy };
}

/** The same rows for the same seed. */
export type SampleRule = { readonly seed: number } & (
  | { readonly kind: 'rows'; readonly rows: number }
  | { readonly kind: 'percent'; readonly percent: number }
);

export interface IncrementalRule {
  /** A column that is never lower in a row that was inserted or updated later. */
  readonly cursor: string;
  /** Columns by which a row is known again. */
  readonly key: readonly string[];
  /** How far behind the highest cursor rows are read again: a number, or an interval of Postgres. */
  readonly overlap?: string;
  /** Whether rows whose keys are gone in Postgres are removed. */
  readonly deletes: boolean;
}

/** `null` leaves nothing; `hash` a keyed hash; `domain` what stands behind the last @; `year` the first day of the year. */
export type ColumnMask = null | 'hash' | 'domain' | 'year';

/** `error` ends the copy at such a value; `null` makes it NULL. */
export type ValuePolicy = 'error' | null;

/** Severity that the contract gives to a kind of finding; `allow` reports none. */
export type Policy = 'error' | 'warn' | 'allow';
export type AllowedState = 'clear' | 'partial' | 'pseudonymous' | 'aggregate' | 'none';

export interface ContractConfig {
  /** A model is in the first tier whose path it is below. */
  readonly tiers: readonly TierConfig[];
  readonly masks: readonly MaskConfig[];
  readonly personal: PersonalConfig;
  readonly indirect: {
    readonly filter: Policy;
    readonly join: Policy;
    readonly groupBy: Policy;
    readonly sort: Policy;
    readonly window: Policy;
    readonly conditional: Policy;
    readonly equality: Policy;
  };
  readonly undeclaredColumns: Policy;
  readonly verify: VerifyConfig;
  readonly waivers: readonly WaiverConfig[];
  /** Logins whose review may lift `contract-weakened`; only those of the base count. */
  readonly approvers: readonly string[];
}

/** How a team marks personal columns, beside `tags: [pii]` and `meta: {pii: true}`. */
export interface PersonalConfig {
  readonly tags: readonly string[];
  readonly meta: { readonly [key: string]: unknown };
  /** Path of a list of personal columns below the project folder. */
  readonly columns: string | undefined;
  /** Severity of a project in which no column is marked; absent: a warning in `check`, an error in `run`. */
  readonly none: Policy | undefined;
}

/** The checks of the rows of built tables. */
export interface VerifyConfig {
  /** Searches safe models for values of tagged columns, and sources for personal values without a tag. */
  readonly values: boolean;
  /** Fewest rows or people that a row of a safe model may be about; `undefined` for any number. */
  readonly minGroupSize: number | undefined;
  /** Severity of a group of fewer persons. */
  readonly smallGroups: Exclude<Policy, 'allow'>;
  /** The most rows of a table that are searched for values. */
  readonly rows?: number;
  /** The most different texts of a table that are searched for values. */
  readonly cells?: number;
}

export interface TierConfig {
  readonly name: string;
  readonly path: string;
  readonly allow: AllowedState;
  readonly location: Location;
}

export interface MaskConfig {
  /** Plain name of the macro. */
  readonly macro: string;
  readonly yields: 'partial' | 'pseudonymous' | 'aggregate';
  /** Name of the dbt var that holds the secret. */
  readonly secret: string | undefined;
  readonly location: Location;
}

export interface WaiverConfig {
  readonly model: string;
  readonly column: string;
  /** The personal column, as `raw.raw_user.email`. */
  readonly source: string;
  readonly reason: string;
  /** Last day on which the waiver counts, `YYYY-MM-DD`. */
  readonly until: string;
  readonly location: Location;
}
