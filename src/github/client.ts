import { getOctokit } from '@actions/github';
import { retry } from '@octokit/plugin-retry';

/** GitHub's API with the job's token. It retries failed requests, and uses the proxies of the environment. */
export type GitHubClient = ReturnType<typeof openGitHub>;

export interface GitHubAccess {
  readonly token: string;
  /** `GITHUB_API_URL`. */
  readonly apiUrl: string;
  /** Aborts every request, also those under way. */
  readonly signal: AbortSignal;
  /** Unit of the waits between tries: 1, 4 and 9 times this. Absent: a second. */
  readonly retryMilliseconds?: number;
}

export function openGitHub({ token, apiUrl, signal, retryMilliseconds = 1000 }: GitHubAccess) {
  const client = getOctokit(token, { baseUrl: apiUrl, retry: { retryAfterBaseValue: retryMilliseconds } }, retry);
  // Set for all requests, since octokit's pagination drops the options of a request after the first page.
  client.hook.before('request', (options) => {
    options.request.signal = signal;
  });
  return client;
}

/** The HTTP status of GitHub's answer; 500 if there was none; `undefined` if the error comes from no request. */
export function requestStatus(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  // GraphQL answers 200, and its body names the refusal.
  if (error.name === 'GraphqlResponseError') return 403;
  return 'status' in error && typeof error.status === 'number' ? error.status : undefined;
}
