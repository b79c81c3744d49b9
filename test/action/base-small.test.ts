import { execFileSync } from 'node:child_process';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { type FakeGitHub, startFakeGitHub } from '../github/fake-github.ts';
import { type FinishedStep, runAction, type Step } from './run-action.ts';
import { type SmallProject, smallProject } from './small-project.ts';

const OWN = 'clinic/analytics';
const CONFIG =
  'version: 1\ncontract:\n  tiers:\n    safe: { path: marts/safe, allow: clear }\n  verify: { values: false }\n';

interface SmallRepository extends SmallProject {
  readonly base: string;
  /** Writes files below the workspace, commits everything, and gives the commit. */
  commit(files?: Readonly<Record<string, string>>): Promise<string>;
}

/** A small project in a repository, whose first commit is the base. */
async function smallRepository(
  mart: Parameters<typeof smallProject>[0],
  files: Readonly<Record<string, string>> = {},
): Promise<SmallRepository> {
  const project = await smallProject(mart);
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-C', project.workspace, '-c', 'user.name=Test', '-c', 'user.email=t@example.test', ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  const commit: SmallRepository['commit'] = async (changed = {}) => {
    for (const [name, text] of Object.entries(changed)) {
      const path = join(project.workspace, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
    git('add', '--all');
    git('commit', '--quiet', '--message=work');
    return git('rev-parse', 'HEAD');
  };
  git('init', '--quiet', '--initial-branch=main');
  return { ...project, commit, base: await commit({ '.gitignore': 'target/\n', ...files }) };
}

function gate(
  github: FakeGitHub,
  { workspace, folder, base }: SmallRepository,
  headSha: string,
  { inputs, ...step }: Partial<Step> = {},
): Promise<FinishedStep> {
  github.headSha = headSha;
  return runAction({
    event: 'pull_request',
    payload: {
      repository: { full_name: OWN },
      pull_request: {
        number: 7,
        head: { sha: headSha, repo: { full_name: OWN } },
        base: { sha: base, ref: 'main' },
      },
    },
    apiUrl: github.url,
    workspace,
    ...step,
    inputs: { 'project-dir': folder, 'github-token': 'ghs_secret', ...inputs },
  });
}

const NEW_LEAK = { 'analytics/models/marts/safe/mart_new.sql': "select email as x from {{ ref('people') }}\n" };

test('a merge queue is compared with what is before it in the queue, and old leaks do not fail where only new ones do', async () => {
  await using github = await startFakeGitHub();
  // Fenceline asks GitHub for approvals. Without an answer there are none.
  github.failAlways(/./, { status: 200, text: '<!doctype html>', contentType: 'text/html' });
  await using repository = await smallRepository('leaking');
  const queued = (head: string, base: string) => ({
    event: 'merge_group',
    payload: {
      repository: { full_name: OWN },
      merge_group: {
        head_sha: head,
        head_ref: `refs/heads/gh-readonly-queue/main/pr-7-${base}`,
        base_sha: base,
        base_ref: 'refs/heads/main',
      },
    },
    inputs: { 'fail-on': 'new' },
  });
  const before = await repository.commit(NEW_LEAK);
  const head = await repository.commit({ 'analytics/models/other.sql': 'select 1 as one\n' });

  const passed = await gate(github, repository, head, queued(head, before));
  const failed = await gate(github, repository, head, queued(head, repository.base));

  expect({ code: passed.code, ...Object.fromEntries(passed.outputs) }).toMatchObject({
    code: 0,
    verdict: 'fail',
    violations: '2',
    'new-violations': '0',
    'base-sha': before,
    comment: 'skipped:no-pull-request',
  });
  expect(passed.summary).toContain('### ⚠️ Privacy gate `tiny` in `analytics`: 2 leaks already on `main`');
  expect({ code: failed.code, ...Object.fromEntries(failed.outputs) }).toMatchObject({
    code: 1,
    'new-violations': '1',
    'base-sha': repository.base,
  });
});

test('a project that moves to another folder with a weaker contract is judged by the contract that the base has', async () => {
  await using github = await startFakeGitHub();
  await using repository = await smallRepository('leaking');
  await rm(join(repository.workspace, 'analytics/target'), { recursive: true, force: true });
  await rename(join(repository.workspace, 'analytics'), join(repository.workspace, 'warehouse'));
  const head = await repository.commit({ 'warehouse/fenceline.yml': CONFIG });

  const { code, outputs } = await gate(github, { ...repository, folder: 'warehouse' }, head);

  expect({ code, ...Object.fromEntries(outputs) }).toMatchObject({ code: 1, verdict: 'fail', fixed: '0' });
  const comment = github.comments[0]?.body ?? '';
  expect(comment).toContain('**the contract is weaker: 2 changes**');
  expect(comment).toContain('the project `analytics/` has another folder');
  expect(comment).toContain('tier `safe` allows more');
});

test('another file that is named as the contract is compared with the contract that the base has', async () => {
  await using github = await startFakeGitHub();
  await using repository = await smallRepository('leaking');
  const head = await repository.commit({ 'analytics/weak.yml': CONFIG });

  const { code, outputs } = await gate(github, repository, head, { inputs: { config: 'analytics/weak.yml' } });

  expect({ code, ...Object.fromEntries(outputs) }).toMatchObject({ code: 1, verdict: 'fail' });
  expect(github.comments[0]?.body).toContain('the contract is weaker');
  expect(github.comments[0]?.body).toContain('another file than `analytics/fenceline.yml` is the contract');
});

test('a value that is found in rows is old where nothing differs that the rows come from', async () => {
  await using github = await startFakeGitHub();
  const people = Array.from({ length: 40 }, (_, index) => `${index},person.${index}@clinic.test`).join('\n');
  const searching = CONFIG.replace('allow: clear', 'allow: pseudonymous').replace('values: false', 'values: true');
  await using repository = await smallRepository('safe', {
    'analytics/fenceline.yml': searching,
    'analytics/seeds/people.csv': `id,email\n${people}\n`,
    'analytics/seeds/copies.csv': `id,note\n${people}\n`,
    'analytics/models/marts/safe/mart_copies.sql': "select note from {{ ref('copies') }}\n",
  });
  const inputs = { 'fail-on': 'new' };

  const unrelated = await repository.commit({ 'analytics/models/other.sql': 'select 1 as one\n' });
  const old = await gate(github, repository, unrelated, { inputs });
  const touched = await repository.commit({
    'analytics/models/marts/safe/mart_copies.sql': "select lower(note) as note from {{ ref('copies') }}\n",
  });
  const open = await gate(github, repository, touched, { inputs });
  const added = await repository.commit({
    'analytics/models/marts/safe/mart_more.sql': "select note as more from {{ ref('copies') }}\n",
  });
  const fresh = await gate(github, repository, added, { inputs });

  const results = [old, open, fresh].map(({ code, outputs }) => [
    code,
    outputs.get('violations'),
    outputs.get('new-violations'),
  ]);
  expect(results).toEqual([
    [0, '1', '0'],
    [1, '1', '1'],
    [1, '2', '2'],
  ]);
  expect(github.comments[0]?.body).toContain('1 new leak, 1 leak that may be new');
});
