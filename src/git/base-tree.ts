import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import type { Environment } from '../environment.ts';
import { fileExists } from '../file-exists.ts';
import { didYouMean } from '../nearest-name.ts';
import { makeTemporaryFolder } from '../temporary-folder.ts';
import { UserError } from '../user-error.ts';
import { type Git, openGit } from './git.ts';

export interface BaseQuestion {
  /** Of the project as it is now. */
  readonly directory: string;
  /** Absolute path of fenceline.yml. */
  readonly configFile: string;
  readonly ref: string;
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/** The project's files as they were, in a private folder that disposing removes. */
export interface BaseTree extends AsyncDisposable {
  readonly directory: string;
  /** fenceline.yml as it was; the one of today when it lies outside the repository. `undefined`: there was none. */
  readonly configFile: string | undefined;
}

/**
 * The project where the work on it branched off from a git ref: what was added there since is not missing here. Files
 * are read from git's objects, so that no attribute, filter or hook of the repository has a say.
 * @throws {UserError} `no-git`, `no-repository` or `unknown-ref`
 */
export async function openBaseTree({ directory, configFile, ref, environment, signal }: BaseQuestion) {
  const git = openGit(directory, environment, signal);
  const prefix = await prefixIn(git, directory);
  const commit = await branchingPoint(git, await commitOf(git, ref));
  const temporary = await makeTemporaryFolder(join(tmpdir(), 'fenceline-base-'));
  const folder = temporary.path;
  try {
    const config = posix.join(prefix, relative(directory, configFile).split(sep).join('/'));
    const isInside = config !== '..' && !config.startsWith('../');
    await writeBlobs(git, await listBlobs(git, commit, prefix, isInside ? config : undefined), folder);
    const base = resolve(folder, prefix);
    await mkdir(base, { recursive: true });
    await lendPackages(directory, base);
    const written = isInside ? join(folder, config) : configFile;
    const tree: BaseTree = {
      directory: base,
      configFile: (await fileExists(written)) ? written : undefined,
      [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
    };
    return tree;
  } catch (error) {
    await temporary[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * Finds out before any work whether there is something to compare with.
 * @throws {UserError} as {@link openBaseTree}
 */
export async function requireBase({ directory, ref, environment, signal }: Omit<BaseQuestion, 'configFile'>) {
  const git = openGit(directory, environment, signal);
  await prefixIn(git, directory);
  await commitOf(git, ref);
}

export interface PullRequestBase {
  readonly directory: string;
  readonly headSha: string;
  /** The tip of the base when the head was pushed, as the event says it. */
  readonly baseSha: string | undefined;
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/**
 * The commit that a checkout of a pull request is to be compared with; `undefined` where the checkout lacks it, or there is
 * no git. GitHub merges the head into the base as it is now, which may have moved on since the event.
 */
export async function findPullRequestBase({ directory, headSha, baseSha, environment, signal }: PullRequestBase) {
  try {
    const git = openGit(directory, environment, signal);
    const [base, head] = line((await git(['rev-parse', '--verify', '--quiet', 'HEAD^@'])).output).split('\n');
    for (const commit of [head === headSha ? base : undefined, baseSha]) {
      if (commit && (await git(['cat-file', '-e', '--end-of-options', `${commit}^{commit}`])).code === 0) return commit;
    }
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Path of the project below the repository's root, with a slash at its end unless it is the root. */
async function prefixIn(git: Git, directory: string): Promise<string> {
  const { code, output, errors } = await git(['rev-parse', '--show-prefix']);
  if (code === 0) return line(output);
  const isForeign = errors.includes('dubious ownership');
  throw new UserError({
    code: 'no-repository',
    message: isForeign
      ? 'git does not read this repository, since it belongs to another user.'
      : 'the project is in no git repository, so there is no base to compare with.',
    fix: isForeign
      ? `allow it with: git config --global --add safe.directory ${directory}`
      : 'run it in a checkout, or leave --base away',
  });
}

async function commitOf(git: Git, ref: string): Promise<string> {
  const { code, output } = await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  if (code === 0) return line(output);
  const known = line((await git(['for-each-ref', '--format=%(refname:short)'])).output).split('\n');
  throw new UserError({
    code: 'unknown-ref',
    message: `'${ref}' is no commit that this checkout has.${didYouMean(ref, known)}`,
    fix: `fetch it: git fetch origin ${ref.replace(/^origin\//, '')}; in a GitHub workflow give actions/checkout fetch-depth: 0`,
  });
}

/** A shallow checkout may not know it: then the ref itself is the base. */
async function branchingPoint(git: Git, commit: string): Promise<string> {
  const { code, output } = await git(['merge-base', commit, 'HEAD']);
  return code === 0 ? line(output) : commit;
}

function line(output: Buffer): string {
  return output.toString('utf8').trimEnd();
}

interface Blob {
  readonly id: string;
  /** Below the repository's root. */
  readonly path: string;
}

/** What a project is read from: whatever else is in the repository may be large. */
const EXTENSIONS = ['.sql', '.yml', '.yaml', '.csv', '.py'];

/** Regular files only: the project's own reader follows no links either. */
async function listBlobs(
  git: Git,
  commit: string,
  prefix: string,
  config: string | undefined,
): Promise<readonly Blob[]> {
  const { code, output } = await git(['ls-tree', '-r', '-z', '--full-tree', commit]);
  if (code !== 0) throw incomplete();
  return output
    .toString('utf8')
    .split('\0')
    .flatMap((entry) => {
      const [, mode = '', id = '', path = ''] = /^(\d+) blob ([0-9a-f]+)\t(.*)$/s.exec(entry) ?? [];
      const isWanted =
        path === config || (path.startsWith(prefix) && EXTENSIONS.some((extension) => path.endsWith(extension)));
      return mode.startsWith('100') && isWanted && isPlain(path) ? [{ id, path }] : [];
    });
}

/** Nothing is written outside the folder, whatever a tree made by hand says. */
function isPlain(path: string): boolean {
  return path.split('/').every((step) => !['', '.', '..'].includes(step) && !(sep === '\\' && /[\\:]/.test(step)));
}

async function writeBlobs(git: Git, blobs: readonly Blob[], folder: string): Promise<void> {
  const { code, output } = await git(['cat-file', '--batch'], blobs.map(({ id }) => `${id}\n`).join(''));
  let offset = 0;
  for (const { id, path } of blobs) {
    const end = output.indexOf('\n', offset);
    const size = /^[0-9a-f]+ blob (\d+)$/.exec(output.toString('utf8', offset, Math.max(offset, end)))?.[1];
    if (code !== 0 || size === undefined || !output.toString('utf8', offset, end).startsWith(id)) throw incomplete();
    const start = end + 1;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), output.subarray(start, start + Number(size)));
    offset = start + Number(size) + 1;
  }
}

function incomplete(): UserError {
  return new UserError({
    code: 'unknown-ref',
    message: 'this checkout lacks files of the base.',
    fix: 'fetch them: git fetch --refetch origin; in a GitHub workflow give actions/checkout fetch-depth: 0 and no filter',
  });
}

/** Installed packages are in no repository as a rule: what is installed now serves the base as well. */
async function lendPackages(directory: string, base: string): Promise<void> {
  for (const folder of ['dbt_packages', 'dbt_modules']) {
    const installed = join(directory, folder);
    if ((await fileExists(installed)) && !(await fileExists(join(base, folder)))) {
      await symlink(installed, join(base, folder), 'junction');
    }
  }
}
