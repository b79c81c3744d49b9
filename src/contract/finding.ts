import type { IndirectSubtype, State, Step } from '../lineage/flow.ts';
import type { Location } from '../location.ts';
import type { Exposure } from './masks/judge-trial.ts';
import type { SecretWeakness } from './masks/mask-secret.ts';
import type { ValueKind } from './masks/mask-values.ts';
import type { RowCount } from './rows/row-count.ts';
import type { Tier } from './tier.ts';

export type Severity = 'error' | 'warning';

/** One member per rule; the rule's name is its id in reports, its entry in `rules.ts` and its heading in docs/rules.md. */
export type Finding =
  | PiiInTier
  | IndirectFlow
  | UnknownFlowFound
  | UndeclaredColumn
  | WaiverExpired
  | WaiverUnused
  | UnverifiedMask
  | WeakMaskSecret
  | ValueLeak
  | SmallGroup
  | UntaggedPii
  | ContractWeakened
  | PiiColumnName;
export type Rule = Finding['rule'];

/** What the rows of built tables can show. */
export type RowFinding = ValueLeak | SmallGroup | UntaggedPii | UnknownFlowFound;

interface Found {
  readonly severity: Severity;
  readonly location: Location;
  /** Whether the base lacks it; absent where nothing was compared with. */
  readonly isNew?: boolean;
}

/** A column tagged as PII. */
export interface PiiColumn {
  /** `raw.raw_user` for a source, the plain name for a model or seed. */
  readonly relation: string;
  readonly uniqueId: string;
  readonly column: string;
  /** `meta.pii_type`, or `pii` where the column is only tagged. */
  readonly piiType: string;
}

/** A value of a PII column is in a column of a model whose tier does not admit it in that state. */
export interface PiiInTier extends Found {
  readonly rule: 'pii-in-tier';
  readonly model: string;
  readonly column: string;
  readonly source: PiiColumn;
  readonly state: State;
  readonly masks: readonly string[];
  readonly tier: Tier;
  /** From the PII column to the model's column. */
  readonly steps: readonly Step[];
  /** Absent when no change was tried, or none mends it. */
  readonly provenFix?: ProvenFix;
}

/** A change that was tried: with it the finding is gone, and nothing else of the lineage changed. */
export interface ProvenFix {
  readonly kind: 'mask' | 'drop' | 'move';
  /** What it does, as an imperative: `mask raw.raw_user.email with hash_pii in stg_users`. */
  readonly description: string;
  /** Below the project folder. */
  readonly file: string;
  readonly line: number;
  /** Text of the template, or the path of a file that moves; without literals. */
  readonly before: string;
  /** Empty where something is only taken away. */
  readonly after: string;
}

/**
 * Columns of a model are named by the values of a PII column: a PIVOT turns on it, or a template asks for them, in the
 * model or in one before it. They may be literals of the query as well.
 */
export interface PiiColumnName extends Found {
  readonly rule: 'pii-column-name';
  readonly model: string;
  /** All of them: the names themselves are what nobody may read. */
  readonly column: '*';
  readonly source: PiiColumn;
  readonly state: State;
  readonly masks: readonly string[];
  readonly tier: Tier;
  /** From the PII column to where it names columns, and on to the model. */
  readonly steps: readonly Step[];
}

/** A PII column shapes the model (which rows, in what order, under what condition) in a way the policy does not allow. */
export interface IndirectFlow extends Found {
  readonly rule: 'indirect-flow';
  readonly model: string;
  /** Absent when it decides over whole rows. */
  readonly column: string | undefined;
  readonly source: PiiColumn;
  readonly subtype: IndirectSubtype;
  readonly tier: Tier;
  readonly steps: readonly Step[];
}

/** The engine could not plan the model, or this version cannot follow its plan: nothing is proven about it. */
export interface UnknownFlowFound extends Found {
  readonly rule: 'unknown-flow';
  readonly model: string;
  readonly reason: string;
  readonly tier: Tier;
}

/** A synced column that the sources YAML does not declare, so nobody said whether it is personal. */
export interface UndeclaredColumn extends Found {
  readonly rule: 'undeclared-column';
  readonly relation: string;
  readonly column: string;
}

/** A waiver's date has passed: it no longer waives anything. */
export interface WaiverExpired extends Found {
  readonly rule: 'waiver-expired';
  readonly model: string;
  readonly column: string;
  readonly source: string;
  readonly until: string;
  readonly reason: string;
}

/** A waiver covers nothing that was found: it is mistyped, or not needed any more. */
export interface WaiverUnused extends Found {
  readonly rule: 'waiver-unused';
  readonly model: string;
  readonly column: string;
  readonly source: string;
  /** What it may be meant for, spelled as a waiver says it: `mart.column` and `raw.raw_user.email`. */
  readonly nearest: { readonly column: string; readonly source: string } | undefined;
}

/** Values of a PII column are in the built table of a model whose tier admits none: seen in its rows, not in its SQL. */
export interface ValueLeak extends Found {
  readonly rule: 'value-leak';
  readonly model: string;
  readonly column: string;
  readonly source: PiiColumn;
  /** Rows of the model that hold one. */
  readonly rows: RowCount;
  readonly tier: Tier;
}

/** Rows of a model are about fewer rows, or people, than the contract asks for. */
export interface SmallGroup extends Found {
  readonly rule: 'small-group';
  readonly model: string;
  /** The column that counts people; absent where the rows that went into a group are counted. */
  readonly column: string | undefined;
  readonly minimum: number;
  /** How many rows of the model; `unknown` when the engine could not count what goes into its groups. */
  readonly groups: RowCount | 'unknown';
  readonly tier: Tier;
}

/** A source's column whose values look personal, and which nobody tagged. */
export interface UntaggedPii extends Found {
  readonly rule: 'untagged-pii';
  readonly relation: string;
  readonly column: string;
  /** What the values look like; a `meta.pii_type` to write. */
  readonly piiType: string;
}

/** Attacks on a declared mask show that it leaves more of a value than it says, or nobody can tell what it leaves. */
export interface UnverifiedMask extends Found {
  readonly rule: 'unverified-mask';
  readonly macro: string;
  /** What fenceline.yml says of it. */
  readonly yields: State;
  readonly exposure: MaskExposure;
}

export type MaskExposure =
  | {
      readonly how: Exposure;
      readonly leaves: State;
      /** Of the synthetic values, how many it is true of: 0 to 1. */
      readonly share: number;
      readonly kinds: readonly ValueKind[];
    }
  /** Of 100,000 people, `share` would get the result of another. */
  | { readonly how: 'colliding'; readonly share: number }
  /** It could not be tried. */
  | { readonly how: 'unknown'; readonly reason: string };

/** Whoever knows or guesses the secret of a mask finds values by trying them out. */
export interface WeakMaskSecret extends Found {
  readonly rule: 'weak-mask-secret';
  readonly macro: string;
  /** Name of the dbt var; absent when the mask declares none. */
  readonly secret: string | undefined;
  readonly weakness: SecretWeakness;
  /** Of the synthetic values, how many are found with the secret known: 0 to 1. */
  readonly recovered: number;
}

/** The contract, or the tags it goes by, ask for less than on the base: what is judged changed its judge. */
export interface ContractWeakened extends Found {
  readonly rule: 'contract-weakened';
  /** The git ref it was compared with. */
  readonly base: string;
  readonly change: ContractChange;
}

/** What asks for less, and what of it was said on the base and is said now: names and settings. */
export interface ContractChange {
  readonly kind: ContractChangeKind;
  /** A column, tier, model, setting, macro, or what a waiver is about. */
  readonly subject: string;
  readonly was: string;
  readonly is: string;
}

export type ContractChangeKind =
  | 'untagged'
  | 'undeclared'
  | 'copied'
  | 'tier-removed'
  | 'allow-raised'
  | 'left-tier'
  | 'moved'
  | 'setting-lowered'
  | 'mask-added'
  | 'mask-yields'
  | 'mask-secret'
  | 'mask-body'
  | 'waiver-added'
  | 'waiver-extended'
  /** The base cannot be read: nobody knows what it asked for. */
  | 'unknown';
