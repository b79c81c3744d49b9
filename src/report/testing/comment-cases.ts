import type { Finding } from '../../contract/finding.ts';
import type { Step } from '../../lineage/flow.ts';
import type { Report } from '../report.ts';
import type { Review } from '../review.ts';
import { chains, FAILING, FINDINGS, PASSING, STAGED } from './sample-report.ts';

/** The pull request that the comments stand on. */
export const REVIEW: Review = {
  repositoryUrl: 'https://github.example/clinic/analytics',
  headSha: 'a'.repeat(40),
  baseName: 'main',
  fails: true,
};

const LEAK = FINDINGS['pii-in-tier'];
const COMPARED: Report = {
  ...PASSING,
  folder: 'analytics',
  judge: { kind: 'base', base: '3f2c1d0'.padEnd(40, '0'), commit: '3f2c1d0'.padEnd(40, '0') },
  fixed: [],
};
const FAILED: Report = { ...COMPARED, verdict: 'fail', pii: FAILING.pii };

function column(name: string, piiType: string) {
  return { ...LEAK.source, column: name, piiType };
}

function leak(model: string, name: string, more: Partial<typeof LEAK> = {}): Finding {
  const location = { file: `models/marts/safe/${model}.sql`, line: 3, column: 3 };
  const { provenFix: _, ...found } = LEAK;
  const step: Step = {
    type: 'DIRECT',
    subtype: 'IDENTITY',
    uniqueId: `model.clinic.${model}`,
    column: name,
    state: 'clear',
    location,
    expression: `u.${name}`,
  };
  return { ...found, model, column: name, location, isNew: true, steps: [step], ...more };
}

function concatenated(name: string): Finding {
  const location = { file: 'models/marts/safe/mart_support_queue.sql', line: 6, column: 3 };
  const place = { uniqueId: 'model.clinic.mart_support_queue', column: 'display', location };
  const steps = [{ ...STAGED, ...place, expression: "concat_ws('…', u.first_name, u.last_name)" }];
  return leak('mart_support_queue', 'display', { source: column(name, 'name'), steps, location });
}

const EMAIL = leak('mart_leak', 'contact', {
  rows: { exactly: 2000 },
  provenFix: {
    kind: 'mask',
    description: 'mask raw.raw_user.email with hash_pii in mart_leak',
    file: 'models/marts/safe/mart_leak.sql',
    line: 3,
    before: 'u.email as contact',
    after: "{{ hash_pii('u.email') }} as contact",
  },
});

/** One report for each kind of comment; the name is that of its golden folder. */
export const COMMENT_CASES: { readonly [name: string]: Report } = {
  'comment-pass': { ...COMPARED, fixed: [EMAIL] },
  'comment-one-leak': { ...FAILED, findings: [EMAIL] },
  'comment-three-leaks': {
    ...FAILED,
    findings: [
      EMAIL,
      concatenated('first_name'),
      concatenated('last_name'),
      { ...LEAK, isNew: true },
      leak('mart_old', 'phone', { source: column('phone', 'phone'), isNew: false }),
    ],
    waived: [{ finding: LEAK, reason: 'DPO-113', until: '2027-03-31' }],
    pii: {
      nodes: [
        ...FAILING.pii.nodes,
        {
          uniqueId: 'exposure.clinic.board',
          name: 'weekly_board',
          layer: 'exposure',
          tier: undefined,
          columns: [{ name: 'mart_activity.contact', state: 'clear' }],
          leaks: false,
          owner: 'Data team',
        },
      ],
      edges: [
        ...FAILING.pii.edges,
        { from: 'model.clinic.mart_activity', to: 'exposure.clinic.board', state: 'clear', leaks: false },
      ],
    },
  },
  'comment-forty-leaks': {
    ...FAILED,
    findings: Array.from({ length: 40 }, (_, index) =>
      leak('mart_customer_360_with_all_contact_details', `customer_contact_column_number_${index}`),
    ),
    pii: chains(1, 2),
  },
  'comment-many-marts': {
    ...FAILED,
    findings: Array.from({ length: 200 }, (_, index) => leak(`mart_${index}_of_a_large_warehouse`, 'contact')),
    pii: chains(200, 2),
  },
  'comment-weaker': { ...FAILED, findings: [FINDINGS['contract-weakened']] },
  'comment-unknown': {
    ...FAILED,
    coverage: { traced: 19, total: 21 },
    findings: [{ ...FINDINGS['unknown-flow'], isNew: true }],
  },
  'comment-long-names': {
    ...FAILED,
    folder: 'data/a_folder_with_a_very_long_name_that_goes_on_and_on/warehouse_of_the_clinic',
    findings: [leak('m'.repeat(180), 'c'.repeat(120), { source: column('s'.repeat(90), 't'.repeat(60)) })],
  },
};
