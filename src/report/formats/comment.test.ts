import { expect, test } from 'vitest';
import type { Report } from '../report.ts';
import { REVIEW } from '../testing/comment-cases.ts';
import { chains, FAILING, FINDINGS, named, PASSING, STAGED } from '../testing/sample-report.ts';
import { renderComment } from './comment.ts';
import { renderSummary } from './summary.ts';

/** A report with `count` leaks, whose paths have `steps` steps each. */
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
  /** Rows of the table of leaks. */
  readonly rows: number;
  /** Number of diagrams: one of the leaks, one of all personal data. */
  readonly diagrams: number;
  readonly says: string;
}[] = [
  { name: 'everything when it is little', report: leaks(3, 2), rows: 3, diagrams: 2, says: 'Copied tables' },
  {
    name: 'ten leaks of many, and how many more there are',
    report: leaks(40, 2),
    rows: 10,
    diagrams: 2,
    says: 'In the job summary: 30 more columns that leak.',
  },
  {
    name: 'the leaks, but not everything, when names are long',
    report: leaks(12, 2, 'm'.repeat(2750)),
    rows: 10,
    diagrams: 1,
    says: 'In the job summary: 9 more paths.',
  },
  {
    name: 'no paths when they are too long',
    report: leaks(12, 900),
    rows: 10,
    diagrams: 1,
    says: 'In the job summary: 12 more paths.',
  },
  {
    name: 'the verdict when names alone are too long',
    report: { ...named('x'.repeat(70_000)), findings: [] },
    rows: 0,
    diagrams: 0,
    says: 'All else is in the job summary.',
  },
];

test.each(sizes)('the comment has $name', ({ report, rows, diagrams, says }) => {
  const comment = renderComment(report);

  expect(comment.match(/^\| (❌|🆕|old)/gm)?.length ?? 0).toBe(rows);
  expect(comment.match(/^```mermaid$/gm)?.length ?? 0).toBe(diagrams);
  expect(comment).toContain(says);
  expect(comment.startsWith('### ❌ Privacy gate ')).toBe(true);
});

test('marker, footer and comment together are what GitHub takes', () => {
  for (const { report } of sizes) {
    expect(Buffer.byteLength(renderComment(report)) + 1000).toBeLessThanOrEqual(65_000);
    expect(Buffer.byteLength(renderSummary(report))).toBeLessThanOrEqual(1_000_000);
  }
});

const LEAK = FINDINGS['pii-in-tier'];
const COMPARED: Report = {
  ...FAILING,
  judge: { kind: 'base', base: 'b'.repeat(40), commit: 'b'.repeat(40) },
  waived: [],
  findings: [],
  fixed: [],
};

const headings: readonly { readonly heading: string; readonly report: Report; readonly fails?: boolean }[] = [
  {
    heading: '❌ Privacy gate `clinic`: 2 new leaks, 1 already on `main`',
    report: {
      ...COMPARED,
      findings: [
        { ...LEAK, isNew: true },
        { ...LEAK, column: 'name', isNew: true },
        { ...LEAK, column: 'name', isNew: true, source: { ...LEAK.source, column: 'last_name' } },
        { ...LEAK, model: 'mart_old', isNew: false },
      ],
    },
  },
  {
    heading: '⚠️ Privacy gate `clinic`: 1 leak already on `main`',
    report: { ...COMPARED, findings: [{ ...LEAK, isNew: false }] },
    fails: false,
  },
  {
    heading: '❌ Privacy gate `clinic`: the contract is weaker, 1 model not proven, 1 other error',
    report: {
      ...COMPARED,
      findings: [FINDINGS['contract-weakened'], FINDINGS['unknown-flow'], FINDINGS['secret-exposed']],
    },
  },
  {
    heading: '✅ Privacy gate `clinic`: 1 leak fixed',
    report: { ...COMPARED, verdict: 'pass', fixed: [LEAK] },
    fails: false,
  },
  {
    heading: '⚠️ Privacy gate `clinic`: nothing is guarded, no model is in a tier with a limit',
    report: { ...COMPARED, verdict: 'pass', tiers: [{ name: 'all', path: 'marts', allow: 'clear', models: 4 }] },
    fails: false,
  },
  {
    heading: '⚠️ Privacy gate `clinic` in `data/warehouse`: no leak, 1 warning',
    report: { ...COMPARED, verdict: 'warn', folder: 'data/warehouse', findings: [FINDINGS['small-group']] },
    fails: false,
  },
  {
    heading: '✅ Privacy gate `data/clinic`: no personal data reaches a mart that must not hold it',
    report: { ...COMPARED, verdict: 'pass', folder: 'data/clinic' },
    fails: false,
  },
];

test.each(headings)('the heading says what differs: $heading', ({ heading, report, fails = true }) => {
  expect(renderComment(report, { ...REVIEW, fails }).split('\n')[0]).toBe(`### ${heading}`);
});

test('below the heading stand commit, base, what is proven and whether the contract is weaker, which comes first', () => {
  const weaker = { ...COMPARED, coverage: { traced: 20, total: 21 }, findings: [FINDINGS['contract-weakened']] };
  const commit = `commit [\`aaaaaaa\`](https://github.example/clinic/analytics/commit/${'a'.repeat(40)}) against \`main@bbbbbbb\``;

  expect(renderComment(COMPARED, REVIEW).split('\n')[2]).toBe(
    `${commit} · 21 of 21 columns proven · contract unchanged`,
  );
  expect(renderComment(weaker, REVIEW).split('\n')[2]).toBe(
    `**the contract is weaker: 1 change** · ${commit} · **20 of 21 columns proven, 1 unknown**`,
  );
  expect(renderComment({ ...COMPARED, judge: { kind: 'missing' } }, REVIEW).split('\n')[2]).toMatch(
    /^\*\*not compared with a base, judged by its own contract\*\* · commit /,
  );
});

test('a leak is one row, with its source columns joined, and leads to its line at the judged commit', () => {
  const last = { ...LEAK, isNew: true, source: { ...LEAK.source, column: 'last_name', piiType: 'name' } };
  const report = { ...COMPARED, folder: 'data/my warehouse', findings: [{ ...LEAK, isNew: true }, last] };

  expect(renderComment(report, REVIEW)).toContain(
    '| 🆕 `email`, `last_name` of `raw.raw_user` (`name`) | [`contact` of `mart_activity`](https://github.example/clinic/analytics/blob/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/data/my%20warehouse/models/marts/safe/mart_activity.sql#L3) | clear |',
  );
});

test('a leak that was found in rows may be new, unless it is known', () => {
  const found = FINDINGS['value-leak'];
  const of = (isNew: boolean | undefined) =>
    renderComment({ ...COMPARED, findings: [isNew === undefined ? found : { ...found, isNew }] }, REVIEW);

  expect(of(undefined)).toContain(': 1 leak that may be new\n');
  expect(of(undefined)).toContain('| 🆕? `email` of `raw.raw_user` |');
  expect(of(false)).toContain(': 1 leak already on `main`\n');
  expect(of(true)).toContain(': 1 new leak\n');
});

test('every model that leaks has a row before one has a second', () => {
  const column = (model: string, name: string) => ({ ...LEAK, model, column: name });
  const many = Array.from({ length: 20 }, (_, index) => column('mart_a', `c${index}`));
  const comment = renderComment({ ...COMPARED, findings: [...many, column('mart_b', 'x'), column('mart_c', 'y')] });

  expect([...comment.matchAll(/^\| 🆕\? .* of `(mart_\w)`/gm)].map(([, model]) => model).slice(0, 4)).toEqual([
    'mart_a',
    'mart_b',
    'mart_c',
    'mart_a',
  ]);
});

test('a proven change is a diff to copy, and a move is a move', () => {
  const move = {
    ...LEAK,
    column: 'phone',
    provenFix: {
      kind: 'move',
      description: 'move mart_activity to tier restricted',
      file: 'models/marts/safe/mart_activity.sql',
      line: 1,
      before: 'models/marts/safe/mart_activity.sql',
      after: 'models/marts/restricted/mart_activity.sql',
    },
  } as const;
  const comment = renderComment({ ...COMPARED, folder: 'warehouse', findings: [LEAK, move] });

  expect(comment).toContain("\n```diff\n- lower(email) as contact\n+ {{ hash_pii('lower(email)') }} as contact\n```\n");
  expect(comment).toContain('`warehouse/models/staging/stg_users.sql:4`');
  expect(comment).toContain(
    '\n```diff\nrename from warehouse/models/marts/safe/mart_activity.sql\nrename to warehouse/models/marts/restricted/mart_activity.sql\n```\n',
  );
});

test('what is already on the base is folded where something is new', () => {
  const findings = [
    { ...LEAK, isNew: true },
    { ...LEAK, model: 'mart_old', isNew: false },
  ];
  const [open = '', folded = ''] = renderComment({ ...COMPARED, findings }).split('<details>');

  expect(open).not.toContain('mart_old');
  expect(folded).toContain('Everything else: 1 old leak');
  expect(folded).toContain('| old: `email` of `raw.raw_user` | `contact` of `mart_old` | clear |');
});

test('a long name is one piece of code in which a line may break, and a name with other signs is not', () => {
  const long = { ...LEAK, model: 'mart_organization_activity', column: '_private_email_' };
  const hostile = { ...LEAK, model: 'mart_<b>organization</b>_x', column: 'x' };
  const comment = renderComment({ ...COMPARED, findings: [long, hostile] });

  expect(comment).toContain(
    '| <code>\\_private\\_<wbr>email\\_</code> of <code>mart\\_<wbr>organization\\_<wbr>activity</code> |',
  );
  expect(comment).toContain('| `x` of `mart_`<wbr>`<b>organizat`<wbr>`ion</b>_x` |');
});

test('what is left out of table and diagram is counted as it is', () => {
  const column = (model: string, name: string) => {
    const steps = [{ ...STAGED, uniqueId: `model.clinic.${model}`, column: name }];
    return { ...LEAK, model, column: name, steps };
  };
  const wide = Array.from({ length: 40 }, (_, index) => column('mart_a', `c${index}`));
  const marts = Array.from({ length: 30 }, (_, index) => column(`mart_${index}`, 'x'));
  const of = (findings: Report['findings']) => renderComment({ ...COMPARED, findings });

  expect(of(wide)).toContain('In the job summary: 30 more columns that leak.');
  expect(of(wide)).toMatch(/LEAK: c0<br\/>c1<br\/>c2<br\/>c3<br\/>and 36 more/);
  expect(of(marts)).toContain('In the job summary: 20 more columns that leak.');
  expect(of(marts)).toContain('In the job summary: 24 more models that leak.');
});

test('what is fixed is named', () => {
  const last = { ...LEAK, source: { ...LEAK.source, column: 'last_name' } };
  const fixed = [LEAK, last, FINDINGS['unknown-flow']];

  expect(renderComment({ ...COMPARED, verdict: 'pass', fixed }, REVIEW)).toContain(
    '\n**Fixed:**\n\n- `raw.raw_user.email` and 1 more no longer reaches `mart_activity.contact`\n- `mart_pivot` cannot be traced: ',
  );
});

test('exposures behind a leak are named with their owners, and the rows in which real values were found', () => {
  const exposure = { uniqueId: 'exposure.clinic.board', name: 'board', layer: 'exposure', tier: undefined } as const;
  const report: Report = {
    ...COMPARED,
    findings: [{ ...LEAK, rows: { exactly: 1200 } }],
    pii: {
      nodes: [...FAILING.pii.nodes, { ...exposure, columns: [], leaks: false, owner: 'Data team' }],
      edges: [
        ...FAILING.pii.edges,
        { from: 'model.clinic.mart_activity', to: exposure.uniqueId, state: 'clear', leaks: false },
      ],
    },
  };

  expect(renderComment(report)).toContain(
    '**Reach:** read by `board` (owner: `Data team`) · real values found in 1,200 rows of `mart_activity` (`contact`)',
  );
});

test('each leak has its whole path, the place of each step and a fix', () => {
  const comment = renderComment({ ...PASSING, findings: [FINDINGS['pii-in-tier']] });

  expect(comment).toContain(
    '`raw.raw_user.email` → `stg_users.contact` by `lower(email)` at `models/staging/stg_users.sql:4:5` → `mart_activity.contact` by `u.contact` at `models/marts/safe/mart_activity.sql:3:5`',
  );
  expect(comment).toContain(
    'to mend it: `mask raw.raw_user.email with hash_pii in stg_users` (tried: it mends this and changes nothing else)',
  );
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
