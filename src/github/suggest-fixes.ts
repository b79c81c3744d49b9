import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FixSuggestion, fixSuggestions } from '../report/leaks/fix-suggestion.ts';
import type { Report } from '../report/report.ts';
import { type GitHubClient, isRecord, listAt, openGitHub, readPages } from './client.ts';
import { isAuthor, ownLogin } from './comment.ts';
import type { PullRequest } from './event.ts';

/** The longest wait for GitHub to accept the suggestions. */
const SUGGEST_MILLISECONDS = 30_000;
/** Suggestions of one run: more would be noise. */
const MOST_SUGGESTIONS = 5;

export interface SuggestionTask {
  readonly report: Report;
  /** The project in the checkout. */
  readonly directory: string;
  readonly pullRequest: PullRequest;
  readonly key: string;
  readonly token: string;
  readonly apiUrl: string;
  readonly signal: AbortSignal;
}

/**
 * Offers each proven change once, as a suggestion in a review, where its lines are in the diff of the pull request; resolves
 * those whose change is not needed any more. GitHub may refuse: the comment has the same changes.
 */
export async function suggestFixes(task: SuggestionTask): Promise<void> {
  const { token, apiUrl, signal } = task;
  const client = openGitHub({ token, apiUrl, signal, milliseconds: SUGGEST_MILLISECONDS });
  try {
    await suggest(client, task);
  } catch {
    signal.throwIfAborted();
  }
}

async function suggest(client: GitHubClient, { report, directory, pullRequest, key }: SuggestionTask): Promise<void> {
  const { owner, repo, number, headSha } = pullRequest;
  const pull = { owner, repo, pull_number: number, per_page: 100 };
  const suggestions = fixSuggestions(report);
  const author = await ownLogin(client);
  const comments = await readPages((page) => client.rest.pulls.listReviewComments({ ...pull, page }));
  const present = new Map(
    comments.flatMap(({ id, body, user }) => {
      const suggested = new RegExp(
        `^<!-- fenceline:v1 key=${key.replace(/\W/g, '\\$&')} change=([0-9a-f]{16}) -->`,
      ).exec(body ?? '')?.[1];
      return suggested !== undefined && user && isAuthor(user, author) ? [[id, suggested] as const] : [];
    }),
  );
  const needed = new Set(suggestions.map(({ id }) => id));
  await resolve(client, pullRequest, new Set([...present].flatMap(([id, change]) => (needed.has(change) ? [] : [id]))));
  const offered = new Set(present.values());
  const open = suggestions.filter(({ id }) => !offered.has(id)).slice(0, MOST_SUGGESTIONS);
  if (open.length === 0) return;
  const files = await readPages((page) => client.rest.pulls.listFiles({ ...pull, page }));
  for (const suggestion of open) {
    const { path, line, endLine } = suggestion;
    const patch = files.find(({ filename }) => filename === path)?.patch;
    const lines = await linesInDiff(suggestion, patch, directory);
    const text = lines && suggestion.body(lines);
    if (text === undefined) continue;
    await client.rest.pulls.createReviewComment({
      owner,
      repo,
      pull_number: number,
      commit_id: headSha,
      path,
      side: 'RIGHT',
      line: endLine,
      ...(endLine > line && { start_line: line, start_side: 'RIGHT' as const }),
      body: `<!-- fenceline:v1 key=${key} change=${suggestion.id} -->\n${text}`,
    });
  }
}

/**
 * The lines of a change; `undefined` where the diff does not show all of them, or they are others at the head: the checkout
 * is a merge with the base.
 */
async function linesInDiff(
  { file, line, endLine }: FixSuggestion,
  patch: string | undefined,
  directory: string,
): Promise<readonly string[] | undefined> {
  if (patch === undefined) return undefined;
  const shown = headLines(patch);
  const text = await readFile(join(directory, file), 'utf8');
  const lines = text.split('\n').slice(line - 1, endLine);
  return lines.every((written, index) => shown.get(line + index) === written) ? lines : undefined;
}

/** Lines of the head that a patch shows, by their number. */
export function headLines(patch: string): ReadonlyMap<number, string> {
  const lines = new Map<number, string>();
  let next = 0;
  for (const line of patch.split('\n')) {
    const start = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line)?.[1];
    if (start !== undefined) next = Number(start);
    else if (line.startsWith('+') || line.startsWith(' ')) lines.set(next++, line.slice(1));
  }
  return lines;
}

/** Resolves the threads that begin with these comments. */
async function resolve(client: GitHubClient, pullRequest: PullRequest, comments: ReadonlySet<number>): Promise<void> {
  if (comments.size === 0) return;
  const { owner, repo, number } = pullRequest;
  const answer: unknown = await client.graphql(
    `query ($owner: String!, $repo: String!, $number: Int!) {
      repository(owner: $owner, name: $repo) { pullRequest(number: $number) {
        reviewThreads(last: 100) { nodes { id isResolved comments(first: 1) { nodes { databaseId } } } }
      } }
    }`,
    { owner, repo, number },
  );
  for (const thread of listAt(answer, 'repository', 'pullRequest', 'reviewThreads', 'nodes')) {
    const [first] = listAt(thread, 'comments', 'nodes');
    const id = isRecord(first) ? first['databaseId'] : undefined;
    if (!isRecord(thread) || thread['isResolved'] !== false || typeof id !== 'number' || !comments.has(id)) continue;
    await client.graphql('mutation ($id: ID!) { resolveReviewThread(input: { threadId: $id }) { clientMutationId } }', {
      id: thread['id'],
    });
  }
}
