import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { captureStdout } from '../../test/github/capture-stdout.ts';
import { startFakeGitHub } from '../../test/github/fake-github.ts';
import type { PullRequest } from './event.ts';
import type { Inputs } from './inputs.ts';
import { publishMessage } from './publish-message.ts';
import { PULL_REQUEST } from './testing/pull-request.ts';

const INPUTS: Inputs = {
  mode: 'run',
  reportFile: undefined,
  namedKey: undefined,
  projectDirectory: '/checkout',
  configFile: undefined,
  policy: undefined,
  select: [],
  postgres: { mode: 'auto', url: undefined, version: undefined, setup: undefined },
  baseRef: undefined,
  requireBase: true,
  failOn: 'error',
  comment: 'changes',
  commentKey: 'default',
  annotations: true,
  suggestions: true,
  token: 'secret',
};

let folder: string;
const path = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fenceline-publish-'));
  // The toolkit looks up where the summary goes only once.
  vi.stubEnv('GITHUB_STEP_SUMMARY', path('summary.md'));
  vi.stubEnv('GITHUB_OUTPUT', path('output'));
});

beforeEach(() => {
  writeFileSync(path('summary.md'), '');
  writeFileSync(path('output'), '');
});

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

async function say(given: { inputs?: Partial<Inputs>; pullRequest?: Partial<PullRequest>; refuses?: boolean }) {
  await using github = await startFakeGitHub();
  if (given.refuses) github.failAlways(/^POST .*comments/, { status: 403, message: 'Resource not accessible' });
  const runner = {
    workspace: '/checkout',
    apiUrl: github.url,
    runUrl: 'https://github.example/run',
    repositoryUrl: 'https://github.example/clinic/analytics',
    sha: 'c'.repeat(40),
    trigger: { ...PULL_REQUEST, ...given.pullRequest },
  };
  const message = { comment: '### Passed', summary: '### Passed', hasNews: true };
  const { signal } = new AbortController();
  const log = await captureStdout(async () => {
    await publishMessage(message, { ...INPUTS, ...given.inputs }, runner, signal);
  });
  return {
    log,
    comments: github.comments.map(({ body }) => body),
    output: readFileSync(path('output'), 'utf8'),
    summary: readFileSync(path('summary.md'), 'utf8'),
  };
}

test('the comment links how it was decided, how to waive, and the summary', async () => {
  const { comments, output } = await say({});
  expect(comments).toEqual([
    expect.stringMatching(
      /\n\n<sub>\[how this was decided\]\(.*\) · \[waive with a reason\]\(.*\) · full report: \[job summary\]\(https:\/\/github\.example\/run\) · page with the graph: `index\.html` among the \[artifacts\]\(.*\), where the workflow uploads `site-path`<\/sub>$/,
    ),
  ]);
  expect(output).toMatch(/^comment<<.*\ncreated\n.*comment-id<<.*comment-url<</s);
});

test("a fork's token that may write does so", async () => {
  const { comments } = await say({ pullRequest: { readOnly: 'fork' } });
  expect(comments).toHaveLength(1);
});

describe('without a comment there is still the summary', () => {
  const cases = [
    { name: 'none is wanted', given: { inputs: { comment: 'never' } }, reason: 'off', log: [] },
    {
      name: 'there is no token',
      given: { inputs: { token: '' } },
      reason: 'no-permission',
      log: ['::warning::No comment: the token may not write it'],
    },
    {
      name: 'Dependabot asks, and its token is refused',
      given: { pullRequest: { readOnly: 'dependabot' }, refuses: true },
      reason: 'dependabot',
      log: ['::notice::No comment: the token of a run for Dependabot cannot write'],
    },
    {
      name: 'the commit is not the newest',
      given: { pullRequest: { headSha: 'b'.repeat(40) } },
      reason: 'stale',
      log: ['::notice::No comment: a newer commit is on the pull request'],
    },
  ] as const;
  test.each(cases)('$name', async ({ given, reason, log }) => {
    const { comments, output, summary, log: lines } = await say(given);
    expect(lines).toEqual(log.map((line) => expect.stringContaining(line)));
    expect(comments).toEqual([]);
    expect(output).toContain(`\nskipped:${reason}\n`);
    expect(summary.trim()).toBe('### Passed');
  });
});
