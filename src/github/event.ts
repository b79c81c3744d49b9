import { UserError } from '../user-error.ts';

/** The event that started the workflow. */
export type Trigger = PullRequest | MergeGroup | { readonly kind: 'other'; readonly event: string };

/** A pull request in a merge queue, merged on top of those before it. */
export interface MergeGroup {
  readonly kind: 'merge-group';
  readonly owner: string;
  readonly repo: string;
  /** Number of the pull request, when the name of the queue's branch has it. */
  readonly number: number | undefined;
  readonly headSha: string;
  readonly baseSha: string | undefined;
  /** Name of the branch that is merged into. */
  readonly baseName: string | undefined;
}

export interface PullRequest {
  readonly kind: 'pull-request';
  readonly owner: string;
  readonly repo: string;
  readonly number: number;
  /** The commit this run judges; not the merge commit that is checked out. */
  readonly headSha: string;
  /** The tip of the base branch; `undefined` if the event does not name it. */
  readonly baseSha: string | undefined;
  /** Name of the base branch; `undefined` if the event does not name it. */
  readonly baseName: string | undefined;
  /** Why the token of this run may not be able to write; `undefined` if the event shows no reason. */
  readonly readOnly: 'fork' | 'dependabot' | undefined;
}

/**
 * Reads the event of a workflow run.
 * @param payload content of the file `GITHUB_EVENT_PATH`
 * @throws {UserError} for an event that lends the base repository's secrets to the code of a pull request
 */
export function decodeEvent(event: string, payload: unknown, actor: string): Trigger {
  switch (event) {
    case 'pull_request':
    case 'pull_request_review':
      return decodePullRequest(payload, actor);
    case 'merge_group':
      return decodeMergeGroup(payload);
    case 'pull_request_target':
      throw unsafeEvent(event);
    case 'workflow_run':
      if (text(payload, 'workflow_run', 'event').startsWith('pull_request')) throw unsafeEvent(event);
      return { kind: 'other', event };
    default:
      return { kind: 'other', event };
  }
}

function decodePullRequest(payload: unknown, actor: string): PullRequest {
  const base = text(payload, 'repository', 'full_name');
  const [owner, repo] = base.split('/');
  const number = at(payload, 'pull_request', 'number');
  if (!owner || !repo || typeof number !== 'number') throw malformed('repository.full_name, pull_request.number');
  return {
    kind: 'pull-request',
    owner,
    repo,
    number,
    headSha: text(payload, 'pull_request', 'head', 'sha'),
    baseSha: shaOf(at(payload, 'pull_request', 'base', 'sha')),
    baseName: nameOf(at(payload, 'pull_request', 'base', 'ref')),
    readOnly: readOnlyReason(payload, base, actor),
  };
}

function decodeMergeGroup(payload: unknown): MergeGroup {
  const [owner, repo] = text(payload, 'repository', 'full_name').split('/');
  if (!owner || !repo) throw malformed('repository.full_name');
  const [, number] = /\/pr-(\d+)-[0-9a-f]+$/.exec(text(payload, 'merge_group', 'head_ref')) ?? [];
  return {
    kind: 'merge-group',
    owner,
    repo,
    number: number === undefined ? undefined : Number(number),
    headSha: text(payload, 'merge_group', 'head_sha'),
    baseSha: shaOf(at(payload, 'merge_group', 'base_sha')),
    baseName: nameOf(at(payload, 'merge_group', 'base_ref')),
  };
}

/** Name of a branch, which is written as itself or as `refs/heads/<name>`. */
export function nameOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.replace(/^refs\/heads\//, '') : undefined;
}

/** The id of a commit; `undefined` for anything else. */
export function shaOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[0-9a-f]{40,64}$/.test(value) ? value : undefined;
}

function readOnlyReason(payload: unknown, base: string, actor: string): PullRequest['readOnly'] {
  // `head.repo` is null if the fork was deleted.
  const head = at(payload, 'pull_request', 'head', 'repo', 'full_name');
  if (head !== base) return 'fork';
  return actor === 'dependabot[bot]' ? 'dependabot' : undefined;
}

/** The value at a path of an event; `undefined` where there is none. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined),
    value,
  );
}

/** The text at a path of an event. @throws {UserError} where there is none */
export function text(payload: unknown, ...path: readonly string[]): string {
  const value = at(payload, ...path);
  if (typeof value !== 'string') throw malformed(path.join('.'));
  return value;
}

function unsafeEvent(event: string): UserError {
  return new UserError({
    code: 'unsafe-event',
    message: `on: ${event} runs the code of a pull request with the secrets of the base repository; Fenceline does not run there`,
    fix: 'use on: pull_request; a comment for forks is made by a second workflow with mode: comment: see .github/examples/forks-comment.yml of fenceline/fenceline',
  });
}

/** The error for an event that lacks something. */
export function malformed(what: string): UserError {
  return new UserError({
    code: 'wrong-event',
    message: `the event file has no ${what}`,
    fix: 'run the action in a GitHub workflow, or give GITHUB_EVENT_PATH the payload of the event in GITHUB_EVENT_NAME',
  });
}
