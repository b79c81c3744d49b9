import type { Test } from '../project/node.ts';
import type { CompiledNode } from '../project/project.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { type Statement, wrapSql } from './statement.ts';

export interface TestOutcome {
  readonly status: 'pass' | 'warn' | 'fail';
  /** Absent where what was judged is no count: it may be a value. */
  readonly failures: number | undefined;
  readonly message: string | undefined;
}

/** dbt: get_test_sql. Counts only: no row of a test leaves the engine. */
export function testStatement({ config }: Test, sql: CompiledNode['sql']): Statement {
  const { failCalc, warnIf, errorIf, limit } = config;
  return wrapSql(
    `select ${failCalc} as failures, ${failCalc} ${warnIf} as should_warn, ${failCalc} ${errorIf} as should_error from (\n`,
    sql,
    `${limit === undefined ? '' : `limit ${limit}`}) as dbt_internal_test`,
  );
}

/** Counts rows or values, and says no value. */
const COUNT = /^count\s*\(\s*(\*|(distinct\s+)?(\w+|"[^"]*"))?\s*\)$/i;

/** Judges what the statement counted: with severity `warn` a test never fails. */
export async function runTest(test: Test, statement: Statement, session: Warehouse): Promise<TestOutcome> {
  const [row] = await session.rows(statement.text);
  const { severity, errorIf, warnIf, failCalc } = test.config;
  const failures = COUNT.test(failCalc.trim()) ? Number(row?.['failures'] ?? 0) : undefined;
  const got = failures === undefined ? `got ${failCalc}` : `got ${failures} ${failures === 1 ? 'result' : 'results'}`;
  if (severity === 'error' && row?.['should_error'] === true) {
    return { status: 'fail', failures, message: `${got}, fails if ${errorIf}` };
  }
  if (row?.['should_warn'] === true) return { status: 'warn', failures, message: `${got}, warns if ${warnIf}` };
  return { status: 'pass', failures, message: undefined };
}
