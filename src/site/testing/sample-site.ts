import type { Site, SiteColumn, SiteFinding, SiteNode } from '../site.ts';

function node(name: string, kind: SiteNode['kind'], more: Partial<SiteNode>): SiteNode {
  return {
    id: `${kind}.clinic.${name}`,
    name,
    kind,
    folder: 'staging',
    file: `models/staging/${name}.sql`,
    package: 'clinic',
    status: 'traced',
    tags: [],
    parents: [],
    columns: [],
    tests: [],
    ...more,
  };
}

const EMAIL: SiteColumn = {
  name: 'email',
  tags: ['pii'],
  piiType: 'email',
  sensitivity: 'medium',
  declared: 'models/staging/_sources.yml:8:11',
};

export const LEAK: SiteFinding = {
  rule: 'pii-in-tier',
  severity: 'error',
  judgement: 'leak',
  problem: 'mart_activity.contact carries raw.raw_user.email (email) in clear form; tier safe allows pseudonymous',
  fix: 'mask raw.raw_user.email with hash_pii in stg_users',
  place: 'models/marts/safe/mart_activity.sql:3:5',
  node: 2,
  column: 'contact',
  source: [0, 0],
  piiType: 'email',
  state: 'clear',
  tier: 'safe',
  allow: 'pseudonymous',
  steps: [
    {
      node: 1,
      column: 'contact',
      kind: 'TRANSFORMATION',
      state: 'clear',
      expression: 'lower(email)',
      place: 'models/staging/stg_users.sql:4:5',
    },
    {
      node: 2,
      column: 'contact',
      kind: 'IDENTITY',
      state: 'clear',
      expression: 'u.contact',
      place: 'models/marts/safe/mart_activity.sql:3:5',
    },
  ],
  diff: {
    file: 'models/staging/stg_users.sql',
    line: 4,
    removed: ['lower(email) as contact'],
    added: ["{{ hash_pii('lower(email)') }} as contact"],
  },
};

/** A project with a source, a staging model, and two marts of a safe tier, of which one leaks. */
export const LEAKING: Site = {
  version: 1,
  tool: 'fenceline 0.0.0',
  project: 'clinic',
  verdict: 'fail',
  run: { kind: 'check', started: '2026-11-25T12:00:00.000Z', leftOut: [], untriedFixes: 0 },
  marks: { columns: 2, tables: 0 },
  coverage: { traced: 3, total: 3 },
  tiers: [{ name: 'safe', path: 'marts/safe', allow: 'pseudonymous', models: 2 }],
  nodes: [
    node('raw.raw_user', 'source', {
      folder: 'raw',
      file: 'models/staging/_sources.yml',
      columns: [EMAIL, { ...EMAIL, name: 'birth', piiType: 'birth_date' }, { name: 'id' }],
    }),
    node('stg_users', 'model', {
      parents: [0],
      sql: "select\n    id,\n    {{ hash_pii('email') }} as email_hash,\n    lower(email) as contact\nfrom {{ source('raw', 'raw_user') }}\n",
      columns: [
        { name: 'id', type: 'INTEGER' },
        {
          name: 'email_hash',
          type: 'VARCHAR',
          holds: [{ source: [0, 0], state: 'pseudonymous', masks: ['hash_pii'] }],
        },
        { name: 'contact', type: 'VARCHAR', holds: [{ source: [0, 0], state: 'clear' }] },
      ],
      tests: [{ name: 'unique', column: 'id' }],
    }),
    node('mart_activity', 'model', {
      folder: 'marts/safe',
      file: 'models/marts/safe/mart_activity.sql',
      tier: 'safe',
      parents: [1],
      columns: [{ name: 'contact', type: 'VARCHAR', holds: [{ source: [0, 0], state: 'clear' }] }],
    }),
    node('mart_volume', 'model', {
      folder: 'marts/safe',
      file: 'models/marts/safe/mart_volume.sql',
      tier: 'safe',
      parents: [1],
      columns: [
        { name: 'days', type: 'BIGINT' },
        { name: 'events', type: 'BIGINT' },
      ],
    }),
  ],
  hops: [
    { from: [0, 2], to: [1, 0], kind: 'IDENTITY', state: 'clear', at: [2, 5], expression: 'id' },
    {
      from: [0, 0],
      to: [1, 1],
      kind: 'TRANSFORMATION',
      state: 'pseudonymous',
      masks: ['hash_pii'],
      at: [3, 5],
      expression: 'hash_pii(email)',
    },
    { from: [0, 0], to: [1, 2], kind: 'TRANSFORMATION', state: 'clear', at: [4, 5], expression: 'lower(email)' },
    { from: [1, 2], to: [2, 0], kind: 'IDENTITY', state: 'clear', at: [3, 5], expression: 'u.contact' },
    { from: [1, 0], to: [3, 0], kind: 'AGGREGATION', state: 'aggregate', at: [3, 5], expression: 'count(id)' },
    { from: [1, 0], to: [3, -1], kind: 'FILTER', state: 'clear', at: [5, 7], expression: 'id > …' },
  ],
  masks: [
    {
      name: 'hash_pii',
      yields: 'pseudonymous',
      secret: 'pii_salt',
      places: ['macros/hash_pii.sql:1:1'],
      kinds: ['e-mail'],
      result: 'withstood',
      attacks: [
        { name: 'kept', withstood: true },
        { name: 'secret', withstood: true },
      ],
    },
  ],
  exposures: [
    {
      id: 'exposure.clinic.dashboard',
      name: 'dashboard',
      label: 'Clinic dashboard',
      type: 'dashboard',
      owner: 'Data team',
      tags: [],
      parents: [2],
      shows: [{ column: [2, 0], source: [0, 0], state: 'clear' }],
      unknown: [],
    },
  ],
  findings: [LEAK],
  waived: [],
};

export const WAIVED: Site = {
  ...LEAKING,
  verdict: 'pass',
  findings: [],
  waived: [{ finding: LEAK, reason: 'DPO-112', until: '2027-03-31', daysLeft: 126 }],
};

/** The staging model leaves the column out. */
export const PASSING: Site = {
  ...LEAKING,
  verdict: 'pass',
  findings: [],
  exposures: [],
  hops: LEAKING.hops.filter(({ to }) => to[0] !== 2 && !(to[0] === 1 && to[1] === 2)),
  nodes: LEAKING.nodes.map((one, index) => (index === 2 ? { ...one, columns: [{ name: 'contact' }] } : one)),
};

export const UNKNOWN: Site = {
  ...PASSING,
  verdict: 'fail',
  nodes: PASSING.nodes.map((one, index) =>
    index === 3 ? { ...one, status: 'unknown', reason: 'a PIVOT whose columns depend on the data' } : one,
  ),
  findings: [
    {
      rule: 'unknown-flow',
      severity: 'error',
      judgement: 'unknown',
      problem: 'mart_volume cannot be traced: a PIVOT whose columns depend on the data; tier safe needs a proof',
      fix: 'rewrite that part, or take mart_volume out of the tier',
      place: 'models/marts/safe/mart_volume.sql:1:1',
      node: 3,
      tier: 'safe',
      allow: 'pseudonymous',
      steps: [],
    },
  ],
};
