import { UserError } from '../user-error.ts';
import { type GitHubClient, isRecord, readPages, UnexpectedAnswer } from './client.ts';
import { at, malformed, nameOf, type PullRequest, shaOf, text } from './event.ts';

/** A run of another workflow that has ended: it may have run a stranger's code, so nothing that it left is trusted. */
export interface FinishedRun {
  readonly owner: string;
  readonly repo: string;
  /** The commit that it judged, and the repository and branch that the commit came from. */
  readonly headSha: string;
  /** `undefined` where the fork was deleted. */
  readonly headRepository: string | undefined;
  readonly headBranch: string;
  readonly id: number;
}

/**
 * Reads the event `workflow_run`.
 * @throws {UserError} for any other event, and for a run that no pull request started
 */
export function decodeFinishedRun(event: string, payload: unknown): FinishedRun {
  if (event !== 'workflow_run' || !text(payload, 'workflow_run', 'event').startsWith('pull_request')) {
    throw new UserError({
      code: 'wrong-event',
      message: `mode: comment comments what a pull request's own run reported; on: ${event} has no such run`,
      fix: 'use mode: comment in a workflow with on: workflow_run, after one with on: pull_request',
    });
  }
  const [owner, repo] = text(payload, 'repository', 'full_name').split('/');
  const headSha = shaOf(at(payload, 'workflow_run', 'head_sha'));
  const id = at(payload, 'workflow_run', 'id');
  if (!owner || !repo || headSha === undefined || typeof id !== 'number') throw malformed('workflow_run.head_sha');
  return {
    owner,
    repo,
    headSha,
    id,
    headRepository: nameOf(at(payload, 'workflow_run', 'head_repository', 'full_name')),
    headBranch: text(payload, 'workflow_run', 'head_branch'),
  };
}

/**
 * Finds the open pull request whose head is the commit of a run, in the repository that it came from; `undefined` where there
 * is none. Nothing that the run wrote is used for that.
 */
export async function findPullRequest(client: GitHubClient, run: FinishedRun): Promise<PullRequest | undefined> {
  const { owner, repo, headSha, headRepository, headBranch } = run;
  if (headRepository === undefined) return undefined;
  const [headOwner = ''] = headRepository.split('/');
  const place = { owner, repo, per_page: 100 };
  const searches = [
    (page: number) => client.rest.pulls.list({ ...place, state: 'open', head: `${headOwner}:${headBranch}`, page }),
    // GitHub lists the pull requests of a fork's commit here only where the commit is in the repository, too.
    (page: number) => client.rest.repos.listPullRequestsAssociatedWithCommit({ ...place, commit_sha: headSha, page }),
  ];
  let refusal: unknown;
  for (const search of searches) {
    try {
      const found = (await readPages<unknown>(search)).find(
        (pull) =>
          at(pull, 'head', 'sha') === headSha &&
          at(pull, 'head', 'repo', 'full_name') === headRepository &&
          at(pull, 'base', 'repo', 'full_name') === `${owner}/${repo}` &&
          at(pull, 'state') === 'open',
      );
      if (found !== undefined) return pullRequestOf(found, run);
    } catch (error) {
      refusal = error;
    }
  }
  if (refusal !== undefined) throw refusal;
  return undefined;
}

function pullRequestOf(pull: unknown, { owner, repo, headSha }: FinishedRun): PullRequest {
  const number = at(pull, 'number');
  if (!isRecord(pull) || typeof number !== 'number') throw new UnexpectedAnswer('a pull request without a number');
  return {
    kind: 'pull-request',
    owner,
    repo,
    number,
    headSha,
    baseSha: shaOf(at(pull, 'base', 'sha')),
    baseName: nameOf(at(pull, 'base', 'ref')),
    readOnly: undefined,
  };
}
