import { createHash } from 'node:crypto';
import { type GitHubClient, requestStatus } from './client.ts';
import type { PullRequest } from './event.ts';

/** Content of the gate's comment. */
export interface CommentText {
  /** Name of the gate, if there are several on one pull request: `[A-Za-z0-9._-]+`, since it stands in an HTML comment. */
  readonly key: string;
  /** The report in Markdown. If it has not changed, the comment is not updated. */
  readonly report: string;
  /** Commit and links. They change with every run, so they alone are no reason to update. */
  readonly footer: string;
}

export type Published =
  | { readonly outcome: 'created' | 'updated' | 'unchanged'; readonly id: number; readonly url: string }
  | { readonly outcome: 'skipped'; readonly reason: 'stale' | 'no-permission' | 'rate-limited' | 'unavailable' };

interface OwnComment {
  readonly id: number;
  readonly nodeId: string;
  readonly url: string;
  readonly body: string;
}

/** The values that each step of publishing needs. */
interface Job {
  readonly client: GitHubClient;
  readonly pullRequest: PullRequest;
  readonly marker: string;
  readonly body: string;
  /** Login under which the token writes. */
  readonly author: string;
}

const TRIES = 3;

/**
 * Creates the gate's comment, or updates the one that is there. A refusal of GitHub is a result, not an error: only the
 * verdict decides whether the step fails.
 */
export async function publishComment(
  client: GitHubClient,
  pullRequest: PullRequest,
  comment: CommentText,
): Promise<Published> {
  try {
    if (await isStale(client, pullRequest)) return { outcome: 'skipped', reason: 'stale' };
    const marker = `<!-- fenceline:v1 key=${comment.key} `;
    const body = `${marker}sha=${pullRequest.headSha} report=${hashOf(comment.report)} -->\n${comment.report}\n\n${comment.footer}`;
    const author = await ownLogin(client);
    return await write({ client, pullRequest, marker, body, author });
  } catch (error) {
    const status = requestStatus(error);
    if (status === undefined) throw error;
    return { outcome: 'skipped', reason: skipReason(status, error) };
  }
}

/** Whether a newer commit was pushed during this run. The run of that commit comments. */
async function isStale(client: GitHubClient, { owner, repo, number, headSha }: PullRequest): Promise<boolean> {
  const { data } = await client.rest.pulls.get({ owner, repo, pull_number: number });
  return data.head.sha !== headSha;
}

/** Asks GraphQL, since GitHub forbids `GET /user` to the token of a workflow. */
async function ownLogin(client: GitHubClient): Promise<string> {
  try {
    const { viewer } = await client.graphql<{ viewer: { login: string } }>('{ viewer { login } }');
    return viewer.login;
  } catch (error) {
    const status = requestStatus(error);
    if (status === undefined || status >= 500) throw error;
    return 'github-actions[bot]';
  }
}

/** Looks for the comment again after each doubtful answer, so that there is never a second one. */
async function write(job: Job): Promise<Published> {
  for (let tries = 1; ; tries++) {
    try {
      return (await updateOldest(job)) ?? (await create(job));
    } catch (error) {
      if (tries === TRIES || !isDoubtful(error)) throw error;
    }
  }
}

/** Whether the comment may have vanished, or may be there in spite of GitHub's error. */
function isDoubtful(error: unknown): boolean {
  const status = requestStatus(error);
  return status === 404 || (status !== undefined && status >= 500);
}

/** Updates the oldest comment of the gate and hides the others; `undefined` if there is none yet. */
async function updateOldest(job: Job): Promise<Published | undefined> {
  const [oldest, ...duplicates] = await ownComments(job);
  if (oldest === undefined) return undefined;
  await hide(job.client, duplicates);
  const { id, url } = oldest;
  if (reportHash(oldest.body) === reportHash(job.body)) return { outcome: 'unchanged', id, url };
  const { owner, repo } = job.pullRequest;
  await job.client.rest.issues.updateComment({ owner, repo, comment_id: id, body: job.body });
  return { outcome: 'updated', id, url };
}

async function create(job: Job): Promise<Published> {
  const { owner, repo, number } = job.pullRequest;
  const { data } = await job.client.rest.issues.createComment({
    owner,
    repo,
    issue_number: number,
    body: job.body,
    // `write` tries again: it first looks whether the comment was created in spite of the error.
    request: { retries: 0 },
  });
  const [oldest] = await ownComments(job);
  // If another run created a comment at the same moment, both keep the older one.
  const other = oldest !== undefined && oldest.id !== data.id ? await updateOldest(job) : undefined;
  return other ?? { outcome: 'created', id: data.id, url: data.html_url };
}

/** The gate's comments, oldest first. The author counts, too, since anybody can write a marker. */
async function ownComments({ client, pullRequest, marker, author }: Job): Promise<readonly OwnComment[]> {
  const { owner, repo, number } = pullRequest;
  const comments = await client.paginate(client.rest.issues.listComments, {
    owner,
    repo,
    issue_number: number,
    per_page: 100,
  });
  return comments
    .filter(({ user, body }) => user && body?.startsWith(marker) && isAuthor(user, author))
    .map(({ id, node_id, html_url, body = '' }) => ({ id, nodeId: node_id, url: html_url, body }))
    .sort((one, other) => one.id - other.id);
}

/** GraphQL may leave out the `[bot]` that REST puts behind the login of an app. */
function isAuthor(user: { readonly login: string; readonly type: string }, author: string): boolean {
  return user.login === author || (user.type === 'Bot' && user.login === `${author}[bot]`);
}

async function hide(client: GitHubClient, duplicates: readonly OwnComment[]): Promise<void> {
  // A refusal does not matter: a duplicate that stays visible is only untidy.
  await Promise.allSettled(
    duplicates.map(({ nodeId }) =>
      client.graphql(
        'mutation ($id: ID!) { minimizeComment(input: { subjectId: $id, classifier: OUTDATED }) { clientMutationId } }',
        { id: nodeId },
      ),
    ),
  );
}

function hashOf(report: string): string {
  return createHash('sha256').update(report).digest('hex');
}

function reportHash(body: string): string | undefined {
  return /^<!-- fenceline:v1 [^>]* report=([0-9a-f]{64}) -->/.exec(body)?.[1];
}

function skipReason(status: number, error: unknown): Extract<Published, { outcome: 'skipped' }>['reason'] {
  if (status === 429 || (status === 403 && isRateLimit(error))) return 'rate-limited';
  return [401, 403, 404].includes(status) ? 'no-permission' : 'unavailable';
}

/** GitHub answers 403 to a token without permission, and also to one with too many requests. */
function isRateLimit(error: unknown): boolean {
  return error instanceof Error && /rate limit/i.test(error.message);
}
