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
  | SecretExposed
  | PiiInSchema
  | PiiColumnName;
export type Rule = Finding['rule'];

/** Findings that the rows of built tables can give. */
export type RowFinding = ValueLeak | SmallGroup | UntaggedPii | UnknownFlowFound;

interface Found {
  readonly severity: Severity;
  readonly location: Location;
  /** Whether the base lacks the finding; absent without a base to compare with. */
  readonly isNew?: boolean;
}

/** A column that YAML tags as personal. */
export interface PiiColumn {
  /** `raw.raw_user` for a source, the plain name for a model or seed. */
  readonly relation: string;
  readonly uniqueId: string;
  readonly column: string;
  /** `meta.pii_type`, or `pii` where the column is only tagged. */
  readonly piiType: string;
  /** Place in the YAML where the column is declared, else its table; absent where none is known. */
  readonly declared?: Location;
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
  /** The path from the PII column to the model's column. */
  readonly steps: readonly Step[];
  /** Rows of the built model in which values of the PII column were found; absent where none were searched or found. */
  readonly rows?: RowCount;
  /** Absent when no change was tried, or none mends the finding. */
  readonly provenFix?: ProvenFix;
}

/**
 * A change that mends a finding. It was tried in memory: the finding is gone, and nothing else in the lineage changed.
 */
export interface ProvenFix {
  readonly kind: 'mask' | 'drop' | 'move';
  /** The change as an imperative: `mask raw.raw_user.email with hash_pii in stg_users`. */
  readonly description: string;
  /** Path below the project folder. */
  readonly file: string;
  readonly line: number;
  /** The text of the template that changes, without literals; the path, where a file moves. */
  readonly before: string;
  /** The new text or path; empty where text is only removed. */
  readonly after: string;
  /** The part of the file that changes, commas and line ends included; absent where a file moves. */
  readonly edit?: {
    readonly line: number;
    readonly column: number;
    /** The position behind the last character that is replaced. */
    readonly end: { readonly line: number; readonly column: number };
    readonly text: string;
  };
}

/**
 * Values of a PII column name columns of a model: the model or an earlier one has a PIVOT on the PII column, or a template
 * that queries its values. They may be literals of the query as well.
 */
export interface PiiColumnName extends Found {
  readonly rule: 'pii-column-name';
  readonly model: string;
  /** Stands for all columns with such names, since the names themselves must not be shown. */
  readonly column: '*';
  readonly source: PiiColumn;
  readonly state: State;
  readonly masks: readonly string[];
  readonly tier: Tier;
  /** The path from the PII column to where its values become names, and on to the model. */
  readonly steps: readonly Step[];
}

/** A PII column decides which rows a model has, or their order, groups or conditions, where the policy does not allow it. */
export interface IndirectFlow extends Found {
  readonly rule: 'indirect-flow';
  readonly model: string;
  /** The model's column that the PII column decides; absent where it decides over whole rows. */
  readonly column: string | undefined;
  readonly source: PiiColumn;
  /**
   * `EQUALITY`: the model's column shows the other side of a comparison with the value. That side is not personal
   * itself.
   */
  readonly subtype: IndirectSubtype | 'EQUALITY';
  readonly tier: Tier;
  readonly steps: readonly Step[];
}

/** DuckDB cannot plan the model, or this version cannot follow its plan: nothing is proven about the model. */
export interface UnknownFlowFound extends Found {
  readonly rule: 'unknown-flow';
  readonly model: string;
  readonly reason: string;
  /** The way to mend this very cause, as an imperative; absent where only the SQL can be rewritten. */
  readonly advice?: string;
  readonly tier: Tier;
}

/** A copied column that the sources YAML does not declare: nobody has said whether it is personal. */
export interface UndeclaredColumn extends Found {
  readonly rule: 'undeclared-column';
  readonly relation: string;
  readonly column: string;
}

/** The last day of a waiver has passed: it covers nothing any more. */
export interface WaiverExpired extends Found {
  readonly rule: 'waiver-expired';
  readonly model: string;
  readonly column: string;
  readonly source: string;
  readonly until: string;
  readonly reason: string;
}

/** A waiver covers no finding: it is mistyped, or not needed any more. */
export interface WaiverUnused extends Found {
  readonly rule: 'waiver-unused';
  readonly model: string;
  readonly column: string;
  readonly source: string;
  /** The finding with the most similar names, as a waiver would write them: `mart.column` and `raw.raw_user.email`. */
  readonly nearest: { readonly column: string; readonly source: string } | undefined;
}

/** A table holds more personal data than the tier allows whose schema it is in: whoever may read the schema may read it. */
export interface PiiInSchema extends Found {
  readonly rule: 'pii-in-schema';
  readonly schema: string;
  /** The strictest tier with tables in the schema. */
  readonly tier: Tier;
  readonly holder: SchemaHolder;
}

export type SchemaHolder =
  /** `source`: a column whose values it holds; absent where the table cannot be traced. */
  | { readonly kind: 'table'; readonly name: string; readonly source: PiiColumn | undefined }
  /** The file of an external model, in the folder that `schema` names. */
  | { readonly kind: 'file'; readonly name: string; readonly source: PiiColumn | undefined }
  /** The project's schemas do not separate its tiers. `tables`: the number of tables in this schema with such data. */
  | { readonly kind: 'schema'; readonly tables: number };

/** Values of a PII column were seen in the rows of a built model whose tier admits none of them. */
export interface ValueLeak extends Found {
  readonly rule: 'value-leak';
  readonly model: string;
  readonly column: string;
  readonly source: PiiColumn;
  /** Rows of the model that hold such a value. */
  readonly rows: RowCount;
  readonly tier: Tier;
}

/** Rows of a model summarise fewer persons than the contract allows. */
export interface SmallGroup extends Found {
  readonly rule: 'small-group';
  readonly model: string;
  /** The column that counts persons; absent where the persons that went into a group are counted. */
  readonly column: string | undefined;
  readonly minimum: number;
  /** Number of such rows; `unknown` when the persons that went into the groups of the model cannot be counted. */
  readonly groups: RowCount | 'unknown';
  readonly tier: Tier;
}

/** A column of a source whose values look personal and which is not tagged. */
export interface UntaggedPii extends Found {
  readonly rule: 'untagged-pii';
  readonly relation: string;
  readonly column: string;
  /** The `meta.pii_type` to write for values like these. */
  readonly piiType: string;
  /**
   * Its name says so, and not its values. `certain`: the name alone; `likely`: together with its table or other columns.
   */
  readonly byName?: 'certain' | 'likely';
}

/** Attacks show that a mask leaves more of a value than fenceline.yml declares, or the mask could not be tried. */
export interface UnverifiedMask extends Found {
  readonly rule: 'unverified-mask';
  readonly macro: string;
  /** The state that fenceline.yml declares. */
  readonly yields: State;
  readonly exposure: MaskExposure;
}

export type MaskExposure =
  | {
      readonly how: Exposure;
      readonly leaves: State;
      /** Share of the synthetic values that are exposed in this way: 0 to 1. */
      readonly share: number;
      readonly kinds: readonly ValueKind[];
    }
  /** A share of 100,000 people, 0 to 1, would get the result of somebody else. */
  | { readonly how: 'colliding'; readonly share: number }
  /** The mask could not be tried. */
  | { readonly how: 'unknown'; readonly reason: string };

/** A mask has a weak secret: whoever knows or guesses it finds the masked values by trying out likely ones. */
export interface WeakMaskSecret extends Found {
  readonly rule: 'weak-mask-secret';
  readonly macro: string;
  /** Name of the dbt var; absent when the mask declares no secret. */
  readonly secret: string | undefined;
  readonly weakness: SecretWeakness;
  /** Share of the synthetic values that can be found with the secret: 0 to 1. */
  readonly recovered: number;
}

/** A text of the project depends on the secret of a mask beside what the mask prints: it shows the secret, or a part. */
export interface SecretExposed extends Found {
  readonly rule: 'secret-exposed';
  /** Name of the model, snapshot or test. */
  readonly node: string;
  /** Name of the dbt var with the secret. */
  readonly secret: string;
}

/** The contract, or a tag that it goes by, is weaker than on the base: the change would judge itself by its own rules. */
export interface ContractWeakened extends Found {
  readonly rule: 'contract-weakened';
  /** The git ref of the base. */
  readonly base: string;
  readonly change: ContractChange;
  /** Logins of those whom the base names as approvers, and who approved this very commit; absent where nobody did. */
  readonly approvedBy?: readonly string[];
}

/** One thing that is weaker than on the base. All texts are names and settings. */
export interface ContractChange {
  readonly kind: ContractChangeKind;
  /** A column, tier, model, setting or macro, or the column and source of a waiver. */
  readonly subject: string;
  /** Description of the subject on the base. */
  readonly was: string;
  /** Description of the subject on the head. */
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
  | 'secret-changed'
  | 'mask-body'
  | 'waiver-added'
  | 'waiver-extended'
  | 'waiver-long'
  | 'tier-moved'
  | 'table-added'
  | 'approver-added'
  | 'env-added'
  | 'url-changed'
  /** Set-up files or the version differ, and those of the base are used. */
  | 'postgres-changed'
  /** The project has another folder than on the base. */
  | 'project-moved'
  /** The contract is in another file than on the base. */
  | 'config-moved'
  /** A contract of the base is no longer there. */
  | 'contract-removed'
  /** The base cannot be read, so the contract there is unknown. */
  | 'unknown';
