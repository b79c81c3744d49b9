import { expect, test } from 'vitest';
import { type FakeGitHub, startFakeGitHub } from '../../test/github/fake-github.ts';
import { readApprovals } from './approvals.ts';
import type { Trigger } from './event.ts';

const HEAD = 'a'.repeat(40);
const OLDER = 'c'.repeat(40);
const PLACE = { owner: 'clinic', repo: 'analytics', number: 7, baseSha: undefined, baseName: undefined } as const;
const PULL_REQUEST: Trigger = { kind: 'pull-request', ...PLACE, headSha: HEAD, readOnly: undefined };

type Review = FakeGitHub['reviews'][number];
const review = (login: string, state: Review['state'], commit: string): Review => ({
  user: { login },
  state,
  commit_id: commit,
});

async function approvals(
  reviews: readonly Review[],
  { trigger = PULL_REQUEST, token = 'secret', prepare }: Partial<Given> = {},
): Promise<readonly string[]> {
  await using github = await startFakeGitHub();
  github.reviews.push(...reviews);
  prepare?.(github);
  const runner = { apiUrl: github.url, trigger };
  return await readApprovals(runner, token, new AbortController().signal);
}

interface Given {
  readonly trigger: Trigger;
  readonly token: string;
  readonly prepare: (github: FakeGitHub) => void;
}

const cases: readonly { readonly name: string; readonly reviews: readonly Review[]; readonly approvedBy: string[] }[] =
  [
    { name: 'a review of the head counts', reviews: [review('dora', 'APPROVED', HEAD)], approvedBy: ['dora'] },
    { name: 'one of an older commit does not', reviews: [review('dora', 'APPROVED', OLDER)], approvedBy: [] },
    {
      name: 'one that was taken back does not',
      reviews: [review('dora', 'APPROVED', HEAD), review('dora', 'CHANGES_REQUESTED', HEAD)],
      approvedBy: [],
    },
    { name: 'one that was dismissed does not', reviews: [review('dora', 'DISMISSED', HEAD)], approvedBy: [] },
    { name: 'a comment is no approval', reviews: [review('dora', 'COMMENTED', HEAD)], approvedBy: [] },
    {
      name: 'a comment takes nothing back',
      reviews: [review('dora', 'APPROVED', HEAD), review('dora', 'COMMENTED', HEAD)],
      approvedBy: ['dora'],
    },
    {
      name: 'a review on a later page counts',
      reviews: [
        ...Array.from({ length: 130 }, () => review('ana', 'COMMENTED', HEAD)),
        review('dora', 'APPROVED', HEAD),
      ],
      approvedBy: ['dora'],
    },
  ];

test.each(cases)('$name', async ({ reviews, approvedBy }) => {
  expect(await approvals(reviews)).toEqual(approvedBy);
});

test('in a merge queue the head of the pull request is what was approved', async () => {
  const trigger: Trigger = { kind: 'merge-group', ...PLACE, headSha: 'd'.repeat(40) };
  expect(await approvals([review('dora', 'APPROVED', HEAD)], { trigger })).toEqual(['dora']);
  expect(await approvals([review('dora', 'APPROVED', 'd'.repeat(40))], { trigger })).toEqual([]);
});

test('nobody has approved where GitHub does not say', async () => {
  const reviews = [review('dora', 'APPROVED', HEAD)];
  const prepare = (github: FakeGitHub) => github.failAlways(/reviews/, { status: 403 });
  expect(await approvals(reviews, { prepare })).toEqual([]);
  expect(await approvals(reviews, { token: '' })).toEqual([]);
  expect(await approvals(reviews, { trigger: { kind: 'other', event: 'push' } })).toEqual([]);
});
