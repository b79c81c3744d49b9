import type { Test } from '../project/node.ts';
import { literal, sql } from '../sql.ts';
import { UserError } from '../user-error.ts';
import { readExpression } from '../warehouse/one-expression.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { ShownCounts } from './shown-counts.ts';
import { type Statement, wrapSql } from './statement.ts';

export interface TestOutcome {
  readonly status: 'pass' | 'warn' | 'fail';
  /**
   * Result of `fail_calc`, which the thresholds judge; 0 for a test that passes, `undefined` where it may be a value of
   * a row.
   */
  readonly failures: number | undefined;
  readonly message: string | undefined;
}

/**
 * The statement that counts the failures of a test (dbt: get_test_sql). No row of the test leaves the engine.
 * @throws {UserError} for a `fail_calc`, `warn_if` or `error_if` that is not one expression
 */
export async function testStatement(test: Test, query: Statement, session: Warehouse): Promise<Statement> {
  const { failCalc, warnIf, errorIf, limit } = test.config;
  const expression = async (key: string, text: string) => {
    const read = await readExpression(text, session);
    if (read) return read;
    throw new UserError({
      code: 'bad-config',
      message: `${test.name} has a ${key} that is not one expression.`,
      location: test.location,
      fix: `write ${key} so that '${text}' is an expression of SQL`,
    });
  };
  const failures = await expression('fail_calc', failCalc);
  const shouldWarn = await expression('warn_if', `${failCalc} ${warnIf}`);
  const shouldError = await expression('error_if', `${failCalc} ${errorIf}`);
  return wrapSql(
    sql`select ${failures} as failures, ${shouldWarn} as should_warn, ${shouldError} as should_error from (`,
    query,
    sql`${limit === undefined ? sql`` : sql`limit ${literal(limit)}`}) as dbt_internal_test`,
  );
}

/** Matches a `fail_calc` that counts rows or values: its result is no value of a row. */
const COUNT = /^count\s*\(\s*(\*|(distinct\s+)?(\w+|"[^"]*"))?\s*\)$/i;

/** Runs the statement of a test and compares its count with the thresholds. With severity `warn` a test never fails. */
export async function runTest(
  test: Test,
  statement: Statement,
  session: Warehouse,
  counts: ShownCounts | undefined,
): Promise<TestOutcome> {
  const [row] = await session.rows(statement.sql);
  const { severity, errorIf, warnIf, failCalc } = test.config;
  const isBad = (severity === 'error' && row?.['should_error'] === true) || row?.['should_warn'] === true;
  const isCount = COUNT.test(failCalc.trim());
  const isShown = isBad && isCount && ((await counts?.ofTest(statement.sql, session)) ?? true);
  const failures = isShown ? Number(row?.['failures'] ?? 0) : undefined;
  const got = isShown
    ? `got ${failures} ${failures === 1 ? 'result' : 'results'}`
    : isCount
      ? 'got results (their number is not shown: personal data has a part in it)'
      : `got ${failCalc.trim().replaceAll(/\s+/g, ' ')}`;
  if (severity === 'error' && row?.['should_error'] === true) {
    return { status: 'fail', failures, message: `${got}, fails if ${errorIf}` };
  }
  if (row?.['should_warn'] === true) return { status: 'warn', failures, message: `${got}, warns if ${warnIf}` };
  // dbt: a test that passes reports 0 failures, also where its count is not 0 but below the thresholds.
  return { status: 'pass', failures: 0, message: undefined };
}
