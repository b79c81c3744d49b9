import { type GitHubClient, openGitHub, readPages } from './client.ts';
import type { Runner } from './runner.ts';

/** The longest wait for GitHub to say who approved. */
const REVIEW_MILLISECONDS = 30_000;

/**
 * Logins of those who approved the newest commit of the pull request that a run judges, and have not taken that back. None
 * where there is no pull request, or GitHub does not say: then nobody has approved.
 */
export async function readApprovals(
  { apiUrl, trigger }: Pick<Runner, 'apiUrl' | 'trigger'>,
  token: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (trigger.kind === 'other' || trigger.number === undefined || token === '') return [];
  const { owner, repo, number, kind, headSha } = trigger;
  const client = openGitHub({ token, apiUrl, signal, milliseconds: REVIEW_MILLISECONDS });
  try {
    const pull = { owner, repo, pull_number: number };
    // The queue merges the head into a commit of its own; a push to the head takes it out of the queue.
    const reviewed = kind === 'merge-group' ? (await client.rest.pulls.get(pull)).data.head.sha : headSha;
    return await approvalsOf(client, pull, reviewed);
  } catch {
    signal.throwIfAborted();
    return [];
  }
}

async function approvalsOf(
  client: GitHubClient,
  pull: { readonly owner: string; readonly repo: string; readonly pull_number: number },
  commit: string,
): Promise<readonly string[]> {
  const reviews = await readPages((page) => client.rest.pulls.listReviews({ ...pull, per_page: 100, page }));
  const standing = new Map<string, boolean>();
  for (const { user, state, commit_id: reviewed } of reviews) {
    // GitHub: a comment leaves the review before it as it is.
    if (user && ['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED'].includes(state)) {
      standing.set(user.login, state === 'APPROVED' && reviewed === commit);
    }
  }
  return [...standing].flatMap(([login, approves]) => (approves ? [login] : []));
}
