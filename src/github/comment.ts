import { createHash } from 'node:crypto';
import { type GitHubClient, requestStatus } from './client.ts';
import type { PullRequest } from './event.ts';

/** What the one comment of a gate should say. */
export interface CommentText {
  /** Tells several gates on one pull request apart; `[A-Za-z0-9._-]+`, since it stands in an HTML comment. */
  readonly key: string;
  /** The report in Markdown. A comment whose report is the same is left alone. */
  readonly report: string;
  /** Commit and links: what changes with every run, and is no reason to write. */
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

/** Everything a step of publishing needs. */
interface Job {
  readonly client: GitHubClient;
  readonly pullRequest: PullRequest;
  readonly marker: string;
  readonly body: string;
  /** Who the token writes as. */
  readonly author: string;
}

const TRIES = 3;

/**
 * Creates the gate's comment, or updates the one that is there. Never fails for what GitHub says: the verdict decides
 * over the run, the comment does not.
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

/** A newer commit was pushed while this run worked: its own run has the word. */
async function isStale(client: GitHubClient, { owner, repo, number, headSha }: PullRequest): Promise<boolean> {
  const { data } = await client.rest.pulls.get({ owner, repo, pull_number: number });
  return data.head.sha !== headSha;
}

/** GitHub: `GET /user` is forbidden to the token of a workflow, GraphQL's viewer is not. */
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

/** Looks again after every doubtful answer, so that there is one comment whatever happens in between. */
async function write(job: Job): Promise<Published> {
  for (let tries = 1; ; tries++) {
    try {
      return (await updateOldest(job)) ?? (await create(job));
    } catch (error) {
      if (tries === TRIES || !isDoubtful(error)) throw error;
    }
  }
}

/** The comment may have vanished, or may be there although GitHub says it failed. */
function isDoubtful(error: unknown): boolean {
  const status = requestStatus(error);
  return status === 404 || (status !== undefined && status >= 500);
}

/** `undefined` when there is none. */
async function updateOldest(job: Job): Promise<Published | undefined> {
  const [oldest, ...duplicates] = await ownComments(job);
  if (oldest === undefined) return undefined;
  await hide(job.client, duplicates);
  const found = { id: oldest.id, url: oldest.url };
  if (reportHash(oldest.body) === reportHash(job.body)) return { outcome: 'unchanged', ...found };
  const { owner, repo } = job.pullRequest;
  await job.client.rest.issues.updateComment({ owner, repo, comment_id: oldest.id, body: job.body });
  return { outcome: 'updated', ...found };
}

async function create(job: Job): Promise<Published> {
  const { owner, repo, number } = job.pullRequest;
  const { data } = await job.client.rest.issues.createComment({
    owner,
    repo,
    issue_number: number,
    body: job.body,
    // Left to `write`, which first looks whether it was created all the same.
    request: { retries: 0 },
  });
  const [oldest] = await ownComments(job);
  // Another run created one at the same moment: both keep the older.
  const other = oldest !== undefined && oldest.id !== data.id ? await updateOldest(job) : undefined;
  return other ?? { outcome: 'created', id: data.id, url: data.html_url };
}

/** Ours by marker and author, oldest first. A marker alone proves nothing: anybody can write one. */
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
  // A duplicate that stays visible is untidy and nothing more, so a refusal is no reason to stop.
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

/** GitHub answers 403 both to a token without the right and to one that has asked too often. */
function isRateLimit(error: unknown): boolean {
  return error instanceof Error && /rate limit/i.test(error.message);
}
