import type { BuiltText } from '../project/context/answers.ts';

/** What became of one node of a build. dbt: run_results.json. */
export interface NodeResult {
  readonly uniqueId: string;
  /** Nodes: success, error, skipped. Tests: pass, fail, warn, error, skipped. */
  readonly status: 'success' | 'error' | 'skipped' | 'pass' | 'fail' | 'warn';
  /** What to tell the user; never a data value. */
  readonly message: string | undefined;
  /** Tests: the number that was judged. */
  readonly failures: number | undefined;
  /** Tables and seeds: rows in the finished table. */
  readonly rows: number | undefined;
  readonly milliseconds: number;
  /**
   * Models and tests that were rendered: the SQL, without what a materialization puts around it. Not of those whose
   * templates read rows: it may hold their values. Secrets are hidden in it.
   */
  readonly compiledCode: string | undefined;
  /** Of models and snapshots that were rendered. */
  readonly builtText?: BuiltText;
}
