import { expect, test } from 'vitest';
import { FINDINGS } from '../report/testing/sample-report.ts';
import { findingText } from '../report/words/finding-text.ts';
import type { Finding } from './finding.ts';
import { applyWaivers } from './waiver.ts';

const LEAK = FINDINGS['pii-in-tier'];
const VALUES = { ...FINDINGS['value-leak'], column: 'contact' };
const WINDOW: Finding = { ...FINDINGS['indirect-flow'], column: 'contact', subtype: 'WINDOW' };
const WAIVER = {
  model: 'mart_activity',
  column: 'contact',
  source: 'raw.raw_user.email',
  reason: 'DPO-112',
  until: '2026-11-25',
  location: { file: 'fenceline.yml', line: 24, column: 7 },
};

const cases: readonly {
  readonly name: string;
  readonly found?: readonly Finding[];
  readonly waiver?: Partial<typeof WAIVER>;
  readonly isStatic?: true;
  /** Rules of the findings that are left, then of those about the waiver. */
  readonly left: readonly string[];
  readonly waived: number;
}[] = [
  { name: 'its flow, until its last day', left: [], waived: 1 },
  { name: 'names in another case', waiver: { column: 'Contact', source: 'RAW.raw_user.EMAIL' }, left: [], waived: 1 },
  { name: 'values and influences of the same column', found: [VALUES, WINDOW], left: [], waived: 2 },
  {
    name: 'nothing the day after',
    waiver: { until: '2026-11-24' },
    left: ['pii-in-tier', 'waiver-expired'],
    waived: 0,
  },
  { name: 'nothing of another model', waiver: { model: 'mart_b' }, left: ['pii-in-tier', 'waiver-unused'], waived: 0 },
  {
    name: 'nothing of another source',
    waiver: { source: 'raw.raw_user.phone' },
    left: ['pii-in-tier', 'waiver-unused'],
    waived: 0,
  },
  {
    name: 'nothing that is about no column',
    found: [FINDINGS['small-group'], FINDINGS['contract-weakened'], FINDINGS['indirect-flow']],
    left: ['small-group', 'contract-weakened', 'indirect-flow', 'waiver-unused'],
    waived: 0,
  },
  {
    name: 'what only the data may show, which a static check leaves open',
    found: [],
    isStatic: true,
    left: [],
    waived: 0,
  },
];

test.each(cases)('a waiver covers $name', ({ found = [LEAK], waiver = {}, isStatic, left, waived }) => {
  const result = applyWaivers(found, [{ ...WAIVER, ...waiver }], '2026-11-25', isStatic ? 'check' : 'run');
  expect(result.findings.map(({ rule }) => rule)).toEqual(left);
  expect(result.waived).toHaveLength(waived);
  for (const { reason, until } of result.waived)
    expect({ reason, until }).toEqual({ reason: 'DPO-112', until: WAIVER.until });
});

const texts = [
  {
    name: 'the nearest finding when a name is mistyped',
    waiver: { column: 'contract' },
    fix: 'remove it; or is it meant for mart_activity.contact and raw.raw_user.email?',
  },
  {
    name: 'no finding when none is near',
    waiver: { model: 'mart_of_something_else', column: 'x' },
    fix: 'remove it, or correct its model, column and source',
  },
];

test.each(texts)('a waiver that covers nothing names $name', ({ waiver, fix }) => {
  const { findings } = applyWaivers([LEAK], [{ ...WAIVER, ...waiver }], '2026-11-25', 'run');
  expect(findings.slice(1).map((finding) => findingText(finding).fix)).toEqual([fix]);
});
