import { expect, test } from 'vitest';
import { BOT, type FakeGitHub, type Fault, startFakeGitHub } from '../../test/github/fake-github.ts';
import { openGitHub } from './client.ts';
import { type Published, publishComment } from './comment.ts';
import type { PullRequest } from './event.ts';

const PULL_REQUEST: PullRequest = {
  kind: 'pull-request',
  owner: 'clinic',
  repo: 'analytics',
  number: 7,
  headSha: 'a'.repeat(40),
  baseSha: undefined,
  baseName: 'main',
  readOnly: undefined,
};
const MARKER = `<!-- fenceline:v1 key=default sha=${'c'.repeat(40)} report=${'0'.repeat(64)} -->`;

/** Patterns of the requests that the publication of a comment makes. */
const REQUESTS: { readonly [request: string]: RegExp } = {
  'which commit is the head': /^GET .*\/pulls\/7$/,
  'who writes': /^POST \/graphql$/,
  'the list of comments': /^GET .*\/issues\/7\/comments/,
  creating: /^POST .*\/issues\/7\/comments/,
  updating: /^PATCH /,
  'every request': /./,
};

const HTML = { text: '<!doctype html><title>Unicorn!</title>', contentType: 'text/html' };
const ANSWERS: { readonly [answer: string]: Fault } = {
  '401': { status: 401 },
  '403': { status: 403, message: 'Resource not accessible by integration' },
  '403 for a rate': { status: 403, message: 'You have exceeded a secondary rate limit' },
  '403 for a lock': { status: 403, message: 'Unable to create comment because issue is locked.' },
  '403 for writing too much': { status: 403, message: 'abuse detection mechanism', headers: { 'retry-after': '0' } },
  '404': { status: 404 },
  '409': { status: 409 },
  '410': { status: 410 },
  '422': { status: 422 },
  '429, at once': { status: 429, headers: { 'retry-after': '0' } },
  '429, in an hour': { status: 429, headers: { 'retry-after': '3600' } },
  '500': { status: 500 },
  '502 of HTML': { status: 502, ...HTML },
  '200 of HTML': { status: 200, ...HTML },
  '200 and half of an answer': { status: 200, text: '[{"id": 1, ' },
  '{}': { status: 200, text: '{}' },
  '[]': { status: 200, text: '[]' },
  null: { status: 200, text: 'null' },
  nothing: { status: 204, text: '' },
  '301 to nowhere': { status: 301, headers: { location: '/elsewhere' } },
  'a refusal of GraphQL': { status: 200, text: '{"data": null, "errors": [{"type": "FORBIDDEN", "message": "no"}]}' },
  'a reset': { status: 500, isReset: true },
  late: { status: 500, delay: 20 },
};

/** Comments that the pull request has before the run, each with the code that adds them. */
const BEFORE: { readonly [state: string]: (github: FakeGitHub) => void } = {
  nothing: () => {},
  'a comment': (github) => github.addComment(`${MARKER}\n### Failed`, BOT),
  'a hidden comment and one of a stranger': (github) => {
    github.addComment(`${MARKER}\nplanted`, { login: 'mallory', type: 'User' });
    github.addComment(`${MARKER}\n### Failed`, BOT).minimized = true;
  },
};

function publish(github: FakeGitHub): Promise<Published> {
  const { signal } = new AbortController();
  const client = openGitHub({
    token: 'secret',
    apiUrl: github.url,
    signal,
    milliseconds: 60_000,
    retryMilliseconds: 1,
  });
  return publishComment(client, PULL_REQUEST, { key: 'default', report: '### Passed', footer: 'links', creates: true });
}

/** Headings of the gate's comments, oldest first; `hidden` for one that is hidden behind an older one. */
function headings(github: FakeGitHub): readonly string[] {
  const ours = github.comments.filter(({ user }) => user?.login === BOT.login);
  return ours.map(({ body, minimized }, index) => (index > 0 && minimized ? 'hidden' : (body.split('\n')[1] ?? '')));
}

const PLANS: { readonly [plan: string]: (github: FakeGitHub, request: RegExp, fault: Fault) => void } = {
  once: (github, request, fault) => github.failNext(request, fault),
  twice: (github, request, fault) => github.failNext(request, fault, fault),
  'once, with effect': (github, request, fault) => github.failNext(request, { ...fault, takesEffect: true }),
  always: (github, request, fault) => github.failAlways(request, fault),
};

/** Publishes twice: requests of the first run fail, those of the next one do not. Gives both outcomes, and the comments that remain. */
async function pushTwice(prepare: (github: FakeGitHub) => void, fail: (github: FakeGitHub) => void) {
  await using github = await startFakeGitHub();
  prepare(github);
  fail(github);
  const start = Date.now();
  const { outcome } = await publish(github);
  const isInTime = Date.now() - start < 60_000;
  const during = headings(github).filter((heading) => heading !== 'hidden').length;
  github.recover();
  const { outcome: next } = await publish(github);
  const [shown, ...others] = headings(github);
  return { outcome, isInTime, isDouble: during > 1, next, shown, others: others.filter((one) => one !== 'hidden') };
}

/** `npm run test:long` tests all combinations. Otherwise each pair of a request, a state, an answer and a plan is in some case. */
const IS_LONG = process.env['MODE'] === 'long';

const cases = Object.entries(REQUESTS).flatMap(([request, pattern], first) =>
  Object.entries(BEFORE).map(([before, prepare], second) => ({
    request,
    pattern,
    before,
    prepare,
    turn: first + second,
  })),
);

test.each(cases)('whatever GitHub answers to $request, there is one comment where there was $before', async (one) => {
  const plans = Object.entries(PLANS);
  for (const [index, [answer, fault]] of Object.entries(ANSWERS).entries()) {
    for (const [plan, fail] of IS_LONG ? plans : plans.slice((one.turn + index) % plans.length).slice(0, 1)) {
      const result = await pushTwice(one.prepare, (github) => fail(github, one.pattern, fault));

      expect({ answer, plan, ...result }).toEqual({
        answer,
        plan,
        outcome: expect.stringMatching(/^(created|updated|unchanged|skipped)$/),
        isInTime: true,
        isDouble: false,
        next: expect.stringMatching(/^(created|updated|unchanged)$/),
        shown: '### Passed',
        others: [],
      });
    }
  }
});
