import { setTimeout as delay } from 'node:timers/promises';
import { getOctokit } from '@actions/github';

/** GitHub's API with the job's token. It repeats requests whose error may pass, and uses the proxies of the environment. */
export type GitHubClient = ReturnType<typeof openGitHub>;

export interface GitHubAccess {
  readonly token: string;
  /** `GITHUB_API_URL`. */
  readonly apiUrl: string;
  /** Aborts every request, also those under way. */
  readonly signal: AbortSignal;
  /** Milliseconds after which all requests are aborted; no request is repeated that would begin later. */
  readonly milliseconds: number;
  /** Unit of the waits between tries: 1, 4 and 9 times this. Absent: a second. */
  readonly retryMilliseconds?: number;
}

const TRIES = 4;

export function openGitHub({ token, apiUrl, signal, milliseconds, retryMilliseconds = 1000 }: GitHubAccess) {
  const deadline = Date.now() + milliseconds;
  const limited = AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]);
  const client = getOctokit(token, { baseUrl: apiUrl });
  client.hook.wrap('request', async (request, options) => {
    options.request.signal = limited;
    for (let tries = 1; ; tries++) {
      try {
        return await request(options);
      } catch (error) {
        const wait = waitBeforeNext(error, tries, options, retryMilliseconds);
        if (wait === undefined || tries === TRIES || Date.now() + wait >= deadline) throw error;
        await delay(wait, undefined, { signal: limited }).catch(() => {
          throw error;
        });
      }
    }
  });
  return client;
}

/** Milliseconds to wait before a request is sent again; `undefined` for one that would fail again, or act twice. */
function waitBeforeNext(
  error: unknown,
  tries: number,
  { method, url }: { readonly method: string; readonly url: string },
  unit: number,
): number | undefined {
  if (isRateLimit(error)) return retryAfter(error) ?? unit * tries ** 2;
  const status = requestStatus(error);
  // A POST may have created something in spite of the error: the caller looks for it before it sends another one.
  const actsTwice = method === 'POST' && !url.endsWith('/graphql');
  return status !== undefined && status >= 500 && !actsTwice ? unit * tries ** 2 : undefined;
}

/** GitHub: `retry-after` in seconds, or `x-ratelimit-reset` in seconds since 1970, when no request is left. */
function retryAfter(error: unknown): number | undefined {
  const headers = headersOf(error);
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  if (Number.isFinite(seconds)) return seconds * 1000;
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
  return headers['x-ratelimit-remaining'] === '0' && Number.isFinite(reset) ? reset * 1000 - Date.now() : undefined;
}

function headersOf(error: unknown): { readonly [name: string]: unknown } {
  const response = error instanceof Error && 'response' in error ? error.response : undefined;
  const headers = isRecord(response) ? response['headers'] : undefined;
  return isRecord(headers) ? headers : {};
}

/** GitHub answers 429, or 403 with one of its messages or headers, to a token with too many requests. */
export function isRateLimit(error: unknown): boolean {
  const status = requestStatus(error);
  if (status !== 403) return status === 429;
  const headers = headersOf(error);
  const isNamed = error instanceof Error && /rate limit|abuse detection|too quickly/i.test(error.message);
  return isNamed || headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0';
}

/** The HTTP status of GitHub's answer; 500 if there was none; `undefined` if the error comes from no request. */
export function requestStatus(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  // GraphQL answers 200, and its body names the refusal.
  if (error.name === 'GraphqlResponseError') return 403;
  return 'status' in error && typeof error.status === 'number' ? error.status : undefined;
}

/** The error for an answer that reports success and lacks the requested content: a proxy may have sent it. */
export class UnexpectedAnswer extends Error {}

export function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * All entries of a list of the REST API, in its order.
 * @param readPage gives a page of up to 100, numbered from 1
 * @throws {UnexpectedAnswer} where a page is no list: it would hide that there are entries
 */
export async function readPages<Entry>(
  readPage: (
    page: number,
  ) => Promise<{ readonly data: readonly Entry[]; readonly headers: { readonly link?: string } }>,
): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (let page = 1; ; page++) {
    const { data, headers } = await readPage(page);
    if (!Array.isArray(data)) throw new UnexpectedAnswer('the answer to a request for a list is no list');
    entries.push(...data);
    if (!/rel="next"/.test(headers.link ?? '')) return entries;
  }
}

/** The list at a path of an answer; empty where there is none. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = path.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value);
  return Array.isArray(found) ? found : [];
}
