import type { BuiltText } from '../project/context/answers.ts';

/** The result of one node of a build (dbt: run_results.json). */
export interface NodeResult {
  readonly uniqueId: string;
  /** A test has pass, fail, warn, error or skipped; any other node success, error or skipped. */
  readonly status: 'success' | 'error' | 'skipped' | 'pass' | 'fail' | 'warn';
  /** A message for the user, without any data value. */
  readonly message: string | undefined;
  /** The count that a test judged; `undefined` where it may not be shown. */
  readonly failures: number | undefined;
  /** Rows of the finished table, of a model or seed that is one; `undefined` where their number may not be shown. */
  readonly rows: number | undefined;
  readonly milliseconds: number;
  /**
   * The rendered SQL of a model or test, without what a materialization puts around it. Secrets are hidden in it.
   * `undefined` where its template reads rows, whose values it may hold.
   */
  readonly compiledCode: string | undefined;
  /** The rendering of a model or snapshot. */
  readonly builtText?: BuiltText;
}
