import { getOctokit } from '@actions/github';
import { retry } from '@octokit/plugin-retry';

/** GitHub's API as the job's token sees it: retries what fails for a moment, honours proxies. */
export type GitHubClient = ReturnType<typeof openGitHub>;

export interface GitHubAccess {
  readonly token: string;
  /** `GITHUB_API_URL`. */
  readonly apiUrl: string;
  /** Ends every request, those under way too. */
  readonly signal: AbortSignal;
  /** Waits 1, 4 and 9 times this between tries; a second when absent. */
  readonly retryMilliseconds?: number;
}

export function openGitHub({ token, apiUrl, signal, retryMilliseconds = 1000 }: GitHubAccess) {
  const client = getOctokit(token, { baseUrl: apiUrl, retry: { retryAfterBaseValue: retryMilliseconds } }, retry);
  // Set here and not per call: octokit's pagination drops the options of a request after the first page.
  client.hook.before('request', (options) => {
    options.request.signal = signal;
  });
  return client;
}

/** The HTTP status GitHub answered with, or 500 where no answer came; `undefined` for an error that is no request's. */
export function requestStatus(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  // GraphQL answers 200 and says in the body what it refuses.
  if (error.name === 'GraphqlResponseError') return 403;
  return 'status' in error && typeof error.status === 'number' ? error.status : undefined;
}
