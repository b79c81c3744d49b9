import { buildCounts, findingCounts } from '../report/counts.ts';
import type { Report } from '../report/report.ts';
import type { Inputs } from './inputs.ts';
import { setOutput } from './step-files.ts';

/** Sets the outputs of the step that count findings and failures. */
export function setVerdict({ verdict, findings, fixed, judge, build = [] }: Report): void {
  setOutput('verdict', verdict);
  const errors = findings.filter(({ severity }) => severity === 'error');
  setOutput('violations', errors.length);
  setOutput('new-violations', errors.filter(({ isNew = true }) => isNew).length);
  setOutput('fixed', fixed?.length ?? 0);
  setOutput('base-sha', judge && judge.kind !== 'missing' ? (judge.commit ?? '') : '');
  setOutput('warnings', findings.filter(({ severity }) => severity === 'warning').length);
  setOutput('failures', build.filter(({ status }) => status === 'error' || status === 'fail').length);
}

/** Why the step fails, in a sentence; `undefined` when it does not. */
export function failureOf(report: Report, failOn: Inputs['failOn']): string | undefined {
  const { verdict, findings, marks, build = [] } = report;
  if (failOn === 'never' || verdict === 'pass' || (verdict === 'warn' && failOn !== 'warning')) return undefined;
  if (verdict === 'warn') return `The privacy contract holds, but fail-on is ${failOn}: ${findingCounts(report)}.`;
  const errors = findings.filter(({ severity }) => severity === 'error');
  const isBroken = build.some(({ status }) => status === 'error' || status === 'fail');
  const isOld = errors.length > 0 && !isBroken && marks?.none !== 'error';
  if (failOn === 'new' && isOld && errors.every(({ isNew }) => isNew === false)) return undefined;
  if (errors.length > 0) return `The privacy contract is violated: ${findingCounts(report)}.`;
  return marks?.none === 'error' && !isBroken
    ? 'No column is marked as personal, so nothing is protected.'
    : `The privacy contract holds, but the build failed: ${buildCounts(build)}.`;
}
