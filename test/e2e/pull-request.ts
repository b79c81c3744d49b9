import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Edits, Repository } from '../../src/pipeline/testing/repository.ts';

/** A pull request as GitHub keeps it: a branch, and its merge into `main` as GitHub would make it now. */
export interface PullRequest {
  readonly headSha: string;
  /** The tip of `main` when it was last pushed to. */
  readonly baseSha: string;
}

/** Commits the edits to the branch `work`, which begins at `main` where there is none yet, and merges it for a try. */
export function push(repository: Repository, edits: Edits): PullRequest {
  const { git } = repository;
  if (git('branch', '--list', 'work') === '') git('branch', 'work', 'main');
  git('switch', '--quiet', 'work');
  repository.edit(edits);
  git('add', '.');
  git('commit', '--quiet', '--message=work');
  git('switch', '--quiet', 'main');
  mergeAgain(repository);
  return { headSha: git('rev-parse', 'work'), baseSha: git('rev-parse', 'main') };
}

/** GitHub does this when `main` moves on, and tells nobody. */
export function mergeAgain({ git }: Repository): void {
  git('switch', '--quiet', '--detach', 'main');
  git('merge', '--quiet', '--no-ff', '--message=merge', 'work');
  git('update-ref', 'refs/pull/7/merge', 'HEAD');
  git('switch', '--quiet', 'main');
}

export interface Checkout extends AsyncDisposable {
  readonly root: string;
  /** Fetches a ref with its last `depth` commits and checks it out, as actions/checkout does. */
  fetch(ref: string, depth: number): void;
}

export async function openCheckout(repository: Repository): Promise<Checkout> {
  const root = await mkdtemp(join(tmpdir(), 'fenceline-checkout-'));
  const git = (...args: readonly string[]) => execFileSync('git', ['-C', root, ...args], { stdio: 'pipe' });
  git('init', '--quiet');
  return {
    root,
    fetch: (ref, depth) => {
      git('fetch', '--quiet', '--no-tags', `--depth=${depth}`, `file://${repository.root}`, ref);
      git('checkout', '--quiet', '--force', '--detach', 'FETCH_HEAD');
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}
