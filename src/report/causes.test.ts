import { expect, test } from 'vitest';
import type { PiiInSchema } from '../contract/finding.ts';
import { causesOf } from './causes.ts';
import { FINDINGS } from './testing/sample-report.ts';

const sample = FINDINGS['pii-in-schema'];
const untraced = (name: string): PiiInSchema => ({ ...sample, holder: { kind: 'table', name, source: undefined } });

test('tables in one schema that cannot be traced are one cause, beside one with a personal column', () => {
  const causes = causesOf([untraced('a'), sample, untraced('b')]);

  expect(causes.map(({ others }) => others.length)).toEqual([1, 0]);
});

test('a new finding and an old one are never of one cause', () => {
  const causes = causesOf([
    { ...untraced('a'), isNew: true },
    { ...untraced('b'), isNew: false },
  ]);

  expect(causes).toHaveLength(2);
});
