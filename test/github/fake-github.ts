import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** A comment of the REST API, with the fields that the code reads. */
interface FakeComment {
  readonly id: number;
  readonly node_id: string;
  readonly html_url: string;
  readonly user: { readonly login: string; readonly type: 'User' | 'Bot' } | null;
  body: string;
  minimized: boolean;
}

/** A review of the REST API, with the fields that the code reads. */
interface FakeReview {
  readonly user: { readonly login: string } | null;
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';
  readonly commit_id: string;
}

/** A comment on a line of the diff, which begins a thread. */
interface FakeReviewComment {
  readonly id: number;
  readonly user: FakeComment['user'];
  readonly path: string;
  readonly line: number;
  readonly start_line?: number;
  readonly body: string;
  resolved: boolean;
}

interface FakeRequest {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly body: unknown;
  readonly authorization: string | undefined;
}

/** An answer given instead of the usual one. */
export interface Fault {
  readonly status: number;
  readonly message?: string;
  readonly headers?: { readonly [name: string]: string };
  /** Whether the request takes effect all the same: the answer got lost, not the request. */
  readonly takesEffect?: boolean;
  /** The text that is sent instead of JSON with a message. */
  readonly text?: string;
  /** Content type of the answer; `application/json` if it is absent. */
  readonly contentType?: string;
  /** Milliseconds before anything is answered. */
  readonly delay?: number;
  /** Whether the connection is cut instead of answered. */
  readonly isReset?: boolean;
}

/** One repository `clinic/analytics` with one pull request, kept in memory; all requests are on record. */
export interface FakeGitHub extends AsyncDisposable {
  readonly url: string;
  readonly comments: FakeComment[];
  readonly requests: readonly FakeRequest[];
  /** Commit at the head of the pull request. */
  headSha: string;
  /** Reviews of the pull request, oldest first. */
  readonly reviews: FakeReview[];
  /** Files of other repositories: `clinic/policies/privacy.yml` → text. */
  readonly otherFiles: Map<string, string>;
  /** Repository that the pull request comes from. */
  headRepository: string;
  /** Comments on lines, oldest first. */
  readonly reviewComments: FakeReviewComment[];
  /** Files of the pull request with their patches. */
  readonly files: { readonly filename: string; readonly patch?: string }[];
  /** Login the token writes as, as GraphQL says it; `undefined` when GraphQL refuses to say. */
  viewer: string | undefined;
  /** The next requests this pattern matches, as `METHOD /path`, get these answers, one after the other. */
  failNext(request: RegExp, ...faults: readonly Fault[]): void;
  failAlways(request: RegExp, fault: Fault): void;
  /** From now on, every request gets its usual answer. */
  recover(): void;
  /** Calls `happen` once, just before a matching request is answered. */
  beforeNext(request: RegExp, happen: () => void): void;
  addComment(body: string, user: FakeComment['user']): FakeComment;
  /** `METHOD /path` of every request that writes. */
  writes(): readonly string[];
}

export const BOT = { login: 'github-actions[bot]', type: 'Bot' } as const;

const PULL_REQUEST = 7;
const REPOSITORY = '/repos/clinic/analytics';
/** GitHub: a longer body is refused with 422. */
const LONGEST_BODY = 65_536;

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: { readonly [name: string]: string };
  readonly text?: string | undefined;
  readonly delay?: number | undefined;
  readonly isReset?: boolean | undefined;
}

export async function startFakeGitHub(): Promise<FakeGitHub> {
  const requests: FakeRequest[] = [];
  const planned: { readonly request: RegExp; readonly faults: Fault[]; readonly always: boolean }[] = [];
  const happenings: { readonly request: RegExp; readonly happen: () => void }[] = [];
  let lastId = 0;

  const server = createServer((request, response) => {
    void receive(request).then(
      (received) => send(response, answer(received)),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const github: FakeGitHub = {
    url: `http://127.0.0.1:${port}`,
    comments: [],
    reviews: [],
    otherFiles: new Map(),
    headRepository: 'clinic/analytics',
    reviewComments: [],
    files: [],
    requests,
    headSha: 'a'.repeat(40),
    viewer: BOT.login,
    failNext: (request, ...faults) => planned.push({ request, faults: [...faults], always: false }),
    recover: () => {
      planned.splice(0);
    },
    failAlways: (request, fault) => planned.push({ request, faults: [fault], always: true }),
    beforeNext: (request, happen) => happenings.push({ request, happen }),
    addComment(body, user) {
      const id = ++lastId;
      const comment: FakeComment = {
        id,
        node_id: `IC_${id}`,
        html_url: `https://github.example/clinic/analytics/pull/${PULL_REQUEST}#issuecomment-${id}`,
        user,
        body,
        minimized: false,
      };
      github.comments.push(comment);
      return comment;
    },
    writes: () =>
      requests
        .filter(({ method, path, body }) => method !== 'GET' && !(path === '/graphql' && isQuery(body)))
        .map(({ method, path }) => `${method} ${path}`),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  function answer(request: FakeRequest): Answer {
    requests.push(request);
    const line = `${request.method} ${request.path}`;
    const happening = happenings.findIndex((planned) => planned.request.test(line));
    for (const { happen } of happening < 0 ? [] : happenings.splice(happening, 1)) happen();
    const plan = planned.find(({ request: pattern, faults }) => faults.length > 0 && pattern.test(line));
    const fault = plan?.always ? plan.faults[0] : plan?.faults.shift();
    if (!fault) return route(github, request);
    if (fault.takesEffect) route(github, request);
    const { text, contentType = 'application/json; charset=utf-8', delay, isReset } = fault;
    const headers = { 'content-type': contentType, ...fault.headers };
    return { ...failure(fault.status, fault.message ?? 'planned'), headers, text, delay, isReset };
  }

  return github;
}

function route(github: FakeGitHub, { method, path, body, authorization }: FakeRequest): Answer {
  if (!authorization) return failure(401, 'Requires authentication');
  const url = new URL(path, github.url);
  const line = `${method} ${url.pathname}`;
  if (line === 'POST /graphql') return graphql(github, body);
  if (line === `GET ${REPOSITORY}/pulls/${PULL_REQUEST}`) {
    return {
      status: 200,
      body: { number: PULL_REQUEST, head: { sha: github.headSha }, comments: github.comments.length },
    };
  }
  if (line === `GET ${REPOSITORY}/pulls/${PULL_REQUEST}/reviews`) {
    return listPage(github.reviews, url);
  }
  if (line === `GET ${REPOSITORY}/pulls` || /^GET \/repos\/clinic\/analytics\/commits\/\w+\/pulls$/.test(line)) {
    const head = { sha: github.headSha, repo: { full_name: github.headRepository } };
    const base = { ref: 'main', sha: 'b'.repeat(40), repo: { full_name: 'clinic/analytics' } };
    return listPage([{ number: PULL_REQUEST, state: 'open', head, base }], url);
  }
  const commit = /^GET \/repos\/clinic\/policies\/commits\/\w+$/.test(line);
  if (commit) return { status: 200, body: { sha: 'e'.repeat(40) } };
  const [, other] = /^GET \/repos\/(clinic\/policies)\/contents\/(.+)$/.exec(line) ?? [];
  const text = other && github.otherFiles.get(`${other}/${decodeURIComponent(line.split('/contents/')[1] ?? '')}`);
  if (text !== undefined && url.searchParams.get('ref') === 'e'.repeat(40)) {
    return { status: 200, body: { encoding: 'base64', content: Buffer.from(text).toString('base64') } };
  }
  if (line === `GET ${REPOSITORY}/pulls/${PULL_REQUEST}/files`) return listPage(github.files, url);
  if (line === `GET ${REPOSITORY}/pulls/${PULL_REQUEST}/comments`) return listPage(github.reviewComments, url);
  if (line === `POST ${REPOSITORY}/pulls/${PULL_REQUEST}/comments`) {
    const user = { login: github.viewer ?? BOT.login, type: botType(github.viewer ?? BOT.login) };
    const comment = { ...(body as FakeReviewComment), id: github.reviewComments.length + 1, user, resolved: false };
    github.reviewComments.push(comment);
    return { status: 201, body: comment };
  }
  if (line === `GET ${REPOSITORY}/issues/${PULL_REQUEST}/comments`) return listPage(github.comments, url);
  if (line === `POST ${REPOSITORY}/issues/${PULL_REQUEST}/comments`) {
    return withBody(body, (text) => {
      const user = github.viewer === undefined ? BOT : { login: github.viewer, type: botType(github.viewer) };
      return { status: 201, body: github.addComment(text, user) };
    });
  }
  const [, id] = new RegExp(`^PATCH ${REPOSITORY}/issues/comments/(\\d+)$`).exec(line) ?? [];
  if (id === undefined) return failure(404, 'Not Found');
  return withBody(body, (text) => {
    const comment = github.comments.find((candidate) => candidate.id === Number(id));
    if (!comment) return failure(404, 'Not Found');
    comment.body = text;
    return { status: 200, body: comment };
  });
}

/** GitHub: 30 a page unless asked for more, at most 100; the next page is in the Link header only. */
function listPage(items: readonly unknown[], url: URL): Answer {
  const perPage = Math.min(100, Number(url.searchParams.get('per_page') ?? 30));
  const page = Number(url.searchParams.get('page') ?? 1);
  const hasNext = page * perPage < items.length;
  const next = new URL(url);
  next.searchParams.set('page', String(page + 1));
  return {
    status: 200,
    body: items.slice((page - 1) * perPage, page * perPage),
    ...(hasNext && { headers: { link: `<${next.href}>; rel="next"` } }),
  };
}

function graphql(github: FakeGitHub, body: unknown): Answer {
  const { query, variables } = body as { query: string; variables: { id: string } };
  const comment = github.comments.find(({ node_id }) => node_id === variables?.id);
  if (query.includes('isMinimized')) {
    return { status: 200, body: { data: { node: comment ? { isMinimized: comment.minimized } : null } } };
  }
  if (query.includes('viewerDidAuthor')) {
    const nodes = github.comments.slice(-100).map(({ user, body }) => ({
      viewerDidAuthor: user?.login === (github.viewer ?? BOT.login),
      body,
    }));
    return { status: 200, body: { data: { repository: { pullRequest: { comments: { nodes } } } } } };
  }
  if (query.includes('reviewThreads')) {
    const nodes = github.reviewComments.map(({ id, resolved }) => ({
      id: `T_${id}`,
      isResolved: resolved,
      comments: { nodes: [{ databaseId: id }] },
    }));
    return { status: 200, body: { data: { repository: { pullRequest: { reviewThreads: { nodes } } } } } };
  }
  if (query.includes('resolveReviewThread')) {
    const thread = github.reviewComments.find(({ id }) => `T_${id}` === variables.id);
    if (thread) thread.resolved = true;
    return { status: 200, body: { data: { resolveReviewThread: { clientMutationId: null } } } };
  }
  if (isQuery(body)) {
    if (github.viewer === undefined) {
      return {
        status: 200,
        body: { data: null, errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }] },
      };
    }
    return { status: 200, body: { data: { viewer: { login: github.viewer } } } };
  }
  const name = query.includes('unminimizeComment') ? 'unminimizeComment' : 'minimizeComment';
  if (comment) comment.minimized = name === 'minimizeComment';
  return { status: 200, body: { data: { [name]: { clientMutationId: null } } } };
}

function isQuery(body: unknown): boolean {
  return !(body as { query: string }).query.trimStart().startsWith('mutation');
}

function withBody(body: unknown, act: (text: string) => Answer): Answer {
  const text = typeof body === 'object' && body !== null && 'body' in body ? body.body : undefined;
  if (typeof text !== 'string' || text === '') return failure(422, 'Validation Failed');
  return text.length > LONGEST_BODY ? failure(422, 'Body is too long (maximum is 65536 characters)') : act(text);
}

function botType(login: string): 'User' | 'Bot' {
  return login.endsWith('[bot]') ? 'Bot' : 'User';
}

function failure(status: number, message: string): Answer {
  return { status, body: { message, documentation_url: 'https://docs.github.com/rest' } };
}

async function receive(request: IncomingMessage): Promise<FakeRequest> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  const { method = '', url = '', headers } = request;
  return { method, path: url, body: text === '' ? undefined : JSON.parse(text), authorization: headers.authorization };
}

async function send(response: ServerResponse, answer: Answer): Promise<void> {
  const { status, body, headers = {}, text = JSON.stringify(body), delay, isReset } = answer;
  if (delay !== undefined) await setTimeout(delay);
  if (isReset) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(text);
}
