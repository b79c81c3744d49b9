import { createHash } from 'node:crypto';
import {
  type GitHubClient,
  isRateLimit,
  isRecord,
  listAt,
  readPages,
  requestStatus,
  UnexpectedAnswer,
} from './client.ts';
import { at, type PullRequest } from './event.ts';

/** Content of the gate's comment. */
export interface CommentText {
  /** Name of the gate, if there are several on one pull request: `[A-Za-z0-9._-]+`, since it stands in an HTML comment. */
  readonly key: string;
  /** The report in Markdown, its first line the verdict. If it and the commit are the same, the comment is not updated. */
  readonly report: string;
  /** Links. They change with every run, so they alone are no reason to update. */
  readonly footer: string;
  /** Whether a comment is created where there is none yet. An existing one is always updated. */
  readonly creates: boolean;
}

export type Published =
  | { readonly outcome: 'created' | 'updated' | 'unchanged'; readonly id: number; readonly url: string }
  | { readonly outcome: 'skipped'; readonly reason: SkipReason };

type SkipReason = 'stale' | 'nothing-new' | 'no-permission' | 'locked' | 'rate-limited' | 'unavailable';

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
  readonly creates: boolean;
  /** Number of comments on the pull request, before the run and by anybody. */
  readonly comments: number;
  /** Login under which the token writes. */
  readonly author: string;
}

const TRIES = 3;

/**
 * Creates the gate's comment, or updates the existing one. A refusal of GitHub is a result, not an error: only the
 * verdict decides whether the step fails.
 */
export async function publishComment(
  client: GitHubClient,
  pullRequest: PullRequest,
  comment: CommentText,
): Promise<Published> {
  try {
    const { headSha, comments } = await readPullRequest(client, pullRequest);
    // The run of a newer commit comments itself.
    if (headSha !== pullRequest.headSha) return { outcome: 'skipped', reason: 'stale' };
    const marker = `<!-- fenceline:v1 key=${comment.key} `;
    const body = `${marker}sha=${pullRequest.headSha} report=${hashOf(comment.report)} -->\n${comment.report}\n\n${comment.footer}`;
    const author = await ownLogin(client);
    return await write({ client, pullRequest, marker, body, author, creates: comment.creates, comments });
  } catch (error) {
    return { outcome: 'skipped', reason: skipReason(error) };
  }
}

/** The commit at the head of the pull request, and the number of its comments; 0 where GitHub does not say it. */
async function readPullRequest(client: GitHubClient, { owner, repo, number }: PullRequest) {
  const { data } = await client.rest.pulls.get({ owner, repo, pull_number: number });
  const head: unknown = isRecord(data) ? data.head : undefined;
  if (!isRecord(head) || typeof head['sha'] !== 'string') throw new UnexpectedAnswer('a pull request without a head');
  return { headSha: head['sha'], comments: typeof data.comments === 'number' ? data.comments : 0 };
}

/** The login under which the token writes. Asks GraphQL, since GitHub forbids `GET /user` to the token of a workflow. */
export async function ownLogin(client: GitHubClient): Promise<string> {
  try {
    const answer: unknown = await client.graphql('{ viewer { login } }');
    const viewer = isRecord(answer) ? answer['viewer'] : undefined;
    if (!isRecord(viewer) || typeof viewer['login'] !== 'string')
      throw new UnexpectedAnswer('a viewer without a login');
    return viewer['login'];
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
      const updated = await updateOldest(job);
      if (updated) return updated;
      return job.creates ? await create(job) : { outcome: 'skipped', reason: 'nothing-new' };
    } catch (error) {
      if (tries === TRIES || !isDoubtful(error)) throw error;
    }
  }
}

/** Whether the comment may have vanished, or may be there in spite of GitHub's error. */
function isDoubtful(error: unknown): boolean {
  const status = requestStatus(error);
  return error instanceof UnexpectedAnswer || status === 404 || (status !== undefined && status >= 500);
}

/** Updates the oldest comment of the gate and hides the others; `undefined` if there is none yet. */
async function updateOldest(job: Job): Promise<Published | undefined> {
  const { total, own } = await listComments(job);
  const [oldest, ...duplicates] = own;
  if (oldest === undefined) {
    if (total < job.comments && (await hasComment(job))) {
      throw new UnexpectedAnswer('a list without the comment that is there');
    }
    return undefined;
  }
  await hide(job.client, duplicates);
  const { id, url } = oldest;
  if (markerOf(oldest.body) === markerOf(job.body)) return { outcome: 'unchanged', id, url };
  const { owner, repo } = job.pullRequest;
  // The comment is shown before the update: if the update's answer is lost, the next run sees no change of verdict, and shows nothing.
  if (verdictOf(oldest.body) !== verdictOf(job.body)) await unhide(job.client, oldest);
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
  });
  if (!isRecord(data) || typeof data.id !== 'number') throw new UnexpectedAnswer('a comment without an id');
  // If another run created a comment at the same moment, both keep the older one.
  const other = await keepOlder(job, data.id);
  return other ?? { outcome: 'created', id: data.id, url: data.html_url };
}

/** The older comment of another run, updated; `undefined` where there is none, or GitHub does not say. */
async function keepOlder(job: Job, created: number): Promise<Published | undefined> {
  try {
    const [oldest] = (await listComments(job)).own;
    return oldest !== undefined && oldest.id !== created ? await updateOldest(job) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The number of all comments, and the gate's own ones, oldest first. The author counts, too, since anybody can write a
 * marker.
 */
async function listComments({ client, pullRequest, marker, author }: Job) {
  const { owner, repo, number } = pullRequest;
  const comments = await readPages((page) =>
    client.rest.issues.listComments({ owner, repo, issue_number: number, per_page: 100, page }),
  );
  const own = comments
    .filter(({ id }) => typeof id === 'number')
    .filter(({ user, body }) => user && body?.startsWith(marker) && isAuthor(user, author))
    .map(({ id, node_id, html_url, body = '' }): OwnComment => ({ id, nodeId: node_id, url: html_url, body }))
    .sort((one, other) => one.id - other.id);
  return { total: comments.length, own };
}

/**
 * Whether GraphQL knows a comment of the gate among the newest 100. It is asked where REST lists fewer comments than it
 * counts: a page was wrong, or a comment was deleted between two pages and the gate's moved to the page before.
 */
async function hasComment({ client, pullRequest, marker }: Job): Promise<boolean> {
  const { owner, repo, number } = pullRequest;
  try {
    const answer: unknown = await client.graphql(
      `query ($owner: String!, $repo: String!, $number: Int!) {
        repository(owner: $owner, name: $repo) { pullRequest(number: $number) {
          comments(last: 100) { nodes { viewerDidAuthor body } }
        } }
      }`,
      { owner, repo, number },
    );
    return listAt(answer, 'repository', 'pullRequest', 'comments', 'nodes').some(
      (comment) => at(comment, 'viewerDidAuthor') === true && String(at(comment, 'body')).startsWith(marker),
    );
  } catch {
    return false;
  }
}

/** GraphQL may leave out the `[bot]` that REST puts behind the login of an app. */
export function isAuthor(user: { readonly login: string; readonly type: string }, author: string): boolean {
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

/** Unhides our comment where somebody has hidden it, since its verdict has changed. A failure is ignored. */
async function unhide(client: GitHubClient, { nodeId: id }: OwnComment): Promise<void> {
  try {
    const answer: unknown = await client.graphql(
      'query ($id: ID!) { node(id: $id) { ... on IssueComment { isMinimized } } }',
      { id },
    );
    const node = isRecord(answer) ? answer['node'] : undefined;
    if (!isRecord(node) || node['isMinimized'] !== true) return;
    await client.graphql('mutation ($id: ID!) { unminimizeComment(input: { subjectId: $id }) { clientMutationId } }', {
      id,
    });
  } catch {
    // The text of a comment that stays hidden is up to date.
  }
}

function hashOf(report: string): string {
  return createHash('sha256').update(report).digest('hex');
}

function markerOf(body: string): string | undefined {
  return /^<!-- fenceline:v1 [^>]* report=[0-9a-f]{64} -->/.exec(body)?.[0];
}

/** The heading of a comment, below its marker. */
function verdictOf(body: string): string {
  return body.split('\n')[1] ?? '';
}

function skipReason(error: unknown): SkipReason {
  const status = requestStatus(error);
  if (isRateLimit(error)) return 'rate-limited';
  // GitHub: `Unable to create comment because issue is locked.`
  if (status === 403 && error instanceof Error && /\blocked\b/i.test(error.message)) return 'locked';
  return status !== undefined && [401, 403, 404].includes(status) ? 'no-permission' : 'unavailable';
}
