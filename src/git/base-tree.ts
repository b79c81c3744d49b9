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
  /** The project folder in the checkout. */
  readonly directory: string;
  /** Absolute path of fenceline.yml. */
  readonly configFile: string;
  readonly ref: string;
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/** The project's files on the base, in a private folder that disposing removes. */
export interface BaseTree extends AsyncDisposable {
  readonly directory: string;
  /** fenceline.yml on the base; that of the checkout if it lies outside the repository. `undefined`: the base has none. */
  readonly configFile: string | undefined;
}

/**
 * The project at the commit where the checkout branched off from a git ref, so that later commits on the ref do not count
 * as missing in the checkout. Files are read from git's objects: attributes, filters and hooks of the repository have no
 * effect.
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
    await linkPackages(directory, base);
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
 * Makes sure that the base is there, before any other work.
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
  /** The tip of the base branch at the time of the event. */
  readonly baseSha: string | undefined;
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/**
 * The commit to compare a pull request with; `undefined` if the checkout does not have it, or there is no git. GitHub
 * merges the head into the base branch as it is now, which may have moved on since the event.
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

/** Path of the project below the repository's root, with a slash at its end; empty for the root. */
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
      : 'run it in a checkout, or leave out --base',
  });
}

async function commitOf(git: Git, ref: string): Promise<string> {
  const { code, output } = await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  if (code === 0) return line(output);
  const refs = line((await git(['for-each-ref', '--format=%(refname:short)'])).output).split('\n');
  throw new UserError({
    code: 'unknown-ref',
    message: `'${ref}' is no commit that this checkout has.${didYouMean(ref, refs)}`,
    fix: `fetch it: git fetch origin ${ref.replace(/^origin\//, '')}; in a GitHub workflow give actions/checkout fetch-depth: 0`,
  });
}

/** The commit where HEAD branched off; the commit itself if a shallow checkout does not have that one. */
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

/** Files that a project is read from. All others are left out, since they may be large. */
const EXTENSIONS = ['.sql', '.yml', '.yaml', '.csv', '.py'];

/** Regular files only: links could lead out of the folder. */
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

/** Whether a path stays inside the folder: a tree that was made by hand can hold any path. */
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

/** Links the installed packages, which are rarely in the repository, into the tree of the base. */
async function linkPackages(directory: string, base: string): Promise<void> {
  for (const folder of ['dbt_packages', 'dbt_modules']) {
    const installed = join(directory, folder);
    if ((await fileExists(installed)) && !(await fileExists(join(base, folder)))) {
      await symlink(installed, join(base, folder), 'junction');
    }
  }
}
