import type { BuiltText } from '../project/context/answers.ts';

/** The result of one node of a build (dbt: run_results.json). */
export interface NodeResult {
  readonly uniqueId: string;
  /** A test has pass, fail, warn, error or skipped; any other node success, error or skipped. */
  readonly status: 'success' | 'error' | 'skipped' | 'pass' | 'fail' | 'warn';
  /** A message for the user, without any data value. */
  readonly message: string | undefined;
  /** Failures of a test, as its `fail_calc` counts them; `undefined` where that count may not be shown. */
  readonly failures: number | undefined;
  /** Number of rows of a built table, snapshot or seed; `undefined` for a view, and where the number may not be shown. */
  readonly rows: number | undefined;
  readonly milliseconds: number;
  /**
   * The rendered SQL of a model or test, without the statement that a materialization puts around it. Secrets are hidden.
   * `undefined` where the template reads rows: the SQL may hold their values.
   */
  readonly compiledCode: string | undefined;
  /** The rendered texts of a model or snapshot, from which its lineage is traced. */
  readonly builtText?: BuiltText;
}
