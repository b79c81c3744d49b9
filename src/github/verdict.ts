import { setOutput } from '@actions/core';
import type { Report } from '../report/report.ts';
import type { Inputs } from './inputs.ts';

/** The outputs of the step that count what was found. */
export function setVerdict({ verdict, findings, build = [] }: Report): void {
  setOutput('verdict', verdict);
  setOutput('violations', findings.filter(({ severity }) => severity === 'error').length);
  setOutput('warnings', findings.filter(({ severity }) => severity === 'warning').length);
  setOutput('failures', failed(build).length);
}

/** Why the step fails, in a sentence; `undefined` when it does not. */
export function failureOf({ verdict, findings, build = [] }: Report, failOn: Inputs['failOn']): string | undefined {
  if (failOn === 'never' || verdict === 'pass' || (verdict === 'warn' && failOn === 'error')) return undefined;
  const violations = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - violations;
  const failures = failed(build).length;
  if (violations > 0) return `The privacy contract is violated: ${counted(violations, 'finding')}.`;
  if (failures > 0) return `The contract holds, but ${counted(failures, 'model or test', 'models or tests')} failed.`;
  return `The contract holds with ${counted(warnings, 'warning')}, and fail-on is ${failOn}.`;
}

function failed(build: NonNullable<Report['build']>) {
  return build.filter(({ status }) => status === 'error' || status === 'fail');
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
