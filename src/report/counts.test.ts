import { expect, test } from 'vitest';
import { buildCounts, failureCounts } from './counts.ts';
import type { ReportedNode } from './report.ts';

type Nodes = readonly (readonly [ReportedNode['resourceType'], ReportedNode['status']])[];

const cases: readonly {
  readonly name: string;
  readonly nodes: Nodes;
  readonly built: string;
  readonly failed: string;
}[] = [
  { name: 'nothing was built', nodes: [], built: '0 models built, 0 tests passed', failed: '' },
  {
    name: 'each type succeeded',
    nodes: [
      ['test', 'pass'],
      ['snapshot', 'success'],
      ['model', 'success'],
      ['model', 'success'],
      ['seed', 'success'],
    ],
    built: '1 seed loaded, 2 models built, 1 snapshot built, 1 test passed',
    failed: '',
  },
  {
    name: 'a model failed',
    nodes: [
      ['model', 'error'],
      ['test', 'skipped'],
    ],
    built: '0 models built, 0 tests passed, 1 model failed, 1 skipped',
    failed: '1 model failed',
  },
  {
    name: 'each type failed',
    nodes: [
      ['test', 'fail'],
      ['test', 'error'],
      ['test', 'warn'],
      ['model', 'error'],
      ['seed', 'error'],
    ],
    built: '0 models built, 0 tests passed, 1 seed, 1 model and 2 tests failed, 1 warned',
    failed: '1 seed, 1 model and 2 tests failed',
  },
];

test.each(cases)('$name', ({ nodes, built, failed }) => {
  const results = nodes.map(([resourceType, status]) => ({ resourceType, status }));

  expect(buildCounts(results)).toBe(built);
  expect(failureCounts(results)).toBe(failed);
});
