import { describe, expect, test } from 'vitest';
import { decodeEvent } from './event.ts';

const pullRequest = (head: unknown) => ({
  repository: { full_name: 'clinic/analytics' },
  pull_request: { number: 7, head },
});
const OWN = { sha: 'abc', repo: { full_name: 'clinic/analytics' } };

describe('a pull request', () => {
  const cases = [
    { name: 'of a branch may be commented', head: OWN, actor: 'ana', readOnly: undefined },
    {
      name: 'of a fork may not',
      head: { sha: 'abc', repo: { full_name: 'ana/analytics' } },
      actor: 'ana',
      readOnly: 'fork',
    },
    { name: 'of a deleted fork may not', head: { sha: 'abc', repo: null }, actor: 'ana', readOnly: 'fork' },
    { name: 'of Dependabot may not', head: OWN, actor: 'dependabot[bot]', readOnly: 'dependabot' },
  ];
  test.each(cases)('$name', ({ head, actor, readOnly }) => {
    expect(decodeEvent('pull_request', pullRequest(head), actor)).toEqual({
      kind: 'pull-request',
      owner: 'clinic',
      repo: 'analytics',
      number: 7,
      headSha: 'abc',
      readOnly,
    });
  });
});

test.each([
  { name: 'a commit is the base', base: { sha: 'b'.repeat(40) }, baseSha: 'b'.repeat(40) },
  { name: 'what is no commit is none', base: { sha: '--upload-pack=x' }, baseSha: undefined },
  { name: 'no base is none', base: undefined, baseSha: undefined },
])('of a pull request $name', ({ base, baseSha }) => {
  const { repository, pull_request } = pullRequest(OWN);
  const payload = { repository, pull_request: { ...pull_request, base } };
  expect(decodeEvent('pull_request', payload, 'ana')).toMatchObject({ kind: 'pull-request', baseSha });
});

test.each(['push', 'workflow_dispatch', 'schedule'])('%s runs without a pull request', (event) => {
  expect(decodeEvent(event, {}, 'ana')).toEqual({ kind: 'other', event });
});

test('a review of a pull request runs as the pull request', () => {
  expect(decodeEvent('pull_request_review', pullRequest(OWN), 'ana')).toEqual(
    decodeEvent('pull_request', pullRequest(OWN), 'ana'),
  );
});

test.each([
  { name: 'of a pull request', ref: `refs/heads/gh-readonly-queue/main/pr-12-${'b'.repeat(40)}`, number: 12 },
  { name: 'of an unusual name', ref: 'refs/heads/queue', number: undefined },
])('a merge queue $name has a base', ({ ref, number }) => {
  const payload = {
    repository: { full_name: 'clinic/analytics' },
    merge_group: { head_ref: ref, head_sha: 'a'.repeat(40), base_sha: 'b'.repeat(40), base_ref: 'refs/heads/main' },
  };
  expect(decodeEvent('merge_group', payload, 'ana')).toEqual({
    kind: 'merge-group',
    owner: 'clinic',
    repo: 'analytics',
    number,
    headSha: 'a'.repeat(40),
    baseSha: 'b'.repeat(40),
    baseName: 'main',
  });
});

describe('events that lend secrets to strangers are refused', () => {
  const cases = [
    { name: 'pull_request_target', event: 'pull_request_target', payload: pullRequest(OWN) },
    {
      name: 'workflow_run after a pull request',
      event: 'workflow_run',
      payload: { workflow_run: { event: 'pull_request' } },
    },
  ];
  test.each(cases)('$name', ({ event, payload }) => {
    expect(() => decodeEvent(event, payload, 'ana')).toThrow('Fenceline does not run there');
  });
  test('workflow_run after a push is no such event', () => {
    const payload = { workflow_run: { event: 'push' } };
    expect(decodeEvent('workflow_run', payload, 'ana')).toEqual({ kind: 'other', event: 'workflow_run' });
  });
});

const malformed = [
  { name: 'nothing', payload: null, missing: 'repository.full_name' },
  { name: 'no head', payload: { ...pullRequest(undefined) }, missing: 'pull_request.head.sha' },
  { name: 'no number', payload: { ...pullRequest(OWN), pull_request: { head: OWN } }, missing: 'pull_request.number' },
];
test.each(malformed)('a payload with $name is named as the mistake it is', ({ payload, missing }) => {
  expect(() => decodeEvent('pull_request', payload, 'ana')).toThrow(missing);
});
