import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Edits, openRepository, type Repository } from '../../src/pipeline/testing/repository.ts';
import type { Report } from '../../src/report/report.ts';
import { fenceline } from './cli.ts';
import { sharedPostgres } from './shared-postgres.ts';

let postgres: Awaited<ReturnType<typeof sharedPostgres>>;
beforeAll(async () => {
  postgres = await sharedPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

const SOURCES = 'models/staging/_sources.yml';
const PHONE = `          - name: phone
            data_type: varchar
            meta: { pii: true, pii_type: phone, sensitivity: medium }
            tags: [pii]
`;
const leakOf = (column: string) => `select u.${column} as contact from {{ source('raw', 'raw_user') }} as u\n`;

async function run({ directory }: Repository, base: string) {
  // Over a real server the example's own salt would be a warning: it stands in the repository.
  const env = { DBT_PII_SALT: 'c1f7-a-salt-of-the-tests-own-93ab' };
  const finished = await fenceline(['run', directory, '--base', base, '--select', 'stg_events', ...postgres.args], {
    env,
  });
  const report: Report = JSON.parse(await readFile(join(directory, 'target/fenceline/report.json'), 'utf8'));
  return { ...finished, report };
}

test('run --base tells the finding that is new from the one that the base has', async () => {
  using repository = openRepository({ 'models/marts/safe/mart_old.sql': leakOf('email') });
  repository.edit({ 'models/marts/safe/mart_new.sql': leakOf('phone') });

  const { code, stdout, stderr, report } = await run(repository, 'main');

  expect({ code, stderr }).toMatchObject({ code: 1 });
  expect(stderr).toMatch(/✓ base +1 finding new since main/);
  expect(stdout).toMatch(
    /models\/marts\/safe\/mart_new\.sql:1:\d+ error \(new\) mart_new\.contact carries raw\.raw_user\.phone/,
  );
  expect(stdout).toMatch(
    /models\/marts\/safe\/mart_old\.sql:1:\d+ error mart_old\.contact carries raw\.raw_user\.email/,
  );
  expect(stdout).toContain('FAIL 2 errors (1 new)');
  expect(report.findings.map(({ isNew, location }) => [location.file, isNew])).toEqual([
    ['models/marts/safe/mart_new.sql', true],
    ['models/marts/safe/mart_old.sql', false],
  ]);
});

const weakenings: readonly {
  readonly name: string;
  readonly head: Edits;
  readonly code: number;
  readonly says: string;
}[] = [
  {
    name: 'a tag that is gone',
    head: { [SOURCES]: [PHONE, '          - name: phone\n            data_type: varchar\n'] },
    code: 1,
    says: 'error (new) raw.raw_user.phone is no longer tagged as personal: phone on main, not tagged now',
  },
  {
    name: 'a tier that allows more',
    head: { 'fenceline.yml': ['allow: pseudonymous', 'allow: partial'] },
    code: 1,
    says: 'error (new) tier safe allows more: pseudonymous on main, partial now',
  },
  {
    name: 'a mask with another body',
    head: {
      'macros/hash_pii.sql': [
        "cast({{ column_name }} as varchar) || '",
        "lower(cast({{ column_name }} as varchar)) || '",
      ],
    },
    code: 1,
    says: 'error (new) mask hash_pii works in another way than on main: macro hash_pii changed',
  },
  {
    name: 'a new waiver',
    head: {
      'fenceline.yml': [
        '  masks:\n',
        '  waivers: [{ model: mart_new, column: contact, source: raw.raw_user.email, reason: DPO-1, until: 2999-12-31 }]\n  masks:\n',
      ],
      'models/marts/safe/mart_new.sql': leakOf('email'),
    },
    code: 1,
    says: 'error (new) the waiver for mart_new.contact and raw.raw_user.email lasts longer than 13 months: no waiver on main, until 2999-12-31: DPO-1 now',
  },
];

test.each(weakenings)('run --base tells $name', async ({ head, code, says }) => {
  using repository = openRepository();
  repository.edit(head);

  const finished = await run(repository, 'main');

  expect(finished).toMatchObject({ code });
  expect(finished.stdout).toContain(says);
  expect(finished.report.findings.filter(({ rule }) => rule === 'contract-weakened')).toHaveLength(1);
});

test('run --base refuses a ref that is not there before it starts anything', async () => {
  using repository = openRepository();

  const { code, stdout, stderr } = await fenceline(['run', repository.directory, '--base', 'mian', ...postgres.args]);

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain("'mian' is no commit that this checkout has. Did you mean 'main'?");
  expect(stderr).toContain('fix: fetch it: git fetch origin mian');
  expect(await readdir(repository.directory)).not.toContain('target');
});
