import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { ContractWeakened, Finding } from '../../contract/finding.ts';
import { findingKey } from '../../contract/finding-key.ts';
import { findPullRequestBase } from '../../git/base-tree.ts';
import { traceStatically } from '../../lineage/trace-statically.ts';
import { formatLocation } from '../../location.ts';
import { FINDINGS } from '../../report/testing/sample-report.ts';
import { findingText } from '../../report/words/finding-text.ts';
import { UserError } from '../../user-error.ts';
import { openCompared } from '../open/open-project.ts';
import { analyze } from '../pipeline.ts';
import { type Edits, openRepository, optionsFor, type Repository } from '../testing/repository.ts';
import { type BaseComparison, compareWithBase, markNew } from './compare-with-base.ts';

const SOURCES = 'models/staging/_sources.yml';
const MORE = 'models/staging/_more.yml';
const BIRTH = `          - name: date_of_birth
            data_type: date
            meta: { pii: true, pii_type: birth_date, sensitivity: high }
            tags: [pii]
`;
const EMAIL = `          - name: email
            data_type: varchar
            meta: { pii: true, pii_type: email, sensitivity: medium }
            tags: [pii]
`;

async function weakened(repository: Repository, ref = 'main'): Promise<readonly ContractWeakened[]> {
  return (await compared(repository, ref, [])).weakened;
}

async function compared({ directory }: Repository, ref: string, found: readonly Finding[]): Promise<BaseComparison> {
  const options = { ...optionsFor(directory), baseRef: ref };
  const { judge, ...opened } = await openCompared(options);
  if (!judge) throw new Error('a base is given');
  const { project, config, runTexts } = opened;
  const { masks } = config.contract;
  const trace = { project, masks, runTexts, warehouse: undefined, adapter: undefined, signal: options.signal };
  const head = { ...opened, lineage: await traceStatically(trace) };
  return compareWithBase({ judge, head, found, maskFindings: [], warehouse: undefined, options });
}

/** `error untagged fenceline.yml:18:5 what is wrong` */
function spell(finding: ContractWeakened): string {
  const { severity, change, location } = finding;
  return `${severity} ${change.kind} ${formatLocation(location)} ${findingText(finding).problem}`;
}

const cases: readonly {
  readonly name: string;
  readonly base?: Edits;
  readonly head?: Edits;
  readonly moved?: readonly [from: string, to: string];
  readonly says: readonly string[];
}[] = [
  { name: 'nothing has changed', says: [] },
  {
    name: 'a tag and its meta are gone',
    head: { [SOURCES]: [EMAIL, '          - name: email\n            data_type: varchar\n'] },
    says: [
      'error untagged models/staging/_sources.yml:36:19 raw.raw_user.email is no longer tagged as personal: email on main, not tagged now',
    ],
  },
  {
    name: 'a tag without meta is as good',
    head: { [SOURCES]: [EMAIL, '          - { name: email, data_type: varchar, tags: [pii] }\n'] },
    says: [],
  },
  {
    name: 'a personal column is no longer declared',
    head: { [SOURCES]: [BIRTH, ''] },
    says: [
      'error undeclared models/staging/_sources.yml:27:15 raw.raw_user.date_of_birth is no longer declared: birth_date on main, not declared now',
    ],
  },
  {
    name: 'a column that never leaves Postgres any more needs no declaration',
    head: { [SOURCES]: [BIRTH, ''], 'fenceline.yml': ['exclude: [password]', 'exclude: [password, date_of_birth]'] },
    says: [],
  },
  {
    name: 'another column is no longer declared',
    head: { [SOURCES]: ['          - name: last_login\n            data_type: timestamptz\n', ''] },
    says: [
      'warning undeclared models/staging/_sources.yml:27:15 raw.raw_user.last_login is no longer declared: not personal on main, not declared now',
    ],
  },
  {
    name: 'a source of another name over the same table has lost its tag',
    base: {
      [MORE]: `sources: [{name: a, schema: main, tables: [{name: x, columns: [{name: phone, data_type: text, tags: [pii]}]}]}]\n`,
    },
    head: {
      [MORE]: `sources: [{name: b, schema: main, tables: [{name: y, identifier: X, columns: [{name: phone, data_type: text}]}]}]\n`,
    },
    says: [
      'error untagged models/staging/_more.yml:1:86 b.y.phone is no longer tagged as personal: pii on main, not tagged now',
    ],
  },
  {
    name: 'a column leaves Postgres that did not',
    head: { 'fenceline.yml': [', exclude: [password]', ''] },
    says: [
      'error copied fenceline.yml:12:5 public.accounts_user.password is copied from Postgres, and is not tagged as personal: excluded on main, copied now',
    ],
  },
  {
    name: 'more columns leave Postgres, and new ones arrive without a word',
    base: {
      'fenceline.yml': [
        '    organization: { from: public.accounts_organization }',
        '    organization: { from: public.accounts_organization, columns: [id, name] }',
      ],
    },
    head: {
      'fenceline.yml': [
        'tables:\n    organization: { from: public.accounts_organization, columns: [id, name] }',
        'drift: { add: ignore, type: error }\n  tables:\n    organization: { from: public.accounts_organization, columns: [id, name, city] }',
      ],
    },
    says: [
      'error setting-lowered fenceline.yml:1:1 sync.drift.add is weaker than on main: warn on main, ignore now',
      'error setting-lowered fenceline.yml:12:5 sync.tables.organization.columns is weaker than on main: id, name on main, id, name, city now',
    ],
  },
  {
    name: 'the copied columns are no longer the declared ones',
    base: {
      'fenceline.yml': [
        '    organization: { from: public.accounts_organization }',
        '    organization: { from: public.accounts_organization, columns: declared }',
      ],
    },
    head: { 'fenceline.yml': [', columns: declared', ', columns: [id]'] },
    says: [
      'error setting-lowered fenceline.yml:11:5 sync.tables.organization.columns is weaker than on main: declared on main, id now',
    ],
  },
  {
    name: 'rows and masks of the copy are others',
    base: {
      'fenceline.yml': [
        '    organization: { from: public.accounts_organization }',
        '    organization: { from: public.accounts_organization, where: id < 9, mask: { name: domain, plan: domain, created_at: year } }',
      ],
    },
    head: {
      'fenceline.yml': ['where: id < 9, mask: { name: domain, plan: domain,', 'exclude: [plan], mask: { name: null,'],
    },
    says: [
      'error setting-lowered fenceline.yml:11:5 sync.tables.organization.where is weaker than on main: id < 9 on main, all rows now',
    ],
  },
  {
    name: 'a pattern copies tables that no YAML declares, and a declared one more',
    base: {
      'fenceline.yml': ['  tables:\n', '  tables:\n    more: { from: public.*, except: [accounts_*], to: "lake.*" }\n'],
    },
    head: {
      'fenceline.yml': [
        '  tables:\n    more: { from: public.*, except: [accounts_*],',
        '  drift: { table: ignore }\n  tables:\n    more: { from: public.*, except: [a*],',
      ],
      [MORE]:
        'sources: [{name: lake, schema: lake, tables: [{name: visits, columns: [{name: id, data_type: int}]}]}]\n',
    },
    says: [
      'warning table-added fenceline.yml:12:5 public.visits is copied from Postgres: not copied on main, more.visits now',
      'error setting-lowered fenceline.yml:1:1 sync.drift.table is weaker than on main: warn on main, ignore now',
      'error setting-lowered fenceline.yml:12:5 sync.tables.more is weaker than on main: public.*, except accounts_* on main, public.*, except a* now',
    ],
  },
  {
    name: 'a table comes from another database, whose address is a new one',
    head: {
      'fenceline.yml': [
        '  setup: [fixtures/schema.sql, fixtures/data.sql]\n\nsync:\n  schema: main\n  prefix: raw_\n  tables:\n    organization: { from',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: fenceline.yml writes variables like this
        '  setup: [fixtures/schema.sql, fixtures/data.sql]\n  crm: { url: "${CRM_URL}" }\nsync:\n  schema: main\n  prefix: raw_\n  tables:\n    organization: { database: crm, from',
      ],
    },
    says: [
      'warning table-added fenceline.yml:11:5 public.accounts_organization of crm is copied from Postgres: not copied on main, organization now',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: fenceline.yml writes variables like this
      'error url-changed fenceline.yml:1:1 postgres.crm.url is another one, which counts once main has it: a throwaway server on main, ${CRM_URL} now',
    ],
  },
  {
    name: 'a mask of the copy is gone',
    base: {
      'fenceline.yml': [
        '    organization: { from: public.accounts_organization }',
        '    organization: { from: public.accounts_organization, mask: { name: domain } }',
      ],
    },
    head: { 'fenceline.yml': ['mask: { name: domain }', 'where: id < 9'] },
    says: [
      'error setting-lowered fenceline.yml:11:5 sync.tables.organization.mask.name is weaker than on main: domain on main, no mask now',
    ],
  },
  {
    name: "a model's column is no longer tagged",
    base: {
      [MORE]: 'models: [{name: stg_events_more, columns: [{name: event_type, meta: {pii: true}}]}]\n',
      'models/staging/stg_events_more.sql': "select event_type from {{ ref('stg_events') }}\n",
    },
    head: { [MORE]: 'models: []\n' },
    says: [
      'error untagged models/staging/stg_events_more.sql:1:1 stg_events_more.event_type is no longer tagged as personal: pii on main, not tagged now',
    ],
  },
  {
    name: 'a tagged column of a model is gone with its tag',
    base: {
      [MORE]: 'models: [{name: stg_events_more, columns: [{name: gone, meta: {pii: true}}]}]\n',
      'models/staging/stg_events_more.sql': "select event_type from {{ ref('stg_events') }}\n",
    },
    head: { [MORE]: 'models: []\n' },
    says: [],
  },
  {
    name: 'a tier allows more',
    head: { 'fenceline.yml': ['allow: pseudonymous', 'allow: partial'] },
    says: ['error allow-raised fenceline.yml:18:5 tier safe allows more: pseudonymous on main, partial now'],
  },
  {
    name: 'a tier allows less',
    head: { 'fenceline.yml': ['allow: pseudonymous', 'allow: aggregate'] },
    says: [],
  },
  {
    name: 'a tier is gone',
    head: { 'fenceline.yml': ['    safe: { path: marts/safe, allow: pseudonymous }\n', ''] },
    says: [
      'error tier-removed fenceline.yml:18:5 tier safe is gone: safe (marts/safe, at most pseudonymous) on main, no tier now',
    ],
  },
  {
    name: 'a tier has another name',
    head: { 'fenceline.yml': ['    safe: {', '    public: {'] },
    says: [],
  },
  {
    name: 'a tier has a narrower path',
    base: { 'models/marts/safe/deep/m.sql': 'select 1 as one\n' },
    head: { 'fenceline.yml': ['path: marts/safe', 'path: marts/safe/deep'] },
    says: ['mart_appointment_funnel', 'mart_event_type_volume', 'mart_organization_activity'].map(
      (model) =>
        `error left-tier fenceline.yml:18:5 the tier of ${model} is weaker than on main: safe (marts/safe, at most pseudonymous) on main, no tier now`,
    ),
  },
  {
    name: 'a tier in front takes models away',
    base: { 'models/marts/safe/deep/m.sql': 'select 1 as one\n' },
    head: { 'fenceline.yml': ['    safe: {', '    hole: { path: marts/safe/deep, allow: clear }\n    safe: {'] },
    says: [
      'error left-tier fenceline.yml:19:5 the tier of m is weaker than on main: safe (marts/safe, at most pseudonymous) on main, hole (marts/safe/deep, allows all) now',
    ],
  },
  {
    name: 'a model has moved to where all is allowed',
    moved: ['models/marts/safe/mart_event_type_volume.sql', 'models/marts/restricted/mart_event_type_volume.sql'],
    says: [
      'error moved models/marts/restricted/mart_event_type_volume.sql:1:1 mart_event_type_volume was moved to a tier that is weaker than on main: safe (marts/safe, at most pseudonymous) on main, restricted (marts/restricted, allows all) now',
    ],
  },
  {
    name: 'a model has moved with its tier',
    moved: ['models/marts/safe', 'models/marts/public'],
    head: { 'fenceline.yml': ['path: marts/safe', 'path: marts/public'] },
    says: [
      'error tier-moved fenceline.yml:18:5 no tier as strict as safe holds its folder any more: safe (marts/safe, at most pseudonymous) on main, safe (marts/public, at most pseudonymous) now',
    ],
  },
  {
    name: 'a tier allows more, and has a narrower path besides',
    base: { 'models/marts/safe/deep/m.sql': 'select 1 as one\n', 'models/marts/_marts.yml': 'models: []\n' },
    head: { 'fenceline.yml': ['path: marts/safe, allow: pseudonymous', 'path: marts/safe/deep, allow: partial'] },
    says: [
      'error allow-raised fenceline.yml:18:5 tier safe allows more: pseudonymous on main, partial now',
      ...['mart_appointment_funnel', 'mart_event_type_volume', 'mart_organization_activity'].map(
        (model) => `error left-tier fenceline.yml:18:5 the tier of ${model} is weaker than on main`,
      ),
    ],
  },
  {
    name: 'policies and checks make less of what is found',
    head: {
      'fenceline.yml': [
        `  indirect: { filter: warn, join: allow, group_by: warn, sort: allow, window: warn, conditional: error, equality: error }
  undeclared_columns: error
  verify: { values: true, min_group_size: 5 }
`,
        `  indirect: { filter: allow, join: error, conditional: warn, equality: error }
  undeclared_columns: warn
  verify: { values: false, min_group_size: 3, small_groups: warn }
`,
      ],
    },
    says: [
      'error setting-lowered fenceline.yml:1:1 contract.indirect.filter is weaker than on main: warn on main, allow now',
      'error setting-lowered fenceline.yml:1:1 contract.indirect.conditional is weaker than on main: error on main, warn now',
      'error setting-lowered fenceline.yml:1:1 contract.undeclared_columns is weaker than on main: error on main, warn now',
      'error setting-lowered fenceline.yml:1:1 contract.verify.small_groups is weaker than on main: error on main, warn now',
      'error setting-lowered fenceline.yml:1:1 contract.verify.values is weaker than on main: true on main, false now',
      'error setting-lowered fenceline.yml:1:1 contract.verify.min_group_size is weaker than on main: 5 on main, 3 now',
    ],
  },
  {
    name: 'a check is no longer there',
    head: { 'fenceline.yml': ['  verify: { values: true, min_group_size: 5 }\n', ''] },
    says: [
      'error setting-lowered fenceline.yml:1:1 contract.verify.min_group_size is weaker than on main: 5 on main, not set now',
    ],
  },
  {
    name: 'fewer marks count as personal',
    base: {
      'fenceline.yml': [
        '  undeclared_columns: error\n',
        "  undeclared_columns: error\n  personal: { tags: ['pii:*', gdpr], meta: { class: [Personal, secret], policy: true }, none: error }\n",
      ],
    },
    head: {
      'fenceline.yml': [
        "  personal: { tags: ['pii:*', gdpr], meta: { class: [Personal, secret], policy: true }, none: error }\n",
        "  personal: { tags: ['pii:email', gdpr], meta: { class: secret, policy: 'mp_*' } }\n",
      ],
    },
    says: [
      'error setting-lowered fenceline.yml:1:1 contract.personal.none is weaker than on main: error on main, not set now',
      'error setting-lowered fenceline.yml:1:1 contract.personal.tags is weaker than on main: pii:* on main, no mark now',
      'error setting-lowered fenceline.yml:1:1 contract.personal.meta.class is weaker than on main: Personal on main, no mark now',
      'error setting-lowered fenceline.yml:1:1 contract.personal.meta.policy is weaker than on main: true on main, no mark now',
    ],
  },
  {
    name: 'a column is gone from the list of personal columns',
    base: {
      'fenceline.yml': [
        '  undeclared_columns: error\n',
        '  undeclared_columns: error\n  personal: { columns: pii.yml }\n',
      ],
      'pii.yml': 'raw.raw_user: [is_active, email]\n',
    },
    head: { 'pii.yml': 'raw.raw_user: [email]\n' },
    says: [
      'error untagged models/staging/_sources.yml:58:19 raw.raw_user.is_active is no longer tagged as personal: pii on main, not tagged now',
    ],
  },
  {
    name: 'more marks count as personal',
    base: {
      'fenceline.yml': [
        '  undeclared_columns: error\n',
        "  undeclared_columns: error\n  personal: { tags: ['pii:email', PII], meta: { class: [personal], pii: true } }\n",
      ],
    },
    head: {
      'fenceline.yml': [
        "  personal: { tags: ['pii:email', PII], meta: { class: [personal], pii: true } }\n",
        "  personal: { tags: ['pii:*'], meta: { class: true }, none: error }\n",
      ],
    },
    says: [],
  },
  {
    name: 'there is one mask more',
    head: {
      'fenceline.yml': ['  masks:\n', '  masks:\n    initial: { yields: aggregate }\n'],
      'macros/initial.sql': '{% macro initial(x) %}left({{ x }}, 1){% endmacro %}\n',
    },
    says: ['error mask-added fenceline.yml:21:5 initial counts as a mask: no mask on main, aggregate now'],
  },
  {
    name: 'a mask is declared to leave less, and has no secret any more',
    base: { 'fenceline.yml': ['yields: pseudonymous, secret', 'yields: partial, secret'] },
    head: { 'fenceline.yml': ['yields: partial, secret: pii_salt', 'yields: pseudonymous'] },
    says: [
      'error mask-yields fenceline.yml:21:5 mask hash_pii is declared to leave less of a value: partial on main, pseudonymous now',
      'error mask-secret fenceline.yml:21:5 mask hash_pii has no secret any more: pii_salt on main, no secret now',
    ],
  },
  {
    name: 'a mask is declared to leave more',
    head: { 'fenceline.yml': ['yields: pseudonymous, secret', 'yields: partial, secret'] },
    says: [],
  },
  {
    name: 'a mask has another body',
    head: { 'macros/hash_pii.sql': ['sha256(', 'md5('] },
    says: [
      'error mask-body macros/hash_pii.sql:3:1 mask hash_pii works in another way than on main: macro hash_pii changed',
    ],
  },
  {
    name: 'a macro that a mask calls has another body',
    base: {
      'macros/hash_pii.sql': ['sha256(', '{{ digest() }}('],
      'macros/digest.sql':
        '{% macro digest() %}{{ return(adapter.dispatch("digest")()) }}{% endmacro %}\n{% macro default__digest() %}sha256{% endmacro %}\n',
    },
    head: { 'macros/digest.sql': ['%}sha256{%', '%}md5{%'] },
    says: [
      'error mask-body macros/digest.sql:2:1 mask hash_pii works in another way than on main: macro default__digest changed',
    ],
  },
  {
    name: 'a mask prints something else with its own secret, and the same with any stand-in',
    head: {
      'macros/hash_pii.sql': [
        'sha256(',
        '{% if var("pii_salt") != "8f14c2a97be05d3614b2" %}coalesce(nullif({{ column_name }}, {{ column_name }}), \'\') || {% endif %}sha256(',
      ],
    },
    says: [
      'error mask-body macros/hash_pii.sql:3:1 mask hash_pii works in another way than on main: macro hash_pii changed',
    ],
  },
  {
    name: 'a mask whose secret is not at hand has another body, whatever it prints without one',
    base: { 'dbt_project.yml': ["env_var('DBT_PII_SALT', 'only-for-the-example-data')", "env_var('NO_SALT', '')"] },
    head: {
      'macros/hash_pii.sql': ['sha256(', '{% if var("pii_salt") %}md5(\'x\') || {% endif %}sha256('],
    },
    says: [
      'error mask-body macros/hash_pii.sql:3:1 mask hash_pii works in another way than on main: macro hash_pii changed',
    ],
  },
  {
    name: 'a macro that prints the same in other words is the same mask',
    head: {
      'macros/hash_pii.sql': [
        'sha256(cast({{ column_name }} as varchar) || \'{{ var("pii_salt") }}\')',
        '{% set salt = var("pii_salt") %}sha256(cast({{ column_name }} as varchar) || \'{{ salt }}\')',
      ],
    },
    says: [],
  },
  {
    name: 'other line ends are no other body',
    head: {
      'macros/hash_pii.sql':
        '{# A salted SHA-256 of the value as hex text: the same person stays countable and joinable, but not readable.\r\n   The salt is a secret: with it, anybody can try out e-mail addresses. #}\r\n{% macro hash_pii(column_name) %}\r\nsha256(cast({{ column_name }} as varchar) || \'{{ var("pii_salt") }}\')\r\n{% endmacro %}\r\n',
    },
    says: [],
  },
  {
    name: 'a waiver is new, one lasts longer, and one that has ended says nothing',
    base: {
      'fenceline.yml': [
        '  masks:\n',
        `  waivers:
    - { model: mart_event_type_volume, column: a, source: raw.raw_user.email, reason: DPO-1, until: 2026-12-01 }
  masks:
`,
      ],
    },
    head: {
      'fenceline.yml': [
        'until: 2026-12-01 }\n',
        `until: 2027-12-01 }
    - { model: mart_event_type_volume, column: b, source: raw.raw_user.email, reason: DPO-2, until: 2026-12-31 }
    - { model: mart_event_type_volume, column: c, source: raw.raw_user.email, reason: DPO-3, until: 2026-01-01 }
`,
      ],
    },
    says: [
      'warning waiver-extended fenceline.yml:21:7 the waiver for mart_event_type_volume.a and raw.raw_user.email lasts longer: until 2026-12-01 on main, until 2027-12-01: DPO-1 now',
      'warning waiver-added fenceline.yml:22:7 a waiver for mart_event_type_volume.b and raw.raw_user.email: no waiver on main, until 2026-12-31: DPO-2 now',
    ],
  },
  {
    name: 'of a base with a mistake only fenceline.yml can be compared',
    base: { 'models/marts/safe/broken.sql': "select * from {{ ref('nothing') }}\n" },
    head: {
      'models/marts/safe/broken.sql': 'select 1 as one\n',
      'fenceline.yml': ['path: marts/safe, allow: pseudonymous', 'path: marts/safe, allow: clear'],
    },
    says: [
      'error allow-raised fenceline.yml:18:5 tier safe allows more: pseudonymous on main, clear now',
      "error unknown fenceline.yml:1:1 the contract cannot be compared with the whole of main, where the project has a mistake: models/marts/safe/broken.sql:1:18 ref('nothing')",
    ],
  },
  {
    name: 'of a base whose fenceline.yml has a mistake nothing can be compared',
    base: { 'fenceline.yml': ['allow: pseudonymous', 'allow: anything'] },
    head: { 'fenceline.yml': ['allow: anything', 'allow: clear'] },
    says: [
      'error unknown fenceline.yml:1:1 the contract cannot be compared with the whole of main, where the project has a mistake: fenceline.yml:18:',
    ],
  },
];

test.each(cases)(
  '$name',
  async ({ base = {}, head = {}, moved, says }) => {
    using repository = openRepository(base);
    repository.edit(head);
    if (moved) renameSync(join(repository.directory, moved[0]), join(repository.directory, moved[1]));
    const found = (await weakened(repository)).map(spell);
    expect(found).toHaveLength(says.length);
    expect(found.map((text, index) => text.slice(0, says[index]?.length))).toEqual(says);
  },
  30_000,
);

test('an approver of the base lets a tier allow more, and so its schema, too', async () => {
  using repository = openRepository({ 'fenceline.yml': ['contract:\n', 'contract:\n  approvers: [Dora]\n'] });
  repository.edit({
    'fenceline.yml': ['path: marts/safe, allow: pseudonymous', 'path: marts/safe, allow: clear'],
    'models/marts/safe/open.sql': "select id, email from {{ source('raw', 'raw_user') }}\n",
  });
  const rulesFor = async (approvals: readonly string[]) => {
    const { contract } = await analyze({ ...optionsFor(repository.directory), baseRef: 'main', approvals });
    return contract.findings.map(({ severity, rule }) => `${severity} ${rule}`).sort();
  };

  expect(await rulesFor(['eve'])).toEqual(['error contract-weakened', 'error pii-in-schema']);
  expect(await rulesFor(['dora'])).toEqual(['warning contract-weakened']);
}, 60_000);

test('what the base got since the work branched off is not missing here', async () => {
  using repository = openRepository();
  repository.git('switch', '--quiet', '--create', 'work');
  repository.git('commit', '--quiet', '--allow-empty', '--message=work');
  repository.git('switch', '--quiet', 'main');
  repository.edit({
    [SOURCES]: ['          - name: last_login\n', '          - name: last_login\n            tags: [pii]\n'],
  });
  repository.git('commit', '--quiet', '--all', '--message=tag');
  repository.git('switch', '--quiet', 'work');
  expect(await weakened(repository)).toEqual([]);
}, 30_000);

test('before there was a contract nothing was weaker', async () => {
  using repository = openRepository();
  repository.git('rm', '--quiet', '--cached', 'warehouse/fenceline.yml');
  repository.git('commit', '--quiet', '--message=none');
  expect(await weakened(repository)).toEqual([]);
}, 30_000);

test('attributes of the repository hide no file of the base', async () => {
  using repository = openRepository({ '../.gitattributes': '*.yml export-ignore\n*.sql filter=gone\n' });
  repository.edit({ 'fenceline.yml': ['allow: pseudonymous', 'allow: clear'] });
  expect((await weakened(repository)).map(({ change }) => change.kind)).toEqual(['allow-raised']);
}, 30_000);

const refusals = [
  {
    name: 'a ref that is not there',
    ref: 'origin/mian',
    prepare: (repository: Repository) => repository.git('update-ref', 'refs/remotes/origin/main', 'HEAD'),
    says: "'origin/mian' is no commit that this checkout has. Did you mean 'origin/main'?\n  fix: fetch it: git fetch origin mian; in a GitHub workflow give actions/checkout fetch-depth: 0",
  },
  {
    name: 'a ref that looks like an option',
    ref: '--output=/dev/null',
    prepare: () => {},
    says: "'--output=/dev/null' is no commit that this checkout has.",
  },
  {
    name: 'no repository',
    ref: 'main',
    prepare: ({ root }: Repository) => renameSync(join(root, '.git'), join(root, 'git')),
    says: 'the project is in no git repository, so there is no base to compare with.\n  fix: run it in a checkout, or leave out --base',
  },
];

test.each(refusals)(
  '$name is a mistake of the user',
  async ({ ref, prepare, says }) => {
    using repository = openRepository();
    prepare(repository);
    const refused = await weakened(repository, ref).catch((error) => error);
    expect(refused).toBeInstanceOf(UserError);
    expect(String(refused.message)).toContain(says);
  },
  30_000,
);

test('the base of a pull request is what the head was merged into, else what the event says, where that is there', async () => {
  using repository = openRepository();
  const { git, directory } = repository;
  const main = git('rev-parse', 'main');
  git('switch', '--quiet', '--create', 'work');
  git('commit', '--quiet', '--allow-empty', '--message=work');
  const headSha = git('rev-parse', 'HEAD');
  const { environment, signal } = optionsFor(directory);
  const find = (baseSha: string | undefined) =>
    findPullRequestBase({ directory, headSha, baseSha, environment, signal });

  expect(await find(main)).toBe(main);
  expect(await find('a'.repeat(40))).toBeUndefined();
  expect(await find(undefined)).toBeUndefined();

  git('switch', '--quiet', 'main');
  git('commit', '--quiet', '--allow-empty', '--message=later');
  const later = git('rev-parse', 'HEAD');
  git('merge', '--quiet', '--no-ff', '--message=merge', 'work');
  expect(await find(main)).toBe(later);
});

test.skipIf(process.platform === 'win32')(
  'git that is missing, or refuses the folder, is named as the reason',
  async () => {
    using repository = openRepository();
    const { directory, root } = repository;
    const { signal } = optionsFor(directory);
    const find = (path: string) =>
      findPullRequestBase({
        directory,
        headSha: 'a'.repeat(40),
        baseSha: undefined,
        environment: { PATH: path },
        signal,
      });
    // This is the answer of git 2.35.2 in a folder of another user.
    const refusal = `#!/bin/sh\necho "fatal: detected dubious ownership in repository at '${root}'" >&2\nexit 128\n`;
    mkdirSync(join(root, 'bin'));
    writeFileSync(join(root, 'bin/git'), refusal, { mode: 0o755 });

    await expect(find('/nowhere')).rejects.toThrow('git cannot be started');
    await expect(find(join(root, 'bin'))).rejects.toThrow(
      `since it belongs to another user.\n  fix: allow it with: git config --global --add safe.directory '${root}'`,
    );
  },
);

test('the folder of the base is gone afterwards', async () => {
  using repository = openRepository();
  const before = readdirSync(repository.root);
  vi.stubEnv('TMPDIR', repository.root);
  try {
    repository.edit({ 'fenceline.yml': ['allow: pseudonymous', 'allow: clear'] });
    expect(await weakened(repository)).toHaveLength(1);
  } finally {
    vi.unstubAllEnvs();
  }
  expect(readdirSync(repository.root)).toEqual(before);
}, 30_000);

test('installed packages serve the base as well', async () => {
  using repository = openRepository({
    '../.gitignore': 'dbt_packages/\n',
    'dbt_packages/tools/dbt_project.yml': 'name: tools\nversion: "1"\n',
    'dbt_packages/tools/macros/one.sql': '{% macro one() %}1{% endmacro %}\n',
    'models/marts/safe/uses_package.sql': 'select {{ tools.one() }} as one\n',
  });
  expect(await weakened(repository)).toEqual([]);
}, 30_000);

const PACKAGES = 'packages: [{ package: acme/tools, version: 1.0.0 }]\n';
const TOOLS = {
  'packages.yml': PACKAGES,
  'dbt_packages/tools/dbt_project.yml': 'name: tools\nversion: "1"\n',
  'dbt_packages/tools/macros/salted.sql':
    "{% macro salted(x) %}sha256({{ x }} || '{{ var('pii_salt') }}'){% endmacro %}\n",
  'macros/hash_pii.sql': '{% macro hash_pii(x) %}{{ tools.salted(x) }}{% endmacro %}\n',
};

test('a mask that calls a package changes with the packages, also with those that the head commits', async () => {
  using repository = openRepository({ '../.gitignore': 'dbt_packages/\n', ...TOOLS });
  const subjects = async () => (await weakened(repository)).map(({ change }) => `${change.kind} ${change.was}`);
  expect(await subjects()).toEqual([]);

  repository.edit({ 'packages.yml': PACKAGES.replace('1.0.0', '1.0.1') });
  expect(await subjects()).toEqual(['mask-body package tools']);

  repository.edit({ 'packages.yml': PACKAGES });
  repository.git('add', '--force', 'warehouse/dbt_packages');
  expect(await subjects()).toEqual([expect.stringMatching(/^unknown /)]);
}, 60_000);

test('without git it says what to install', async () => {
  using repository = openRepository();
  const options = { ...optionsFor(repository.directory), baseRef: 'main', environment: { PATH: '/nowhere' } };
  await expect(analyze(options)).rejects.toThrow('git cannot be started');
}, 60_000);

test('a finding is new when the base lacks it', async () => {
  using repository = openRepository({
    'models/marts/safe/old_leak.sql': "select email from {{ source('raw', 'raw_user') }}\n",
  });
  repository.edit({
    'models/marts/safe/new_leak.sql': "select phone from {{ source('raw', 'raw_user') }}\n",
    'models/marts/safe/old_leak.sql': "select\n  id, email\nfrom {{ source('raw', 'raw_user') }}\n",
    'fenceline.yml': ['filter: warn', 'filter: allow'],
  });
  const { contract } = await analyze({ ...optionsFor(repository.directory), baseRef: 'main' });
  const marks = contract.findings.map((finding) => [
    finding.rule,
    'column' in finding ? finding.column : undefined,
    finding.isNew,
  ]);
  expect(marks).toEqual([
    ['contract-weakened', undefined, true],
    ['pii-in-tier', 'phone', true],
    ['pii-in-tier', 'email', false],
  ]);
}, 60_000);

const VOLUME = 'models/marts/safe/mart_event_type_volume.sql';
const EXTRA: Edits[string] = ['    event_date,\n', "    event_date,\n    max('x') as extra,\n"];
const rowAges: readonly {
  readonly name: string;
  readonly column?: string;
  readonly base?: Edits;
  readonly head: Edits;
  readonly isNew: boolean | undefined;
}[] = [
  {
    name: 'is old where nothing differs that its rows come from',
    head: { 'models/other.sql': 'select 1 as one\n' },
    isNew: false,
  },
  {
    name: 'is new in a model that the base lacks',
    base: { [VOLUME]: '{{ config(enabled=false) }} select 1 as one\n' },
    head: { [VOLUME]: "select 'a' as event_type\n" },
    isNew: true,
  },
  { name: 'is new in a column that the base lacks', column: 'extra', head: { [VOLUME]: EXTRA }, isNew: true },
  {
    name: 'is new where the base does not search rows',
    base: { 'fenceline.yml': ['values: true', 'values: false'] },
    head: { 'fenceline.yml': ['values: false', 'values: true'] },
    isNew: true,
  },
  {
    name: 'is new where the base does not mark the column',
    base: { [SOURCES]: [EMAIL, '          - { name: email, data_type: varchar }\n'] },
    head: { [SOURCES]: ['          - { name: email, data_type: varchar }\n', EMAIL] },
    isNew: true,
  },
  { name: 'may be old or new where the model differs', head: { [VOLUME]: ['count(*)', 'count(1)'] }, isNew: undefined },
  {
    name: 'may be old or new where a model before it differs',
    head: { 'models/staging/stg_events.sql': ['select', 'select distinct'] },
    isNew: undefined,
  },
  {
    name: 'may be old or new where a macro differs',
    head: { 'macros/hash_pii.sql': ['sha256(', 'md5('] },
    isNew: undefined,
  },
  {
    name: 'may be old or new where another part of a table is copied',
    head: { 'fenceline.yml': ['exclude: [password]', 'exclude: [password, phone]'] },
    isNew: undefined,
  },
];

test.each(rowAges)(
  'a finding in rows $name',
  async ({ column = 'event_type', base = {}, head, isNew }) => {
    using repository = openRepository(base);
    repository.edit(head);
    const finding: Finding = { ...FINDINGS['value-leak'], model: 'mart_event_type_volume', column };

    const { rowNovelty } = await compared(repository, 'main', [finding]);

    expect(rowNovelty?.get(findingKey(finding))).toBe(isNew);
  },
  60_000,
);

test('what only a run finds is not marked where the base says nothing about it', () => {
  const nothing = {
    findings: [],
    waived: [],
    tiers: [],
    coverage: { traced: 0, total: 0 },
    pii: { nodes: [], edges: [] },
    marks: { columns: 1, tables: 0, nearMisses: [] },
  };
  const marked = markNew({ ...nothing, findings: Object.values(FINDINGS) }, { weakened: [], baseFindings: new Set() });
  const open = marked.findings.filter(({ isNew }) => isNew === undefined).map(({ rule }) => rule);

  expect(open.sort()).toEqual(['small-group', 'undeclared-column', 'untagged-pii', 'value-leak', 'waiver-unused']);
});
