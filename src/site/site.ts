/**
 * The content of `site.json` (`schema/site.schema.json`): everything that the page shows. Names, places, expressions and
 * the text of templates, never a data value or a secret. The page is made from it alone.
 */
export interface Site {
  readonly version: 1;
  /** Name and version of the program that wrote it: `fenceline 0.1.0`. */
  readonly tool: string;
  readonly project: string;
  readonly verdict: 'pass' | 'warn' | 'fail';
  readonly run: SiteRun;
  readonly marks: { readonly columns: number; readonly tables: number };
  /** Output columns of the models in tiers: how many were traced, of how many. */
  readonly coverage: { readonly traced: number; readonly total: number };
  readonly tiers: readonly SiteTier[];
  /** Sources first, then the other nodes in the order of the graph. Other members refer to a node by its index here. */
  readonly nodes: readonly SiteNode[];
  readonly hops: readonly SiteHop[];
  readonly masks: readonly SiteMask[];
  readonly exposures: readonly SiteExposure[];
  readonly findings: readonly SiteFinding[];
  readonly waived: readonly SiteWaived[];
  /** Findings that the base has and the head does not; absent where nothing was compared. */
  readonly fixed?: readonly SiteFinding[];
}

export interface SiteRun {
  /** `check`: decided from query plans alone, without rows. */
  readonly kind: 'run' | 'check';
  /** ISO 8601, UTC. */
  readonly started: string;
  /** Commit of the checkout; absent outside of a git repository. */
  readonly commit?: string;
  /** Address of the remote `origin`, without a user or password. */
  readonly remote?: string;
  /** Project folder below the root of the repository; absent where they are the same. */
  readonly folder?: string;
  /** Git ref of the base that the project was compared with; absent where it was compared with nothing. */
  readonly base?: string;
  /** Version of the Postgres server that tables were copied from. */
  readonly postgres?: string;
  /** Results of the build by kind and status; absent where nothing was built. */
  readonly built?: readonly { readonly kind: string; readonly status: string; readonly count: number }[];
  /** Features that are not supported and were left out, with the names of the nodes that use them. */
  readonly leftOut: readonly { readonly what: string; readonly names: readonly string[] }[];
  /** Number of leaks for which the search for a fix ended before all changes were tried. */
  readonly untriedFixes: number;
  /** Whether the texts of templates were left out on request. */
  readonly withoutSql?: true;
}

export type SiteState = 'clear' | 'partial' | 'pseudonymous' | 'aggregate';

export interface SiteTier {
  readonly name: string;
  readonly path: string;
  readonly allow: SiteState | 'none';
  readonly models: number;
}

/** A node's index in `nodes`, and a column's index in the `columns` of that node; −1 stands for the rows of the node. */
export type SiteColumnRef = readonly [node: number, column: number];

export interface SiteNode {
  /** dbt's unique id. */
  readonly id: string;
  /** `raw.raw_user` for a source, the plain name otherwise. */
  readonly name: string;
  readonly kind: 'source' | 'seed' | 'model' | 'snapshot';
  /** Folder of the node's file below its model folder: `marts/safe`; the name of the source for a source. */
  readonly folder: string;
  /** Path of the node's file below the project folder. */
  readonly file: string;
  readonly package: string;
  readonly materialized?: string;
  readonly tier?: string;
  /** `unknown`: nothing is proven about the node. */
  readonly status: 'traced' | 'unknown';
  /** Why the node is unknown. */
  readonly reason?: string;
  readonly description?: string;
  readonly tags: readonly string[];
  /** Indexes of the nodes that it reads. */
  readonly parents: readonly number[];
  readonly columns: readonly SiteColumn[];
  readonly tests: readonly SiteTest[];
  /** Result of the build; absent where the node was not built. */
  readonly built?: string;
  /** Text of the template. */
  readonly sql?: string;
}

export interface SiteTest {
  readonly name: string;
  readonly column?: string;
  /** Result of the last run; absent where the test did not run. */
  readonly status?: string;
}

export interface SiteColumn {
  readonly name: string;
  readonly type?: string;
  readonly tags?: readonly string[];
  /** Set for a column that YAML marks as personal: the value of `meta.pii_type`, or `pii`. */
  readonly piiType?: string;
  readonly sensitivity?: string;
  readonly description?: string;
  /** Place of its declaration: `models/_sources.yml:8:11`. */
  readonly declared?: string;
  /** The marked columns whose value reaches this one, each with the most that is left of it. */
  readonly holds?: readonly SiteHolding[];
}

export interface SiteHolding {
  readonly source: SiteColumnRef;
  readonly state: SiteState;
  readonly masks?: readonly string[];
}

/** A flow between a column of a node and a column of a node that reads it. */
export interface SiteHop {
  readonly from: SiteColumnRef;
  readonly to: SiteColumnRef;
  /**
   * OpenLineage's subtype. The value itself travels by `IDENTITY`, `TRANSFORMATION` and `AGGREGATION`; the others only
   * shape the result.
   */
  readonly kind: SiteHopKind;
  /** State of a whole value after this hop alone. */
  readonly state: SiteState;
  readonly masks?: readonly string[];
  /** Line and column, from 1, in the file of the node that the hop leads to, or in `file`. */
  readonly at: readonly [line: number, column: number];
  /** Path of the file below the project folder, where it is not the file of the node that the hop leads to. */
  readonly file?: string;
  readonly expression: string;
}

export type SiteHopKind =
  | 'IDENTITY'
  | 'TRANSFORMATION'
  | 'AGGREGATION'
  | 'JOIN'
  | 'GROUP_BY'
  | 'FILTER'
  | 'SORT'
  | 'WINDOW'
  | 'CONDITIONAL'
  | 'EQUALITY';

export interface SiteMask {
  /** Plain name of the macro. */
  readonly name: string;
  /** State that fenceline.yml declares. */
  readonly yields: SiteState;
  /** Name of the dbt var with its secret. */
  readonly secret?: string;
  /** Places of the macros with this name. */
  readonly places: readonly string[];
  /** Kinds of synthetic values that it was tried on. */
  readonly kinds: readonly string[];
  /** `failed`: an attack shows more of a value than declared. `unknown`: the mask could not be tried. */
  readonly result: 'withstood' | 'warned' | 'failed' | 'unknown';
  readonly attacks: readonly SiteAttack[];
}

export interface SiteAttack {
  readonly name: 'kept' | 'decoded' | 'guessed' | 'piece' | 'colliding' | 'secret';
  readonly withstood: boolean;
  /** The words of the finding, where the mask did not withstand. */
  readonly problem?: string;
}

export interface SiteExposure {
  readonly id: string;
  readonly name: string;
  readonly label?: string;
  /** `dashboard`, `notebook`, `analysis`, `ml` or `application`. */
  readonly type: string;
  readonly owner?: string;
  readonly description?: string;
  readonly tags: readonly string[];
  /** Indexes of the nodes that it reads. */
  readonly parents: readonly number[];
  /** The personal columns that it can show. */
  readonly shows: readonly {
    readonly column: SiteColumnRef;
    readonly source: SiteColumnRef;
    readonly state: SiteState;
  }[];
  /** Indexes of its nodes of which nothing is proven: anything may be in them. */
  readonly unknown: readonly number[];
}

/** A step of the path of a finding. */
export interface SiteStep {
  readonly node: number;
  /** Name of the column; absent for the rows of the node, `*` for the names of its columns. */
  readonly column?: string;
  readonly kind: SiteHopKind;
  /** What is left of the value of the personal column after this step. */
  readonly state: SiteState;
  readonly expression: string;
  /** `models/staging/stg_users.sql:7:5` */
  readonly place: string;
}

export interface SiteFinding {
  readonly rule: string;
  readonly severity: 'error' | 'warning';
  /** `leak`: a personal value is where it must not be. `unknown`: nothing is proven. `other`: all other findings. */
  readonly judgement: 'leak' | 'unknown' | 'other';
  /** Whether the base lacks the finding; absent where nothing was compared. */
  readonly isNew?: boolean;
  readonly problem: string;
  readonly fix: string;
  readonly place: string;
  /** Index of the node that it is about. */
  readonly node?: number;
  /** Name of the column that it is about. */
  readonly column?: string;
  readonly source?: SiteColumnRef;
  readonly piiType?: string;
  readonly state?: SiteState;
  readonly tier?: string;
  readonly allow?: SiteState | 'none';
  /** From the personal column, whose place is the first one's; empty for a finding that is not about a flow. */
  readonly steps: readonly SiteStep[];
  /** A change that was tried and mends the finding. */
  readonly diff?: {
    readonly file: string;
    readonly line: number;
    readonly removed: readonly string[];
    readonly added: readonly string[];
    /** The file goes to another folder: `removed` is its path, `added` the new one. */
    readonly isMove?: true;
  };
}

export interface SiteWaived {
  readonly finding: SiteFinding;
  readonly reason: string;
  /** Last day of the waiver: `2027-03-31`. */
  readonly until: string;
  /** Days from the start of the run to the last day; 0 on the last day. */
  readonly daysLeft: number;
}
