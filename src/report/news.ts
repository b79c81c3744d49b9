import { reasonOfNothing } from './reason-of-nothing.ts';
import type { Report } from './report.ts';

/** Whether a reviewer learns anything: a pull request that leaves all as the base has it needs no comment. */
export function hasNews(report: Report): boolean {
  const { findings, fixed = [], coverage, judge, build = [] } = report;
  const isCompared = judge === undefined || judge.kind === 'base';
  return (
    findings.some(({ isNew }) => isNew !== false) ||
    fixed.length > 0 ||
    coverage.traced < coverage.total ||
    !isCompared ||
    build.some(({ status }) => status === 'error' || status === 'fail') ||
    reasonOfNothing(report) !== undefined
  );
}
