import type { PullRequest } from '../event.ts';

/** A pull request of the repository itself, whose token may write. */
export const PULL_REQUEST: PullRequest = {
  kind: 'pull-request',
  owner: 'clinic',
  repo: 'analytics',
  number: 7,
  headSha: 'a'.repeat(40),
  baseSha: undefined,
  baseName: 'main',
  readOnly: undefined,
};
