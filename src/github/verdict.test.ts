import { expect, test } from 'vitest';
import type { Finding } from '../contract/finding.ts';
import type { Report, ReportedNode, Verdict } from '../report/report.ts';
import { failureOf } from './verdict.ts';

const LOCATION = { file: 'models/a.sql', line: 1, column: 1 };

function reportOf(verdict: Verdict, severities: readonly Finding['severity'][], failedTests = 0): Report {
  return {
    version: 1,
    tool: 'fenceline',
    project: 'clinic',
    verdict,
    findings: severities.map((severity, index) => ({
      rule: 'undeclared-column',
      relation: `raw.table_${index}`,
      column: 'email',
      severity,
      location: LOCATION,
    })),
    waived: [],
    tiers: [],
    coverage: { traced: 0, total: 0 },
    pii: { nodes: [], edges: [] },
    build: Array.from({ length: failedTests }, () => FAILED_TEST),
    stages: [],
  };
}

const FAILED_TEST: ReportedNode = {
  uniqueId: 'test.clinic.t',
  name: 't',
  resourceType: 'test',
  materialized: 'test',
  status: 'fail',
  milliseconds: 1,
  location: 'models/a.yml:1:1',
};

const cases = [
  { name: 'a pass fails nothing', report: reportOf('pass', []), failOn: 'warning', sentence: undefined },
  {
    name: 'findings are a violation',
    report: reportOf('fail', ['error', 'error', 'warning']),
    failOn: 'error',
    sentence: 'The privacy contract is violated: 2 errors, 1 warning.',
  },
  {
    name: 'one finding is singular',
    report: reportOf('fail', ['error']),
    failOn: 'error',
    sentence: 'The privacy contract is violated: 1 error.',
  },
  {
    name: 'a failed test is no violation',
    report: reportOf('fail', [], 1),
    failOn: 'error',
    sentence: 'The privacy contract holds, but the build failed: 0 models built, 0 tests passed, 1 test failed.',
  },
  { name: 'warnings do not fail', report: reportOf('warn', ['warning']), failOn: 'error', sentence: undefined },
  {
    name: 'warnings fail where they are to',
    report: reportOf('warn', ['warning']),
    failOn: 'warning',
    sentence: 'The privacy contract holds, but fail-on is warning: 1 warning.',
  },
  {
    name: 'nothing fails where nothing is to',
    report: reportOf('fail', ['error'], 1),
    failOn: 'never',
    sentence: undefined,
  },
] as const;

test.each(cases)('$name', ({ report, failOn, sentence }) => {
  expect(failureOf(report, failOn)).toBe(sentence);
});
