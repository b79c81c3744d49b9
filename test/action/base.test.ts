import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRepository } from '../../src/pipeline/testing/repository.ts';
import { EXAMPLE } from '../e2e/cli.ts';
import { type Checkout, mergeAgain, openCheckout, type PullRequest, push } from '../e2e/pull-request.ts';
import { sharedPostgres } from '../e2e/shared-postgres.ts';
import { type FakeGitHub, startFakeGitHub } from '../github/fake-github.ts';
import { type FinishedStep, runAction } from './run-action.ts';

let postgres: Awaited<ReturnType<typeof sharedPostgres>>;
beforeAll(async () => {
  postgres = await sharedPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

const MERGE = 'refs/pull/7/merge';
const OLD_LEAK = {
  'models/marts/safe/mart_old.sql': "select u.email as contact from {{ source('raw', 'raw_user') }} as u\n",
};
const NEW_LEAK = {
  'models/marts/safe/mart_new.sql': "select u.phone as contact from {{ source('raw', 'raw_user') }} as u\n",
};
const NO_LEAK = { 'models/marts/safe/mart_new.sql': 'select 1 as one\n' };
const ALLOWS_MORE = {
  'fenceline.yml': ['path: marts/safe, allow: pseudonymous', 'path: marts/safe, allow: partial'],
} as const;

function gate(
  github: FakeGitHub,
  { root }: Checkout,
  { headSha, baseSha }: PullRequest,
  inputs: Readonly<Record<string, string>> = {},
): Promise<FinishedStep> {
  github.headSha = headSha;
  return runAction({
    event: 'pull_request',
    payload: {
      repository: { full_name: 'clinic/analytics' },
      pull_request: {
        number: 7,
        head: { sha: headSha, repo: { full_name: 'clinic/analytics' } },
        base: { sha: baseSha, ref: 'main' },
      },
    },
    apiUrl: github.url,
    workspace: root,
    inputs: {
      'project-dir': 'warehouse',
      // One model is built: these cases are not about the build, which takes long.
      select: 'stg_events',
      'github-token': 'ghs_secret',
      'postgres-url': postgres.args[1] ?? '',
      ...inputs,
    },
  });
}

test('a pull request is compared with its base, and the next push updates the comment', async () => {
  await using github = await startFakeGitHub();
  using repository = openRepository(OLD_LEAK);
  await using checkout = await openCheckout(repository);

  const first = push(repository, { ...NEW_LEAK, ...ALLOWS_MORE });
  checkout.fetch(MERGE, 2);
  const weaker = await gate(github, checkout, first);

  expect(weaker).toMatchObject({ code: 1 });
  expect(Object.fromEntries(weaker.outputs)).toMatchObject({
    verdict: 'fail',
    violations: '3',
    'new-violations': '2',
    comment: 'created',
  });
  const [comment] = github.comments;
  expect(comment?.body).toContain(
    '### ❌ Privacy gate `clinic` in `warehouse`: the contract is weaker, 1 new leak, 1 already on `main`',
  );
  expect(comment?.body).toMatch(
    /- ❌ tier `safe` allows more: `pseudonymous` on `[0-9a-f]{9}`, `partial` now \(\[`warehouse\/fenceline\.yml:18:5`\]/,
  );
  const link = `https://github.example/clinic/analytics/blob/${first.headSha}/warehouse/models/marts/safe`;
  expect(comment?.body).toContain(
    `| 🆕 \`phone\` of \`raw.raw_user\` | [\`contact\` of \`mart_new\`](${link}/mart_new.sql#L1) | clear |`,
  );
  expect(comment?.body).toContain(
    `| old: \`email\` of \`raw.raw_user\` | [\`contact\` of \`mart_old\`](${link}/mart_old.sql#L1) | clear |`,
  );

  const second = push(repository, { ...NO_LEAK, 'fenceline.yml': ['allow: partial', 'allow: pseudonymous'] });
  checkout.fetch(MERGE, 2);
  const mended = await gate(github, checkout, second);

  expect(mended).toMatchObject({ code: 1 });
  expect(Object.fromEntries(mended.outputs)).toMatchObject({
    violations: '1',
    'new-violations': '0',
    comment: 'updated',
  });
  expect(github.comments).toEqual([comment]);
  expect(comment?.body).toContain(`sha=${second.headSha} `);
  expect(comment?.body).toContain('### ❌ Privacy gate `clinic` in `warehouse`: 1 leak already on `main`');
  expect(comment?.body).not.toContain('mart_new');
}, 120_000);

test('what the base got since the event is not taken for the pull request', async () => {
  await using github = await startFakeGitHub();
  using repository = openRepository();
  await using checkout = await openCheckout(repository);
  const pullRequest = push(repository, NO_LEAK);
  repository.edit(ALLOWS_MORE);
  repository.git('commit', '--quiet', '--all', '--message=allow');
  mergeAgain(repository);

  checkout.fetch(MERGE, 2);
  const { code, outputs, stdout } = await gate(github, checkout, pullRequest);

  expect({ code, stdout }).toMatchObject({ code: 0 });
  expect(stdout).toMatch(/✓ base +0 findings new since/);
  expect(outputs.get('verdict')).toBe('pass');
});

test('a checkout of the head alone is no verdict, which is the first that the comment says', async () => {
  await using github = await startFakeGitHub();
  using repository = openRepository(OLD_LEAK);
  await using checkout = await openCheckout(repository);
  const pullRequest = push(repository, ALLOWS_MORE);

  checkout.fetch(MERGE, 1);
  const { code, outputs } = await gate(github, checkout, pullRequest);

  expect(code).toBe(1);
  expect(Object.fromEntries(outputs)).toMatchObject({ verdict: 'error', comment: 'created' });
  expect(github.comments[0]?.body.split('\n')[1]).toBe(
    '### ⚠️ Privacy gate `warehouse`: no verdict, the base is not in this checkout, and only its contract may judge',
  );
  expect(github.comments[0]?.body).toContain('give actions/checkout fetch-depth: 2');
});

test('a checkout of the head alone judges itself where it may, and says so first', async () => {
  await using github = await startFakeGitHub();
  using repository = openRepository(OLD_LEAK);
  await using checkout = await openCheckout(repository);
  const pullRequest = push(repository, ALLOWS_MORE);

  checkout.fetch(MERGE, 1);
  const { code, outputs, stdout } = await gate(github, checkout, pullRequest, { 'require-base': 'false' });

  expect(code).toBe(1);
  expect(Object.fromEntries(outputs)).toMatchObject({ violations: '1', 'new-violations': '1' });
  expect(stdout).toMatch(/^::warning::.*not in this checkout.*fetch-depth: 2/m);
  expect(github.comments[0]?.body.split('\n')[1]).toBe('### ❌ Privacy gate `clinic` in `warehouse`: 1 leak');
  expect(github.comments[0]?.body.split('\n')[3]).toMatch(
    /^\*\*not compared with a base, judged by its own contract\*\* · commit /,
  );
});

test('the pull request that brings the first contract is told as such', async () => {
  await using github = await startFakeGitHub();
  using repository = openRepository();
  repository.git('rm', '--quiet', 'warehouse/fenceline.yml');
  repository.git('commit', '--quiet', '--message=none');
  await using checkout = await openCheckout(repository);
  const text = await readFile(join(EXAMPLE, 'fenceline.yml'), 'utf8');
  const pullRequest = push(repository, { 'fenceline.yml': text });

  checkout.fetch(MERGE, 2);
  const { code, outputs } = await gate(github, checkout, pullRequest);

  expect({ code, verdict: outputs.get('verdict') }).toEqual({ code: 0, verdict: 'pass' });
  expect(github.comments[0]?.body.split('\n')[1]).toBe(
    '### ✅ Privacy gate `clinic` in `warehouse`: no personal data reaches a mart that must not hold it',
  );
  expect(github.comments[0]?.body.split('\n')[3]).toMatch(
    /^\*\*first contract: the base has none, so it judges itself\*\* · commit /,
  );
});

test('what is weaker can be merged when an approver of the base approves that very commit', async () => {
  await using github = await startFakeGitHub();
  using repository = openRepository({ 'fenceline.yml': ['contract:\n', 'contract:\n  approvers: [Dora]\n'] });
  await using checkout = await openCheckout(repository);
  const first = push(repository, { 'fenceline.yml': ['approvers: [Dora]', 'approvers: [eve]'], ...NO_LEAK });
  const weaker = push(repository, ALLOWS_MORE);
  checkout.fetch(MERGE, 2);
  github.reviews.push({ user: { login: 'eve' }, state: 'APPROVED', commit_id: weaker.headSha });
  github.reviews.push({ user: { login: 'dora' }, state: 'APPROVED', commit_id: first.headSha });

  expect(await gate(github, checkout, weaker)).toMatchObject({ code: 1 });

  github.reviews.push({ user: { login: 'dora' }, state: 'APPROVED', commit_id: weaker.headSha });
  const { code, outputs } = await gate(github, checkout, weaker);

  expect({ code, verdict: outputs.get('verdict') }).toEqual({ code: 0, verdict: 'warn' });
  expect(github.comments[0]?.body.split('\n')[1]).toBe(
    '### ⚠️ Privacy gate `clinic` in `warehouse`: no leak, 2 warnings',
  );
  expect(github.comments[0]?.body.split('\n')[3]).toMatch(
    /^\*\*the contract is weaker than on the base, approved by `dora`\*\* · commit /,
  );
  expect(github.comments[0]?.body).toContain('; approved by `dora` (');
}, 120_000);

test('a base-ref that a shallow checkout lacks is no verdict, and the comment says what to do', async () => {
  await using github = await startFakeGitHub();
  using repository = openRepository();
  await using checkout = await openCheckout(repository);
  const pullRequest = push(repository, ALLOWS_MORE);

  checkout.fetch(MERGE, 1);
  const { code, outputs } = await gate(github, checkout, pullRequest, { 'base-ref': 'origin/main' });

  expect(code).toBe(1);
  expect(Object.fromEntries(outputs)).toMatchObject({ verdict: 'error', comment: 'created' });
  expect(github.comments[0]?.body).toContain("'origin/main' is no commit that this checkout has.");
  expect(github.comments[0]?.body).toContain('give actions/checkout fetch-depth: 0');
});

test('a base-ref that is there is what counts', async () => {
  await using github = await startFakeGitHub();
  using repository = openRepository(OLD_LEAK);
  await using checkout = await openCheckout(repository);
  const pullRequest = push(repository, NEW_LEAK);

  checkout.fetch(MERGE, 2);
  const { outputs } = await gate(github, checkout, pullRequest, { 'base-ref': pullRequest.headSha });

  expect(Object.fromEntries(outputs)).toMatchObject({ violations: '2', 'new-violations': '0' });
});
