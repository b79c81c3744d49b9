import { setOutput } from '@actions/core';
import { buildCounts, findingCounts } from '../report/counts.ts';
import type { Report } from '../report/report.ts';
import type { Inputs } from './inputs.ts';

/** Sets the outputs of the step that count findings and failures. */
export function setVerdict({ verdict, findings, build = [] }: Report): void {
  setOutput('verdict', verdict);
  const errors = findings.filter(({ severity }) => severity === 'error');
  setOutput('violations', errors.length);
  setOutput('new-violations', errors.filter(({ isNew = true }) => isNew).length);
  setOutput('warnings', findings.filter(({ severity }) => severity === 'warning').length);
  setOutput('failures', build.filter(({ status }) => status === 'error' || status === 'fail').length);
}

/** Why the step fails, in a sentence; `undefined` when it does not. */
export function failureOf(report: Report, failOn: Inputs['failOn']): string | undefined {
  const { verdict, findings, build = [] } = report;
  if (failOn === 'never' || verdict === 'pass' || (verdict === 'warn' && failOn === 'error')) return undefined;
  if (verdict === 'warn') return `The privacy contract holds, but fail-on is ${failOn}: ${findingCounts(report)}.`;
  const isViolated = findings.some(({ severity }) => severity === 'error');
  return isViolated
    ? `The privacy contract is violated: ${findingCounts(report)}.`
    : `The privacy contract holds, but the build failed: ${buildCounts(build)}.`;
}
