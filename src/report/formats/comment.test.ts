import { expect, test } from 'vitest';
import type { Report } from '../report.ts';
import { chains, FAILING, FINDINGS, named, PASSING, STAGED } from '../testing/sample-report.ts';
import { renderComment } from './comment.ts';
import { renderSummary } from './summary.ts';

/** A report with so many leaks, whose paths have so many steps. */
function leaks(count: number, steps: number, name = 'mart'): Report {
  const path = Array.from({ length: steps }, (_, index) => ({ ...STAGED, uniqueId: `model.clinic.int_${index}` }));
  const findings = Array.from({ length: count }, (_, index) => ({
    ...FINDINGS['pii-in-tier'],
    model: `${name}_${index}`,
    steps: path,
  }));
  return { ...FAILING, findings, pii: chains(Math.min(count, 50), 2) };
}

const sizes: readonly {
  readonly name: string;
  readonly report: Report;
  readonly rows: number;
  readonly diagram: 'Where personal data goes' | 'The paths that leak' | undefined;
  readonly says: string;
}[] = [
  {
    name: 'everything when it is little',
    report: leaks(3, 2),
    rows: 3,
    diagram: 'Where personal data goes',
    says: 'Copied tables',
  },
  {
    name: 'ten findings of many, and how many more there are',
    report: leaks(40, 2),
    rows: 10,
    diagram: 'The paths that leak',
    says: 'In the job summary: 30 more findings.',
  },
  {
    name: 'no diagram when the rest is long',
    report: leaks(12, 2, 'm'.repeat(2750)),
    rows: 10,
    diagram: undefined,
    says: 'Copied tables',
  },
  {
    name: 'three findings when ten are too long',
    report: leaks(12, 100),
    rows: 3,
    diagram: undefined,
    says: 'In the job summary: 9 more findings.',
  },
  {
    name: 'the verdict and counts when one finding is too long',
    report: leaks(12, 900),
    rows: 0,
    diagram: undefined,
    says: 'In the job summary: 12 more findings.',
  },
  {
    name: 'the verdict when names alone are too long',
    report: { ...named('x'.repeat(70_000)), findings: [] },
    rows: 0,
    diagram: undefined,
    says: 'All else is in the job summary.',
  },
];

test.each(sizes)('the comment has $name', ({ report, rows, diagram, says }) => {
  const comment = renderComment(report);

  expect(comment.match(/^\| (❌|⚠️)/gm)?.length ?? 0).toBe(rows);
  expect(/<summary>(Where .*?|The .*?)<\/summary>/.exec(comment)?.[1]).toBe(diagram);
  expect(comment).toContain(says);
  expect(comment.startsWith('## ❌')).toBe(true);
});

test('marker, footer and comment together are what GitHub takes', () => {
  for (const { report } of sizes) {
    expect(Buffer.byteLength(renderComment(report)) + 1000).toBeLessThanOrEqual(65_000);
    expect(Buffer.byteLength(renderSummary(report))).toBeLessThanOrEqual(1_000_000);
  }
});

test('each finding has its whole path, the place of each step and a fix', () => {
  const comment = renderComment({ ...PASSING, findings: [FINDINGS['pii-in-tier']] });

  for (const text of [
    '`raw.raw_user.email`',
    '→ `stg_users.contact` ← `lower(email)` at `models/staging/stg_users.sql:4:5`',
    '→ `mart_activity.contact` ← `u.contact` at `models/marts/safe/mart_activity.sql:3:5`',
    '`mask raw.raw_user.email with hash_pii in stg_users (tried: it mends this and changes nothing else)',
    "<br/>`models/staging/stg_users.sql:4`<br/>`- lower(email) as contact`<br/>`+ {{ hash_pii('lower(email)') }} as contact` |",
  ]) {
    expect(comment).toContain(text);
  }
});

test('the comment is the same for the same results, however long they took', () => {
  const slower: Report = {
    ...FAILING,
    stages: FAILING.stages.map((stage) => ({ ...stage, milliseconds: 9999 })),
    build: (FAILING.build ?? []).map((node) => ({ ...node, milliseconds: 9999 })),
  };

  expect(renderComment(slower)).toBe(renderComment(FAILING));
});

test('the job summary has all findings, and the time of each stage', () => {
  const summary = renderSummary(leaks(300, 2));

  expect(summary.match(/^\| ❌/gm)?.length).toBe(300);
  expect(summary).toContain('| `sync` | 0.10 s |');
});

test('the job summary says where the rest is when it is too much', () => {
  const summary = renderSummary(leaks(3000, 2));

  expect(summary).toContain('In report.json: ');
});
