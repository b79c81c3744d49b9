import type { Location } from '../location.ts';
import type { WrittenUrl } from './postgres-url.ts';

/** `fenceline.yml`, validated by `schema/fenceline.schema.json` and with every default filled in. */
export interface FencelineConfig {
  /** Path below the project folder, for messages. */
  readonly file: string;
  readonly postgres: PostgresConfig;
  readonly sync: SyncConfig;
  readonly contract: ContractConfig;
  /** Environment variables `env_var` may read in the Action beyond `DBT_*` and `FENCELINE_*`. */
  readonly env: readonly string[];
  readonly limits: LimitsConfig;
}

export interface LimitsConfig {
  /** Longest time of one statement in the warehouse. */
  readonly statementSeconds: number;
}

export interface PostgresConfig {
  /** Major version of a throwaway server; any supported one when absent. */
  readonly version: number | undefined;
  /** An existing server, only ever read: an address, or one of fenceline.yml that is still to be filled in. */
  readonly url: string | WrittenUrl | undefined;
  /** SQL files run on a throwaway server, in order; absolute. */
  readonly setup: readonly string[];
}

export interface SyncConfig {
  /** Schema of the raw tables in the warehouse. */
  readonly schema: string;
  readonly prefix: string;
  readonly tables: readonly SyncTable[];
}

export interface SyncTable {
  /** Name in the warehouse without the prefix. */
  readonly name: string;
  readonly from: { readonly schema: string; readonly table: string };
  /** Columns that never leave Postgres. */
  readonly exclude: readonly string[];
  readonly location: Location;
}

/** What to make of a thing the contract notices. */
export type Policy = 'error' | 'warn' | 'allow';
export type AllowedState = 'clear' | 'partial' | 'pseudonymous' | 'aggregate' | 'none';

export interface ContractConfig {
  /** First match wins. */
  readonly tiers: readonly TierConfig[];
  readonly masks: readonly MaskConfig[];
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
}

/** What is looked for in the rows of the built tables. */
export interface VerifyConfig {
  /** Values of tagged columns in safe models, and untagged ones in sources. */
  readonly values: boolean;
  /** Fewest rows or people that a row of a safe model may be about; not looked at when absent. */
  readonly minGroupSize: number | undefined;
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
  /** `raw.raw_user.email`. */
  readonly source: string;
  readonly reason: string;
  /** Last day it counts, `YYYY-MM-DD`. */
  readonly until: string;
  readonly location: Location;
}
