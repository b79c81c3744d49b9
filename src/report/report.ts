import type { Finding } from '../contract/finding.ts';
import type { Marks } from '../contract/marks.ts';
import type { PiiGraph } from '../contract/pii-graph.ts';

/**
 * The result of a run or check: names, counts and places, never a data value. It is the content of `report.json`
 * (`schema/report.schema.json`), and every other format is rendered from it alone.
 */
export interface Report {
  readonly version: 1;
  readonly tool: string;
  readonly project: string;
  /** Project folder relative to the repository root; absent where they are the same, or there is no repository. */
  readonly folder?: string;
  readonly verdict: Verdict;
  /** Whose contract judged; absent where there was no base to compare with. */
  readonly judge?: ReportedJudge;
  readonly findings: readonly Finding[];
  /** Findings that have one cause, as places in `findings` from 0, the first one first; absent where each has its own. */
  readonly causes?: readonly { readonly findings: readonly number[] }[];
  /**
   * Findings of the base that the head does not have any more; absent without a base to compare with, and where the
   * contract is weaker than on the base: a finding that the weaker contract does not look for is not mended.
   */
  readonly fixed?: readonly Finding[];
  /** Findings a waiver covers, with its reason and last day. */
  readonly waived: readonly { readonly finding: Finding; readonly reason: string; readonly until: string }[];
  readonly tiers: readonly {
    readonly name: string;
    readonly path: string;
    readonly allow: string;
    readonly models: number;
  }[];
  /** Output columns of the models in tiers: how many were traced, of how many. */
  readonly coverage: { readonly traced: number; readonly total: number };
  readonly pii: PiiGraph;
  /** Columns that are marked as personal; absent in a report of an earlier version. */
  readonly marks?: Marks;
  /** Features that are not supported and were left out: each with the names of the nodes that use it. */
  readonly leftOut?: readonly { readonly what: string; readonly names: readonly string[] }[];
  /** The search for changes that mend findings of `pii-in-tier`; absent when there are none. */
  readonly fixes?: {
    readonly findings: number;
    /** Findings with a proven change. */
    readonly proven: number;
    /** Findings for which the search ended before all their changes were tried. */
    readonly untried: number;
  };
  /** The Postgres that tables were copied from; absent in a static check, like `sync` and `build`. */
  readonly postgres?: { readonly origin: string; readonly version: string; readonly milliseconds: number };
  readonly sync?: readonly {
    readonly table: string;
    readonly from: string;
    readonly rows: number;
    readonly columns: number;
    readonly milliseconds: number;
    /** Differences from Postgres; absent for none. */
    readonly remarks?: readonly string[];
  }[];
  readonly build?: readonly ReportedNode[];
  readonly stages: readonly { readonly stage: string; readonly milliseconds: number }[];
}

export type ReportedJudge =
  /** `base` is its git ref, `commit` the id of the commit whose contract judged. */
  | { readonly kind: 'base'; readonly base: string; readonly commit?: string }
  /** The base has no contract for the project: its own judges. `others`: the base's contracts for other projects. */
  | { readonly kind: 'first'; readonly base: string; readonly commit?: string; readonly others: readonly string[] }
  /** The base of a pull request is not in the checkout: the contract of the pull request itself judges. */
  | { readonly kind: 'missing' };

/** `fail`: an error finding, or a model or test that failed. `warn`: only warnings. */
export type Verdict = 'pass' | 'warn' | 'fail';

export interface ReportedNode {
  readonly uniqueId: string;
  readonly name: string;
  readonly resourceType: 'model' | 'snapshot' | 'seed' | 'test' | 'unit test' | 'hook';
  readonly materialized: string;
  readonly status: 'success' | 'error' | 'skipped' | 'pass' | 'fail' | 'warn';
  readonly message?: string;
  readonly failures?: number;
  readonly rows?: number;
  readonly milliseconds: number;
  /** Place of the node: `models/marts/safe/funnel.sql:1:1`. */
  readonly location: string;
}
