import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakeGitHub, startFakeGitHub } from '../github/fake-github.ts';
import { type FinishedStep, runAction } from './run-action.ts';
import { addProject } from './small-project.ts';

interface WorkflowStep {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
}

interface Workflow {
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly strategy?: { readonly matrix: { readonly project: readonly string[] } };
        readonly steps: readonly WorkflowStep[];
      }
    >
  >;
}

const OWN = 'clinic/analytics';
const PROJECTS = ['.', 'analytics', 'data/clinic', 'data/billing'];

let origin: string;
let commits: { readonly base: string; readonly head: string; readonly merge: string };

/** The repository on GitHub: on `main` nothing leaks, and the pull request makes each project leak. */
beforeAll(async () => {
  origin = await mkdtemp(join(tmpdir(), 'fenceline-origin-'));
  const git = gitIn(origin);
  const commit = async (mart: 'safe' | 'leaking') => {
    for (const folder of PROJECTS) await addProject(origin, folder, mart);
    git('add', '--all');
    git('commit', '--quiet', '--message=work');
    return git('rev-parse', 'HEAD');
  };
  git('init', '--quiet', '--initial-branch=main');
  const base = await commit('safe');
  git('switch', '--quiet', '--create=work');
  const head = await commit('leaking');
  git('switch', '--quiet', 'main');
  git('merge', '--quiet', '--no-ff', '--message=merge', 'work');
  const merge = git('rev-parse', 'HEAD');
  git('update-ref', 'refs/pull/7/merge', merge);
  commits = { base, head, merge };
});
afterAll(() => rm(origin, { recursive: true, force: true }));

function gitIn(directory: string) {
  return (...args: readonly string[]) =>
    execFileSync('git', ['-C', directory, '-c', 'user.name=Test', '-c', 'user.email=t@example.test', ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
}

/** Runs the steps of the Action in an example as its event starts them, after the checkout that the example asks for. */
async function runExample(name: string, github: FakeGitHub, workspace: string): Promise<readonly FinishedStep[]> {
  const text = await readFile(join(process.cwd(), '.github', 'examples', name), 'utf8');
  const finished: FinishedStep[] = [];
  for (const { strategy, steps } of Object.values((load(text) as Workflow).jobs)) {
    for (const project of strategy?.matrix.project ?? ['']) {
      for (const step of steps) {
        if (step.uses?.startsWith('actions/checkout@')) checkOut(workspace, Number(step.with?.['fetch-depth'] ?? 1));
        if (!step.uses?.startsWith('fenceline/')) continue;
        const inputs = Object.entries(step.with ?? {}).map(([input, value]) => [
          input,
          String(value).replace(/\$\{\{ matrix\.project \}\}/, project),
        ]);
        finished.push(
          await runAction({
            ...(name === 'forks-comment.yml' ? FINISHED_RUN() : PULL_REQUEST()),
            apiUrl: github.url,
            workspace,
            environment: { GITHUB_SHA: commits.merge },
            inputs: { 'github-token': 'ghs_secret', ...Object.fromEntries(inputs) },
          }),
        );
      }
    }
  }
  return finished;
}

function checkOut(workspace: string, depth: number): void {
  const git = gitIn(workspace);
  git('init', '--quiet');
  git('fetch', '--quiet', `--depth=${depth}`, `file://${origin}`, 'refs/pull/7/merge');
  git('checkout', '--quiet', '--force', 'FETCH_HEAD');
}

const PULL_REQUEST = () => ({
  event: 'pull_request',
  payload: {
    repository: { full_name: OWN },
    pull_request: {
      number: 7,
      head: { sha: commits.head, repo: { full_name: OWN } },
      base: { sha: commits.base, ref: 'main' },
    },
  },
});

const FINISHED_RUN = () => ({
  event: 'workflow_run',
  payload: {
    repository: { full_name: OWN },
    workflow_run: {
      id: 99,
      event: 'pull_request',
      head_sha: commits.head,
      head_branch: 'work',
      head_repository: { full_name: OWN },
    },
  },
});

async function temporaryWorkspace() {
  const path = await mkdtemp(join(tmpdir(), 'fenceline-workspace-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

const EXAMPLES = [
  { name: 'pull-request.yml', projects: ['analytics'] },
  { name: 'monorepo.yml', projects: ['data/clinic', 'data/billing'] },
  { name: 'required.yml', projects: ['tiny'] },
  { name: 'code-scanning.yml', projects: ['analytics'] },
];

test.concurrent.each(EXAMPLES)(
  '$name finds the new leak, and comments once for each project',
  async ({ name, projects }) => {
    await using github = await startFakeGitHub();
    await using workspace = await temporaryWorkspace();
    github.headSha = commits.head;

    const finished = await runExample(name, github, workspace.path);

    expect(finished.map(({ code, outputs }) => [code, outputs.get('new-violations'), outputs.get('comment')])).toEqual(
      projects.map(() => [1, '1', 'created']),
    );
    expect(github.comments).toHaveLength(projects.length);
    for (const project of projects) {
      expect(github.comments.map(({ body }) => body.split('\n')[1])).toContainEqual(
        expect.stringMatching(new RegExp(`^### ❌ Privacy gate .*\`${project}\`: 1 new leak$`)),
      );
    }
  },
);

test('forks-run.yml leaves the report that forks-comment.yml comments', async () => {
  await using github = await startFakeGitHub();
  await using fork = await temporaryWorkspace();
  await using own = await temporaryWorkspace();
  github.headSha = commits.head;

  const [run] = await runExample('forks-run.yml', github, fork.path);
  expect([run?.code, run?.outputs.get('comment'), github.writes()]).toEqual([1, 'skipped:off', []]);
  await cp(run?.outputs.get('report-path') ?? '', join(own.path, 'report.json'));
  const [comment] = await runExample('forks-comment.yml', github, own.path);

  expect([comment?.code, comment?.outputs.get('comment')]).toEqual([0, 'created']);
  expect(github.comments[0]?.body).toContain('1 new leak');
});
