import { basename, dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyExample, type Edit } from '../e2e/cli.ts';
import { sharedPostgres } from '../e2e/shared-postgres.ts';
import { type FakeGitHub, startFakeGitHub } from '../github/fake-github.ts';
import { type FinishedStep, runAction, type Step } from './run-action.ts';

let postgres: Awaited<ReturnType<typeof sharedPostgres>>;
beforeAll(async () => {
  postgres = await sharedPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

const HEAD = 'a'.repeat(40);
const LEAK: Edit = {
  file: 'models/marts/safe/mart_leak.sql',
  text: "select u.email as contact from {{ source('raw', 'raw_user') }} as u\n",
};

function pullRequest(headRepository: string | null = 'clinic/analytics') {
  return {
    repository: { full_name: 'clinic/analytics' },
    pull_request: {
      number: 7,
      head: { sha: HEAD, repo: headRepository === null ? null : { full_name: headRepository } },
    },
  };
}

/** A step in a checkout that has the example project in a folder, as it usually is. */
async function gate(github: FakeGitHub, edits: readonly Edit[] = [], step: Partial<Step> = {}): Promise<FinishedStep> {
  await using project = await copyExample(edits);
  // Awaited here: the project goes when this function ends.
  return await runAction({
    event: 'pull_request',
    payload: pullRequest(),
    apiUrl: github.url,
    workspace: dirname(project.directory),
    ...step,
    inputs: {
      'project-dir': basename(project.directory),
      'github-token': 'ghs_secret',
      'postgres-url': postgres.args[1] ?? '',
      // The checkout of these cases is no repository: `base.test.ts` has those with a base.
      'require-base': 'false',
      ...step.inputs,
    },
  });
}

/** Lines the runner takes as commands, by the first word. */
function commands(stdout: string, name: string): readonly string[] {
  return stdout.split(/\r\n|\r|\n/).filter((line) => line.trimStart().startsWith(`::${name}`));
}

test('the comment is created, updated when the commit or the verdict changes, and else left alone', async () => {
  await using github = await startFakeGitHub();

  const first = await gate(github);
  expect(first).toMatchObject({ code: 0 });
  expect(Object.fromEntries(first.outputs)).toMatchObject({
    verdict: 'pass',
    violations: '0',
    failures: '0',
    comment: 'created',
    'comment-id': '1',
    'comment-url': github.comments[0]?.html_url,
  });
  expect(first.outputs.get('report-path')).toMatch(/target.fenceline.report\.json$/);
  expect(first.outputs.get('postgres-source')).toBeTruthy();
  expect(first.outputs.get('duckdb-source')).toBeTruthy();

  const leaking = await gate(github, [LEAK]);
  expect(leaking.code).toBe(1);
  expect(Object.fromEntries(leaking.outputs)).toMatchObject({ verdict: 'fail', violations: '1', comment: 'updated' });
  expect(commands(leaking.stdout, 'error')).toEqual([
    expect.stringMatching(/^::error .*file=clinic\/models\/marts\/safe\/mart_leak\.sql,line=1.*::.*contact/),
    '::error::The privacy contract is violated: 1 error.',
  ]);
  expect(leaking.summary).toContain('mart_leak');

  const again = await gate(github, [LEAK]);
  expect(again.outputs.get('comment')).toBe('unchanged');

  expect(github.comments).toHaveLength(1);
  expect(github.comments[0]?.body).toMatch(/^<!-- fenceline:v1 key=clinic sha=a{40} report=[0-9a-f]{64} -->\n/);
  expect(github.comments[0]?.body).toContain('mart_leak');
  expect(github.writes()).toEqual([
    'POST /repos/clinic/analytics/issues/7/comments',
    'PATCH /repos/clinic/analytics/issues/comments/1',
  ]);
  for (const { stdout, stderr, summary } of [first, leaking, again]) {
    expect(stdout + stderr + summary).not.toContain('ghs_secret');
  }
});

test('a fork gets the job summary where its token may not write', async () => {
  await using github = await startFakeGitHub();
  github.failAlways(/^POST .*comments/, { status: 403, message: 'Resource not accessible by integration' });

  const { code, outputs, stdout, summary } = await gate(github, [], { payload: pullRequest('mallory/analytics') });

  expect(code).toBe(0);
  expect(outputs.get('comment')).toBe('skipped:fork');
  expect(commands(stdout, 'notice')).toHaveLength(1);
  expect(summary).toContain('##');
  expect(github.comments).toEqual([]);
});

test('a token that may not write is a warning', async () => {
  await using github = await startFakeGitHub();
  github.failAlways(/^POST .*comments/, { status: 403, message: 'Resource not accessible by integration' });

  const { code, outputs, stdout, summary } = await gate(github);

  expect(code).toBe(0);
  expect(Object.fromEntries(outputs)).toMatchObject({ verdict: 'pass', comment: 'skipped:no-permission' });
  expect(commands(stdout, 'warning').at(-1)).toContain('pull-requests: write');
  expect(summary).toContain('##');
});

test('a mistake in the project is no verdict, and the comment says so', async () => {
  await using github = await startFakeGitHub();
  const mistake: Edit = { file: 'models/marts/safe/mart_new.sql', text: "select 1 from {{ ref('stg_user') }}\n" };

  const { code, outputs, stdout } = await gate(github, [mistake]);

  expect(code).toBe(1);
  expect(Object.fromEntries(outputs)).toMatchObject({ verdict: 'error', comment: 'created' });
  expect(github.comments[0]?.body).toContain('Fenceline could not decide');
  expect(github.comments[0]?.body).toContain('stg_users');
  expect(commands(stdout, 'error').at(-1)).toContain('Fenceline could not decide');
});

test('an event that lends secrets to strangers is refused before anything runs', async () => {
  await using github = await startFakeGitHub();

  const { code, outputs, stdout } = await gate(github, [], { event: 'pull_request_target' });

  expect(code).toBe(1);
  expect(Object.fromEntries(outputs)).toEqual({ verdict: 'error' });
  expect(commands(stdout, 'error')).toEqual([expect.stringContaining('Fenceline does not run there')]);
  expect(github.requests).toEqual([]);
});

test('names in a pull request give the runner no commands', async () => {
  await using github = await startFakeGitHub();
  const hostile: Edit = {
    file: 'models/marts/safe/mart_hostile.sql',
    text: `select u.email as "::set-env name=X::y\n::warning::z ##[add-mask]a" from {{ source('raw', 'raw_user') }} as u\n`,
  };

  const { outputs, stdout } = await gate(github, [hostile], { event: 'push', payload: {} });

  expect(outputs.get('verdict')).toBe('fail');
  expect(outputs.get('comment')).toBe('skipped:no-pull-request');
  expect(commands(stdout, 'set-env')).toEqual([]);
  expect(commands(stdout, 'warning::z')).toEqual([]);
  expect(stdout).not.toContain('##[');
});

test.skipIf(process.platform === 'win32')(
  'a cancelled run ends by itself, and says nothing on the pull request',
  async () => {
    await using github = await startFakeGitHub();

    const { code, stdout } = await gate(github, [], {
      onStart: (child) => {
        child.stdout?.on('data', (text: string) => {
          if (text.includes('postgres')) child.kill('SIGINT');
        });
      },
    });

    expect(code).toBe(1);
    expect(commands(stdout, 'error')).toEqual(['::error::Cancelled; everything that was started is stopped.']);
    expect(github.writes()).toEqual([]);
  },
);
