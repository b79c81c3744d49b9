import { describe, expect, test } from 'vitest';
import { BOT, type FakeGitHub, type Fault, startFakeGitHub } from '../../test/github/fake-github.ts';
import { openGitHub } from './client.ts';
import { type CommentText, publishComment } from './comment.ts';
import type { PullRequest } from './event.ts';

const HEAD = 'a'.repeat(40);
const PULL_REQUEST: PullRequest = {
  kind: 'pull-request',
  owner: 'clinic',
  repo: 'analytics',
  number: 7,
  headSha: HEAD,
  baseSha: undefined,
  baseName: 'main',
  readOnly: undefined,
};
const USER = { login: 'mallory', type: 'User' } as const;
const MARKER = `<!-- fenceline:v1 key=default sha=${HEAD} report=${'0'.repeat(64)} -->`;

function publish(github: FakeGitHub, comment: Partial<CommentText> = {}, signal = new AbortController().signal) {
  const client = openGitHub({ token: 'secret', apiUrl: github.url, signal, milliseconds: 5000, retryMilliseconds: 1 });
  const text = { key: 'default', report: '### Passed', footer: 'links', creates: true, ...comment };
  return publishComment(client, PULL_REQUEST, text);
}

test('the first run creates the comment, later ones update it', async () => {
  await using github = await startFakeGitHub();

  expect(await publish(github)).toMatchObject({ outcome: 'created', id: 1 });
  expect(await publish(github, { report: '### Failed' })).toMatchObject({ outcome: 'updated', id: 1 });

  expect(github.comments).toHaveLength(1);
  expect(github.comments[0]?.body).toMatch(
    /^<!-- fenceline:v1 key=default sha=a{40} report=[0-9a-f]{64} -->\n### Failed\n\nlinks$/,
  );
});

test('the same report of the same commit is not written again, whatever its links are', async () => {
  await using github = await startFakeGitHub();
  await publish(github);

  expect(await publish(github, { footer: 'other links' })).toMatchObject({ outcome: 'unchanged', id: 1 });
  expect(github.writes()).toHaveLength(1);
});

test('the comment names the commit that was judged, also when the report is the same', async () => {
  await using github = await startFakeGitHub();
  github.addComment(MARKER.replace(HEAD, 'b'.repeat(40)), BOT);

  expect(await publish(github)).toMatchObject({ outcome: 'updated', id: 1 });
  expect(github.comments[0]?.body).toContain(`sha=${HEAD}`);
});

test('with nothing to say a comment is not created, but one that is there is updated', async () => {
  await using github = await startFakeGitHub();

  expect(await publish(github, { creates: false })).toEqual({ outcome: 'skipped', reason: 'nothing-new' });
  expect(github.writes()).toEqual([]);

  await publish(github, { report: '### Failed' });
  expect(await publish(github, { creates: false })).toMatchObject({ outcome: 'updated', id: 1 });
});

test('a comment that somebody hid is shown again when its verdict changes, and only then', async () => {
  await using github = await startFakeGitHub();
  await publish(github, { report: '### Failed\nfirst' });
  for (const comment of github.comments) comment.minimized = true;

  await publish(github, { report: '### Failed\nsecond' });
  expect(github.comments[0]?.minimized).toBe(true);

  await publish(github, { report: '### Passed' });
  expect(github.comments[0]?.minimized).toBe(false);
});

test('gates with other keys have comments of their own', async () => {
  await using github = await startFakeGitHub();
  await publish(github, { key: 'default' });

  expect(await publish(github, { key: 'default-2' })).toMatchObject({ outcome: 'created', id: 2 });
  expect(await publish(github, { key: 'default', report: 'x' })).toMatchObject({ outcome: 'updated', id: 1 });
});

describe('finding the own comment', () => {
  const cases = [
    { name: 'a marker written by a user is not obeyed', author: USER, viewer: BOT.login, expected: 'created' },
    { name: 'a marker by a deleted user is not obeyed', author: null, viewer: BOT.login, expected: 'created' },
    {
      name: "another bot's marker is not obeyed",
      author: { login: 'other[bot]', type: 'Bot' },
      viewer: BOT.login,
      expected: 'created',
    },
    { name: 'GraphQL may leave out [bot]', author: BOT, viewer: 'github-actions', expected: 'updated' },
    {
      name: 'a user named like the bot is not the bot',
      author: { login: 'github-actions', type: 'User' },
      viewer: BOT.login,
      expected: 'created',
    },
    { name: 'a personal token writes as its user', author: USER, viewer: 'mallory', expected: 'updated' },
    { name: 'without a viewer the token is that of a workflow', author: BOT, viewer: undefined, expected: 'updated' },
  ] as const;
  test.each(cases)('$name', async ({ author, viewer, expected }) => {
    await using github = await startFakeGitHub();
    github.viewer = viewer;
    github.addComment(`${MARKER}\nold`, author);

    expect(await publish(github)).toMatchObject({ outcome: expected });
  });

  test('a marker further down, as in a quotation, is none', async () => {
    await using github = await startFakeGitHub();
    github.addComment(`> ${MARKER}\nold`, BOT);

    expect(await publish(github)).toMatchObject({ outcome: 'created' });
  });

  test.each([31, 101, 250])('among %i others it is found', async (others) => {
    await using github = await startFakeGitHub();
    for (let other = 0; other < others; other++) github.addComment('hello', USER);
    const { id } = github.addComment(`${MARKER}\nold`, BOT);

    expect(await publish(github)).toMatchObject({ outcome: 'updated', id });
    expect(github.comments).toHaveLength(others + 1);
  });
});

describe('there is one comment whatever happens', () => {
  test('of two, the older stays and the other is hidden', async () => {
    await using github = await startFakeGitHub();
    github.addComment(`${MARKER}\nolder`, BOT);
    github.addComment(`${MARKER}\nnewer`, BOT);

    expect(await publish(github)).toMatchObject({ outcome: 'updated', id: 1 });
    expect(github.comments.map(({ minimized }) => minimized)).toEqual([false, true]);
  });

  test('another run creates one at the same moment', async () => {
    await using github = await startFakeGitHub();
    github.beforeNext(/^POST .*comments/, () => github.addComment(`${MARKER}\nthe other run's`, BOT));

    expect(await publish(github)).toMatchObject({ outcome: 'updated', id: 1 });
    expect(github.comments.map(({ minimized }) => minimized)).toEqual([false, true]);
  });

  test('it vanishes between list and update', async () => {
    await using github = await startFakeGitHub();
    github.addComment(`${MARKER}\nold`, BOT);
    github.beforeNext(/^PATCH/, () => github.comments.splice(0));

    expect(await publish(github)).toMatchObject({ outcome: 'created', id: 2 });
  });

  test('it moves to the page before, since another one is deleted between two pages', async () => {
    await using github = await startFakeGitHub();
    for (let other = 0; other < 100; other++) github.addComment('hello', USER);
    await publish(github);
    github.beforeNext(/^GET .*comments.*page=2/, () => github.comments.shift());

    expect(await publish(github, { report: 'other' })).toMatchObject({ outcome: 'updated' });
    expect(github.comments.filter(({ user }) => user?.login === BOT.login)).toHaveLength(1);
  });

  test('a list hides it all the time', async () => {
    await using github = await startFakeGitHub();
    await publish(github);
    github.failAlways(/^GET .*comments/, { status: 200, text: '[]' });

    expect(await publish(github, { report: 'other' })).toEqual({ outcome: 'skipped', reason: 'unavailable' });
    expect(github.comments).toHaveLength(1);
  });

  test('the answer to creating it is lost', async () => {
    await using github = await startFakeGitHub();
    github.failNext(/^POST .*comments/, { status: 502, takesEffect: true });

    expect(await publish(github)).toMatchObject({ outcome: 'unchanged', id: 1 });
    expect(github.comments).toHaveLength(1);
  });
});

test('a newer commit on the pull request has the word', async () => {
  await using github = await startFakeGitHub();
  github.headSha = 'b'.repeat(40);

  expect(await publish(github)).toEqual({ outcome: 'skipped', reason: 'stale' });
  expect(github.writes()).toEqual([]);
});

describe('what passes is tried again', () => {
  const cases: readonly { name: string; request: RegExp; faults: readonly Fault[] }[] = [
    { name: 'two server errors while reading', request: /^GET .*comments/, faults: [{ status: 500 }, { status: 500 }] },
    {
      name: 'two server errors while creating',
      request: /^POST .*comments/,
      faults: [{ status: 500 }, { status: 503 }],
    },
    {
      name: 'too many requests',
      request: /^GET .*comments/,
      faults: [{ status: 429, headers: { 'retry-after': '1' } }],
    },
  ];
  test.each(cases)('$name', async ({ request, faults }) => {
    await using github = await startFakeGitHub();
    github.failNext(request, ...faults);

    expect(await publish(github)).toMatchObject({ outcome: 'created' });
    expect(github.comments).toHaveLength(1);
  });
});

describe('what GitHub refuses is no failure of the run', () => {
  const cases: readonly { name: string; request: RegExp; fault: Fault; reason: string }[] = [
    {
      name: 'the token may not write',
      request: /^POST .*comments/,
      fault: { status: 403, message: 'Resource not accessible by integration' },
      reason: 'no-permission',
    },
    {
      name: 'a private repository hides itself',
      request: /^(POST|GET) .*comments/,
      fault: { status: 404 },
      reason: 'no-permission',
    },
    {
      name: 'creating is answered as not found',
      request: /^POST .*comments/,
      fault: { status: 404 },
      reason: 'no-permission',
    },
    { name: 'the token is not known', request: /^GET/, fault: { status: 401 }, reason: 'no-permission' },
    {
      name: 'the token has asked too often',
      request: /^GET .*comments/,
      fault: { status: 403, message: 'API rate limit exceeded' },
      reason: 'rate-limited',
    },
    {
      name: 'the token has written too often',
      request: /^POST .*comments/,
      fault: {
        status: 403,
        message: 'You have triggered an abuse detection mechanism.',
        headers: { 'retry-after': '60' },
      },
      reason: 'rate-limited',
    },
    {
      name: 'no request is left',
      request: /^GET .*comments/,
      fault: { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '9999999999' } },
      reason: 'rate-limited',
    },
    { name: 'issues are switched off', request: /^POST .*comments/, fault: { status: 410 }, reason: 'unavailable' },
    { name: 'the law forbids it', request: /^GET .*pulls/, fault: { status: 451 }, reason: 'unavailable' },
    {
      name: 'too many requests all the time',
      request: /^GET .*comments/,
      fault: { status: 429 },
      reason: 'rate-limited',
    },
    { name: 'GitHub is down', request: /./, fault: { status: 503 }, reason: 'unavailable' },
    { name: 'creating fails all the time', request: /^POST .*comments/, fault: { status: 500 }, reason: 'unavailable' },
    { name: 'the body is refused', request: /^POST .*comments/, fault: { status: 422 }, reason: 'unavailable' },
  ];
  test.each(cases)('$name', async ({ request, fault, reason }) => {
    await using github = await startFakeGitHub();
    github.failAlways(request, fault);

    expect(await publish(github)).toEqual({ outcome: 'skipped', reason });
    expect(github.comments).toEqual([]);
  });

  test('nobody answers at all', async () => {
    const github = await startFakeGitHub();
    await github[Symbol.asyncDispose]();

    expect(await publish(github)).toEqual({ outcome: 'skipped', reason: 'unavailable' });
  });

  test('the run is cancelled meanwhile', async () => {
    await using github = await startFakeGitHub();
    const cancelled = new AbortController();
    github.beforeNext(/^GET .*comments/, () => cancelled.abort());

    expect(await publish(github, {}, cancelled.signal)).toEqual({ outcome: 'skipped', reason: 'unavailable' });
    expect(github.comments).toEqual([]);
  });
});
