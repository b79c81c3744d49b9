import type { Finding, PiiColumn, Rule } from '../../contract/finding.ts';
import type { Tier } from '../../contract/tier.ts';
import type { Step } from '../../lineage/flow.ts';
import type { Location } from '../../location.ts';
import type { Report } from '../report.ts';

const SAFE: Tier = { name: 'safe', path: 'marts/safe', allow: 'pseudonymous' };
const EMAIL: PiiColumn = {
  relation: 'raw.raw_user',
  uniqueId: 'source.clinic.raw.raw_user',
  column: 'email',
  piiType: 'email',
  declared: at('models/staging/_sources.yml:8:11'),
};

/** A location from its text: `at('models/a.sql:3:5')`. */
export function at(place: string): Location {
  const [file = '', line, column] = place.split(':');
  return { file, line: Number(line), column: Number(column) };
}

/** A step of a path: an e-mail read by staging. */
export const STAGED: Step = {
  type: 'DIRECT',
  subtype: 'TRANSFORMATION',
  uniqueId: 'model.clinic.stg_users',
  column: 'contact',
  state: 'clear',
  location: { ...at('models/staging/stg_users.sql:4:5'), end: { line: 4, column: 17 } },
  expression: 'lower(email)',
};
const MART: Step = {
  type: 'DIRECT',
  subtype: 'IDENTITY',
  uniqueId: 'model.clinic.mart_activity',
  column: 'contact',
  state: 'clear',
  location: at('models/marts/safe/mart_activity.sql:3:5'),
  expression: 'u.contact',
};

/** A finding of each rule; docs/rules.md shows their words. */
export const FINDINGS: { readonly [rule in Rule]: Extract<Finding, { readonly rule: rule }> } = {
  'pii-in-tier': {
    rule: 'pii-in-tier',
    severity: 'error',
    location: MART.location,
    model: 'mart_activity',
    column: 'contact',
    source: EMAIL,
    state: 'clear',
    masks: [],
    tier: SAFE,
    steps: [STAGED, MART],
    provenFix: {
      kind: 'mask',
      description: 'mask raw.raw_user.email with hash_pii in stg_users',
      file: 'models/staging/stg_users.sql',
      line: 4,
      before: 'lower(email) as contact',
      after: "{{ hash_pii('lower(email)') }} as contact",
      edit: {
        line: 4,
        column: 5,
        end: { line: 4, column: 28 },
        text: "{{ hash_pii('lower(email)') }} as contact",
      },
    },
  },
  'pii-column-name': {
    rule: 'pii-column-name',
    severity: 'error',
    location: at('models/marts/safe/mart_contacts.sql:2:15'),
    model: 'mart_contacts',
    column: '*',
    source: EMAIL,
    state: 'clear',
    masks: [],
    tier: SAFE,
    steps: [
      STAGED,
      {
        type: 'DIRECT',
        subtype: 'IDENTITY',
        uniqueId: 'model.clinic.mart_contacts',
        column: '*',
        state: 'clear',
        location: at('models/marts/safe/mart_contacts.sql:2:15'),
        expression: 'PIVOT ON contact',
      },
    ],
  },
  'unknown-flow': {
    rule: 'unknown-flow',
    severity: 'error',
    location: at('models/marts/safe/mart_pivot.sql:1:1'),
    model: 'mart_pivot',
    reason: 'a PIVOT whose columns depend on the data',
    tier: SAFE,
  },
  'indirect-flow': {
    rule: 'indirect-flow',
    severity: 'warning',
    location: at('models/marts/safe/mart_activity.sql:9:7'),
    model: 'mart_activity',
    column: undefined,
    source: EMAIL,
    subtype: 'FILTER',
    tier: SAFE,
    steps: [
      STAGED,
      {
        type: 'INDIRECT',
        subtype: 'FILTER',
        uniqueId: 'model.clinic.mart_activity',
        column: undefined,
        state: 'clear',
        location: at('models/marts/safe/mart_activity.sql:9:7'),
        expression: "u.contact like '…'",
      },
    ],
  },
  'undeclared-column': {
    rule: 'undeclared-column',
    severity: 'error',
    location: at('models/staging/_sources.yml:6:9'),
    relation: 'raw.raw_user',
    column: 'nickname',
  },
  'waiver-expired': {
    rule: 'waiver-expired',
    severity: 'warning',
    location: at('fenceline.yml:24:7'),
    model: 'mart_support_queue',
    column: 'requester',
    source: 'raw.raw_user.email',
    until: '2026-03-31',
    reason: 'DPO-112',
  },
  'waiver-unused': {
    rule: 'waiver-unused',
    severity: 'warning',
    location: at('fenceline.yml:25:7'),
    model: 'mart_activity',
    column: 'contract',
    source: 'raw.raw_user.email',
    nearest: { column: 'mart_activity.contact', source: 'raw.raw_user.email' },
  },
  'value-leak': {
    rule: 'value-leak',
    severity: 'error',
    location: at('models/marts/safe/mart_activity.sql:1:1'),
    model: 'mart_activity',
    column: 'note',
    source: EMAIL,
    rows: { exactly: 1200 },
    tier: SAFE,
  },
  'small-group': {
    rule: 'small-group',
    severity: 'warning',
    location: at('models/marts/safe/mart_volume.sql:1:1'),
    model: 'mart_volume',
    column: undefined,
    minimum: 5,
    groups: { below: 5 },
    tier: SAFE,
  },
  'untagged-pii': {
    rule: 'untagged-pii',
    severity: 'warning',
    location: at('models/staging/_sources.yml:12:9'),
    relation: 'raw.raw_user',
    column: 'contact_line',
    piiType: 'phone',
  },
  'unverified-mask': {
    rule: 'unverified-mask',
    severity: 'error',
    location: at('macros/hash_pii.sql:1:1'),
    macro: 'hash_pii',
    yields: 'pseudonymous',
    exposure: { how: 'guessed', leaves: 'clear', share: 1, kinds: ['phone number'] },
  },
  'weak-mask-secret': {
    rule: 'weak-mask-secret',
    severity: 'warning',
    location: at('macros/hash_pii.sql:1:1'),
    macro: 'hash_pii',
    secret: 'pii_salt',
    weakness: 'short',
    recovered: 0.97,
  },
  'pii-in-schema': {
    rule: 'pii-in-schema',
    severity: 'error',
    location: at('models/reports/contacts.sql:1:1'),
    schema: 'marts',
    tier: SAFE,
    holder: { kind: 'table', name: 'contacts', source: EMAIL },
  },
  'secret-exposed': {
    rule: 'secret-exposed',
    severity: 'error',
    location: at('models/marts/safe/mart_activity.sql:1:1'),
    node: 'mart_activity',
    secret: 'pii_salt',
  },
  'contract-weakened': {
    rule: 'contract-weakened',
    severity: 'error',
    location: at('models/staging/_sources.yml:9:11'),
    isNew: true,
    base: 'origin/main',
    change: { kind: 'untagged', subject: 'raw.raw_user.phone', was: 'phone', is: 'not tagged' },
  },
};

/** A report in which everything passed. */
export const PASSING: Report = {
  version: 1,
  tool: 'fenceline 0.1.0',
  project: 'clinic',
  verdict: 'pass',
  findings: [],
  waived: [],
  tiers: [
    { ...SAFE, models: 3 },
    { name: 'restricted', path: 'marts/restricted', allow: 'clear', models: 1 },
  ],
  coverage: { traced: 21, total: 21 },
  pii: {
    nodes: [
      {
        uniqueId: EMAIL.uniqueId,
        name: 'raw.raw_user',
        layer: 'source',
        tier: undefined,
        columns: [{ name: 'email', state: 'clear' }],
        leaks: false,
      },
      {
        uniqueId: 'model.clinic.stg_users',
        name: 'stg_users',
        layer: 'model',
        tier: undefined,
        columns: [{ name: 'email_hash', state: 'pseudonymous' }],
        leaks: false,
      },
    ],
    edges: [{ from: EMAIL.uniqueId, to: 'model.clinic.stg_users', state: 'pseudonymous', leaks: false }],
  },
  postgres: { origin: 'system 16.4', version: '16.4', milliseconds: 812 },
  sync: [{ table: 'raw_user', from: 'public.accounts_user', rows: 2500, columns: 9, milliseconds: 41 }],
  build: [
    {
      uniqueId: 'model.clinic.stg_users',
      name: 'stg_users',
      resourceType: 'model',
      materialized: 'table',
      status: 'success',
      rows: 2500,
      milliseconds: 12,
      location: 'models/staging/stg_users.sql:1:1',
    },
    {
      uniqueId: 'test.clinic.unique_stg_users_user_id.0123456789',
      name: 'unique_stg_users_user_id',
      resourceType: 'test',
      materialized: 'test',
      status: 'pass',
      failures: 0,
      milliseconds: 3,
      location: 'models/staging/_staging.yml:9:13',
    },
  ],
  stages: [
    { stage: 'postgres', milliseconds: 812 },
    { stage: 'sync', milliseconds: 96 },
    { stage: 'build', milliseconds: 420 },
  ],
};

/** A report with a finding of each rule, one of them waived, and a leak in the diagram. */
export const FAILING: Report = {
  ...PASSING,
  verdict: 'fail',
  fixes: { findings: 1, proven: 1, untried: 0 },
  findings: Object.values(FINDINGS),
  waived: [{ finding: FINDINGS['pii-in-tier'], reason: 'DPO-113', until: '2027-03-31' }],
  pii: {
    nodes: [
      ...PASSING.pii.nodes,
      {
        uniqueId: 'model.clinic.mart_activity',
        name: 'mart_activity',
        layer: 'model',
        tier: 'safe',
        columns: [{ name: 'contact', state: 'clear', leaks: true }],
        leaks: true,
      },
    ],
    edges: [
      { from: EMAIL.uniqueId, to: 'model.clinic.stg_users', state: 'clear', leaks: true },
      { from: 'model.clinic.stg_users', to: 'model.clinic.mart_activity', state: 'clear', leaks: true },
    ],
  },
};

/** A report whose contract holds, but a model and a test failed. */
export const BROKEN: Report = {
  ...PASSING,
  verdict: 'fail',
  folder: 'data/clinic warehouse',
  build: [
    ...(PASSING.build ?? []),
    {
      uniqueId: 'model.clinic.mart_volume',
      name: 'mart_volume',
      resourceType: 'model',
      materialized: 'table',
      status: 'error',
      message: 'models/marts/safe/mart_volume.sql:4:9 conversion error\n  fix: cast with try_cast',
      milliseconds: 8,
      location: 'models/marts/safe/mart_volume.sql:1:1',
    },
    {
      uniqueId: 'test.clinic.not_null_mart_volume_n.0123456789',
      name: 'not_null_mart_volume_n',
      resourceType: 'test',
      materialized: 'test',
      status: 'skipped',
      message: 'something it depends on failed',
      milliseconds: 0,
      location: 'models/marts/_marts.yml:9:13',
    },
    {
      uniqueId: 'test.clinic.unique_stg_users_email.0123456789',
      name: 'unique_stg_users_email',
      resourceType: 'test',
      materialized: 'test',
      status: 'fail',
      message: 'got 3 results, fails if != 0',
      failures: 3,
      milliseconds: 4,
      location: 'models/staging/_staging.yml:14:13',
    },
    {
      uniqueId: 'test.clinic.recent.0123456789',
      name: 'recent',
      resourceType: 'test',
      materialized: 'test',
      status: 'warn',
      message: 'got 1 result, warns if != 0',
      failures: 1,
      milliseconds: 2,
      location: 'tests/recent.sql:1:1',
    },
  ],
};

/** A report all of whose names are one text. */
export function named(name: string): Report {
  const location: Location = { file: `models/${name}.sql`, line: 3, column: 5 };
  const source: PiiColumn = { relation: name, uniqueId: `source.clinic.${name}`, column: name, piiType: name };
  const tier: Tier = { ...SAFE, name, path: name };
  const step: Step = { ...STAGED, uniqueId: `model.clinic.${name}`, column: name, location, expression: name };
  const leak: Finding = {
    ...FINDINGS['pii-in-tier'],
    location,
    model: name,
    column: name,
    source,
    tier,
    steps: [step],
    provenFix: { kind: 'mask', description: name, file: `models/${name}.sql`, line: 3, before: name, after: name },
  };
  const unknown: Finding = { ...FINDINGS['unknown-flow'], location, model: name, reason: name, tier };
  const change = { kind: 'untagged', subject: name, was: name, is: name } as const;
  const weaker: Finding = { ...FINDINGS['contract-weakened'], location, base: name, change };
  return {
    ...PASSING,
    tool: 'fenceline 0.1.0',
    project: name,
    folder: name,
    verdict: 'fail',
    findings: [
      leak,
      unknown,
      { ...FINDINGS['waiver-expired'], location, model: name, source: name, reason: name },
      weaker,
    ],
    waived: [{ finding: leak, reason: name, until: '2027-03-31' }],
    tiers: [{ ...tier, models: 1 }],
    pii: {
      nodes: [
        {
          uniqueId: name,
          name,
          layer: 'model',
          tier: name,
          columns: [{ name, state: 'clear', leaks: true }],
          leaks: true,
        },
      ],
      edges: [],
    },
    sync: [{ table: name, from: name, rows: 1, columns: 1, milliseconds: 1 }],
    build: [
      {
        uniqueId: name,
        name,
        resourceType: 'model',
        materialized: name,
        status: 'error',
        message: name,
        milliseconds: 1,
        location: `models/${name}.sql:3:5`,
      },
    ],
    stages: [{ stage: name, milliseconds: 1 }],
  };
}

/** A graph of `chains` paths through `length` models each, from one source to a mart of its own that leaks. */
export function chains(count: number, length: number): Report['pii'] {
  const node = (uniqueId: string, more: Partial<Report['pii']['nodes'][number]>) => ({
    uniqueId,
    name: uniqueId,
    layer: 'model' as const,
    tier: undefined,
    columns: [{ name: 'email', state: 'clear' as const }],
    leaks: false,
    ...more,
  });
  const paths = Array.from({ length: count }, (_, chain) => [
    'raw.raw_user',
    ...Array.from({ length }, (_, step) => `int_${chain}_${step}`),
    `mart_${chain}`,
  ]);
  return {
    nodes: [
      node('raw.raw_user', { layer: 'source' }),
      ...paths.flatMap((path) => path.slice(1, -1).map((uniqueId) => node(uniqueId, {}))),
      ...paths.map((path) =>
        node(path.at(-1) ?? '', {
          tier: 'safe',
          leaks: true,
          columns: [{ name: 'email', state: 'clear', leaks: true }],
        }),
      ),
    ],
    edges: paths.flatMap((path) =>
      path.slice(1).map((to, index) => ({ from: path[index] ?? '', to, state: 'clear' as const, leaks: true })),
    ),
  };
}
