import { rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BOT, type FakeGitHub, type Fault, startFakeGitHub } from '../github/fake-github.ts';
import { type FinishedStep, runAction, type Step } from './run-action.ts';
import { addProject, type SmallProject, smallProject } from './small-project.ts';

const HEAD = 'a'.repeat(40);
const OWN = 'clinic/analytics';
const HTML = '<!doctype html><title>Unicorn!</title>';

let leaking: SmallProject;
let safe: SmallProject;
beforeAll(async () => {
  leaking = await smallProject('leaking');
  safe = await smallProject('safe');
});
afterAll(async () => {
  await leaking[Symbol.asyncDispose]();
  await safe[Symbol.asyncDispose]();
});

function pullRequest(headRepository = OWN) {
  return {
    repository: { full_name: OWN },
    pull_request: {
      number: 7,
      head: { sha: HEAD, repo: { full_name: headRepository } },
      base: { sha: 'b'.repeat(40), ref: 'main' },
    },
  };
}

const FINISHED_RUN = {
  repository: { full_name: OWN },
  workflow_run: {
    id: 99,
    event: 'pull_request',
    head_sha: HEAD,
    head_branch: 'work',
    head_repository: { full_name: 'mallory/analytics' },
  },
};
const COMMENT_INPUTS = { mode: 'comment', 'report-file': 'analytics/target/fenceline/report.json' };

interface Event extends Pick<Step, 'event' | 'payload'> {
  readonly name: string;
  readonly actor?: string;
  readonly inputs?: Step['inputs'];
  /** Reason in the output `comment` if GitHub refuses the token. */
  readonly refused?: string;
  /** Exit code for a project with a leak; absent for 1. A run that only comments decides nothing, and gives 0. */
  readonly code?: number;
}

/** Events with the payload and actor that GitHub gives them. */
const EVENTS: readonly Event[] = [
  { name: 'a pull request', event: 'pull_request', payload: pullRequest() },
  { name: 'a fork', event: 'pull_request', payload: pullRequest('mallory/analytics'), refused: 'fork' },
  {
    name: 'Dependabot',
    event: 'pull_request',
    payload: pullRequest(),
    actor: 'dependabot[bot]',
    refused: 'dependabot',
  },
  { name: 'a finished run', event: 'workflow_run', payload: FINISHED_RUN, inputs: COMMENT_INPUTS, code: 0 },
];

const OTHERS: readonly Event[] = [
  {
    name: 'a merge queue',
    event: 'merge_group',
    payload: {
      repository: { full_name: OWN },
      merge_group: { head_ref: 'refs/heads/gh-readonly-queue/main/pr-7-x', head_sha: HEAD, base_sha: 'b'.repeat(40) },
    },
  },
  { name: 'a push', event: 'push', payload: {} },
  { name: 'a schedule', event: 'schedule', payload: {} },
  { name: 'a dispatch', event: 'workflow_dispatch', payload: {} },
  { name: 'a release', event: 'release', payload: {} },
  { name: 'a run after a push', event: 'workflow_run', payload: { workflow_run: { event: 'push' } } },
];

interface Answer {
  readonly name: string;
  /** Matches the requests that get this answer; absent for those about comments. */
  readonly request?: RegExp;
  /** Answers to requests for the comment; `undefined`: the usual answers of GitHub. */
  readonly faults?: readonly Fault[];
  readonly isAlways?: boolean;
  /** The reason in the output `comment`; `undefined` where there is a comment. */
  readonly skipped?: string;
}

const ANSWERS: readonly Answer[] = [
  { name: 'what it should' },
  { name: '401', faults: [{ status: 401 }], isAlways: true, skipped: 'no-permission' },
  {
    name: '403',
    faults: [{ status: 403, message: 'Resource not accessible' }],
    isAlways: true,
    skipped: 'no-permission',
  },
  { name: '404', faults: [{ status: 404 }], isAlways: true, skipped: 'no-permission' },
  { name: '422', faults: [{ status: 422 }], isAlways: true, skipped: 'unavailable' },
  { name: '429, wait a second', faults: [{ status: 429, headers: { 'retry-after': '1' } }] },
  {
    name: '429, wait an hour',
    faults: [{ status: 429, headers: { 'retry-after': '3600' } }],
    isAlways: true,
    skipped: 'rate-limited',
  },
  { name: '500 twice and then what it should', faults: [{ status: 500 }, { status: 500 }] },
  {
    name: 'HTML',
    faults: [{ status: 200, text: HTML, contentType: 'text/html' }],
    isAlways: true,
    skipped: 'unavailable',
  },
  { name: 'an empty object', faults: [{ status: 200, text: '{}' }], isAlways: true, skipped: 'unavailable' },
  { name: 'half of some JSON', faults: [{ status: 200, text: '[{"id": 1, ' }], isAlways: true, skipped: 'unavailable' },
  { name: 'nothing, once', faults: [{ status: 500, isReset: true }] },
  { name: 'slowly', faults: [{ status: 200, delay: 1500, text: '[]' }] },
  {
    name: 'HTML to who writes',
    request: /graphql$/,
    faults: [{ status: 200, text: HTML, contentType: 'text/html' }],
    isAlways: true,
    skipped: 'unavailable',
  },
  {
    name: 'a refusal of GraphQL',
    request: /graphql$/,
    faults: [{ status: 200, text: '{"data": null, "errors": [{"type": "FORBIDDEN", "message": "no"}]}' }],
    isAlways: true,
  },
];

/** `npm run test:long` tests every answer for every event. Otherwise forks and Dependabot get only the answers that refuse the token. */
const IS_LONG = process.env['MODE'] === 'long';
const answersFor = ({ refused }: Event) =>
  IS_LONG || refused === undefined ? ANSWERS : ANSWERS.filter(({ skipped }) => skipped === 'no-permission');

function gate(github: FakeGitHub, project: SmallProject, step: Partial<Step> = {}): Promise<FinishedStep> {
  return runAction({
    event: 'pull_request',
    payload: pullRequest(),
    apiUrl: github.url,
    workspace: project.workspace,
    ...step,
    inputs: {
      'project-dir': project.folder,
      'github-token': 'ghs_secret',
      // These checkouts are no repositories: `base.test.ts` has those with a base.
      'require-base': 'false',
      ...step.inputs,
    },
  });
}

/** Runs some cases at once, but no more than the machine bears. */
async function atOnce<Case>(cases: readonly Case[], run: (one: Case) => Promise<void>): Promise<void> {
  const waiting = [...cases];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await run(next);
  };
  await Promise.all(Array.from({ length: 3 }, work));
}

test.each(EVENTS)(
  'whatever GitHub answers $name, the verdict is that of the contract',
  async (event) => {
    const { name: from, refused, code: expected = 1, inputs = {}, ...step } = event;
    await using unused = await startFakeGitHub();
    // This run writes the report that the step for `workflow_run` reads.
    await gate(unused, leaking, { event: 'push', payload: {} });
    await atOnce(answersFor(event), async ({ name, request = /\/comments\b/, faults = [], isAlways, skipped }) => {
      await using github = await startFakeGitHub();
      if (from === 'a finished run') github.headRepository = 'mallory/analytics';
      for (const fault of isAlways ? faults : []) github.failAlways(request, fault);
      if (!isAlways) github.failNext(request, ...faults);

      const { code, outputs, stderr } = await gate(github, leaking, { ...step, inputs });

      const reason = skipped === 'no-permission' ? (refused ?? skipped) : skipped;
      const answered = { event: from, answer: name };
      expect({
        ...answered,
        code,
        stderr,
        verdict: outputs.get('verdict'),
        violations: outputs.get('violations'),
      }).toEqual({ ...answered, code: expected, stderr: '', verdict: 'fail', violations: '1' });
      expect({ ...answered, comment: outputs.get('comment'), count: github.comments.length }).toEqual({
        ...answered,
        comment: reason === undefined ? 'created' : `skipped:${reason}`,
        count: reason === undefined ? 1 : 0,
      });
    });
  },
  600_000,
);

test('events without a pull request have a verdict and a summary, and ask GitHub for nothing', async () => {
  await atOnce(OTHERS, async ({ name, ...step }) => {
    await using github = await startFakeGitHub();
    // Each event has a project of its own: two runs that end at once would both put their warehouse in the place of the old one.
    await using project = await smallProject('safe');

    const { code, outputs, summary } = await gate(github, project, step);

    expect({ name, code, verdict: outputs.get('verdict'), comment: outputs.get('comment') }).toEqual({
      name,
      code: 0,
      verdict: 'pass',
      comment: 'skipped:no-pull-request',
    });
    expect(summary).toContain('Privacy gate');
    expect({ name, requests: github.requests }).toEqual({ name, requests: [] });
  });
});

describe('there is one comment', () => {
  test('of two runs at once, and one of each project', async () => {
    await using github = await startFakeGitHub();
    await using two = await smallProject('leaking', 'data/first');
    await addProject(two.workspace, 'data/second', 'safe');
    const second = { inputs: { 'project-dir': 'data/second' } };

    await Promise.all([gate(github, two), gate(github, two), gate(github, two, second)]);

    const visible = github.comments.filter(({ minimized }) => !minimized);
    expect(visible.map(({ body }) => /key=([\w.-]+)/.exec(body)?.[1]).sort()).toEqual(['data.first', 'data.second']);
    for (const { body } of visible) {
      expect(body).toContain(
        body.includes('key=data.first ') ? 'Privacy gate `tiny`: 1 leak' : 'Privacy gate `tiny`: no personal data',
      );
    }
  });

  test('among many others, planted markers and a hidden one of ours', async () => {
    await using github = await startFakeGitHub();
    const marker = `<!-- fenceline:v1 key=analytics sha=${'c'.repeat(40)} report=${'0'.repeat(64)} -->`;
    for (let other = 0; other < 120; other++) {
      github.addComment(`${marker}\nplanted`, { login: 'mallory', type: 'User' });
    }
    const ours = github.addComment(`${marker}\n### ✅ passed`, BOT);
    ours.minimized = true;

    const { outputs } = await gate(github, leaking);

    expect(outputs.get('comment')).toBe('updated');
    expect(ours).toMatchObject({ minimized: false, body: expect.stringContaining('1 leak') });
    expect(github.comments).toHaveLength(121);
  });
});

test('a locked conversation is named', async () => {
  await using github = await startFakeGitHub();
  github.failAlways(/^POST .*comments/, { status: 403, message: 'Unable to create comment because issue is locked.' });

  const { code, outputs, stdout } = await gate(github, leaking);

  expect({ code, comment: outputs.get('comment') }).toEqual({ code: 1, comment: 'skipped:locked' });
  expect(stdout).toContain('::notice::No comment: the conversation of the pull request is locked.');
});

describe.skipIf(process.platform === 'win32')('a runner that fails changes no verdict', () => {
  const cases: readonly { readonly name: string; readonly environment: Readonly<Record<string, string>> }[] = [
    { name: 'without a file for the summary', environment: { GITHUB_STEP_SUMMARY: '' } },
    { name: 'with a summary that is not there', environment: { GITHUB_STEP_SUMMARY: '/nowhere/summary.md' } },
    { name: 'with outputs that are not there', environment: { GITHUB_OUTPUT: '/nowhere/output' } },
    { name: 'with outputs on a full disk', environment: { GITHUB_OUTPUT: '/dev/full' } },
    { name: 'with a summary on a full disk', environment: { GITHUB_STEP_SUMMARY: '/dev/full' } },
  ];

  test.each(cases)('$name', async ({ environment }) => {
    await using github = await startFakeGitHub();

    expect(await gate(github, safe, { environment })).toMatchObject({ code: 0, stderr: '' });
    const failed = await gate(github, leaking, { environment });

    expect(failed).toMatchObject({ code: 1, stderr: '' });
    expect(failed.stdout).toContain('::error::The privacy contract is violated: 1 error.');
    expect(github.comments).toHaveLength(1);
  });

  test('with a log that is full', async () => {
    await using github = await startFakeGitHub();

    expect((await gate(github, safe, { log: '/dev/full' })).code).toBe(0);
    expect((await gate(github, leaking, { log: '/dev/full' })).code).toBe(1);
  });
});

describe('mode: comment', () => {
  const step = { event: 'workflow_run', payload: FINISHED_RUN };
  const inputs = COMMENT_INPUTS;

  beforeAll(async () => {
    await using github = await startFakeGitHub();
    await gate(github, leaking, { event: 'push', payload: {} });
  });

  test('comments what the run of a fork reported, and says whose run it was', async () => {
    await using github = await startFakeGitHub();
    github.headRepository = 'mallory/analytics';

    const { code, outputs } = await gate(github, leaking, { ...step, inputs });

    expect({ code, ...Object.fromEntries(outputs) }).toMatchObject({ code: 0, verdict: 'fail', comment: 'created' });
    expect(github.comments[0]?.body).toContain('1 leak');
    expect(github.comments[0]?.body).toContain(
      '**reported by [an untrusted run](https://github.example/clinic/analytics/actions/runs/99) of `mallory/analytics`**',
    );
  });

  test('finds no pull request of a deleted fork', async () => {
    await using github = await startFakeGitHub();
    const payload = { ...FINISHED_RUN, workflow_run: { ...FINISHED_RUN.workflow_run, head_repository: null } };

    const { code, outputs, summary } = await gate(github, leaking, { ...step, payload, inputs });

    expect({ code, comment: outputs.get('comment') }).toEqual({ code: 0, comment: 'skipped:no-pull-request' });
    expect(summary).toContain('of `a deleted fork`');
  });

  test('finds no pull request where another repository or commit is its head', async () => {
    await using github = await startFakeGitHub();

    const { code, outputs } = await gate(github, leaking, { ...step, inputs });

    expect({ code, comment: outputs.get('comment') }).toEqual({ code: 0, comment: 'skipped:no-pull-request' });
    expect(github.comments).toEqual([]);
  });

  test.each([
    { name: 'is not there', file: 'gone.json' },
    { name: 'is no report', file: 'analytics/fenceline.yml' },
    { name: 'is outside', file: '../../../../etc/hostname' },
  ])('takes no report that $name', async ({ file }) => {
    await using github = await startFakeGitHub();

    const { code, outputs } = await gate(github, leaking, { ...step, inputs: { ...inputs, 'report-file': file } });

    expect({ code, verdict: outputs.get('verdict') }).toEqual({ code: 1, verdict: 'error' });
    expect(github.requests).toEqual([]);
  });

  test('needs the run of a pull request', async () => {
    await using github = await startFakeGitHub();

    const { code, stdout } = await gate(github, leaking, { event: 'push', payload: {}, inputs });

    expect(code).toBe(1);
    expect(stdout).toContain('use mode: comment in a workflow with on: workflow_run');
  });
});

describe('a policy of another repository', () => {
  const inputs = { config: 'clinic/policies/privacy.yml@v1' };
  const policy = (allow: string) => `version: 1\ncontract:\n  tiers: { safe: { path: marts, allow: ${allow} } }\n`;

  test('judges what the own contract of a project allows', async () => {
    await using github = await startFakeGitHub();
    await using project = await smallProject('leaking', 'analytics', 'clear');
    github.otherFiles.set('clinic/policies/privacy.yml', policy('none'));

    const { outputs } = await gate(github, project, { event: 'push', payload: {}, inputs });

    expect(Object.fromEntries(outputs)).toMatchObject({ verdict: 'fail', violations: '1' });
  });

  test('that cannot be read is no verdict', async () => {
    await using github = await startFakeGitHub();

    const { code, outputs, stdout } = await gate(github, safe, { event: 'push', payload: {}, inputs });

    expect({ code, verdict: outputs.get('verdict') }).toEqual({ code: 1, verdict: 'error' });
    expect(stdout).toContain('the policy clinic/policies/privacy.yml@v1 cannot be read from GitHub');
  });
});

test('outputs of an earlier run do not outlive one that cannot decide', async () => {
  await using github = await startFakeGitHub();
  await using project = await smallProject('leaking');
  await gate(github, project, { event: 'push', payload: {} });
  await addProject(project.workspace, project.folder, 'mistaken');

  const { outputs } = await gate(github, project, { event: 'push', payload: {} });

  expect(outputs.get('verdict')).toBe('error');
  const files = ['report.json', 'results.sarif', 'junit.xml'].map(
    (name) => `${project.workspace}/${project.folder}/target/fenceline/${name}`,
  );
  for (const file of files) {
    await expect(rm(file)).rejects.toThrow('ENOENT');
    await writeFile(file, '');
  }

  const wrong = await gate(github, project, { event: 'push', payload: {}, inputs: { 'fail-on': 'errors' } });

  expect(wrong.outputs.get('verdict')).toBe('error');
  for (const file of files) await expect(rm(file)).rejects.toThrow('ENOENT');
});
