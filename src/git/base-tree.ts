import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import type { Environment } from '../environment.ts';
import { fileExists } from '../file-exists.ts';
import { didYouMean } from '../nearest-name.ts';
import { makeTemporaryFolder } from '../temporary-folder.ts';
import { UserError } from '../user-error.ts';
import { type Git, openGit } from './git.ts';

/** The commit of the base that {@link openBase} opens. */
export interface BaseRequest {
  /** The project folder in the checkout. */
  readonly directory: string;
  readonly ref: string;
  /** `branching-point`: the merge base with HEAD, so that a file that the ref got later does not look removed. */
  readonly commit: 'branching-point' | 'tip';
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/** The repository at a commit of the base. Paths are below its root, with `/`. */
export interface Base {
  /** Id of the commit. */
  readonly commit: string;
  /** Absolute path of the repository's root. */
  readonly root: string;
  /** Folder of the project in the checkout, below the root, with a slash at its end; empty for the root. */
  readonly prefix: string;
  /** Paths of regular files. Links are left out, since the reader of projects does not follow them. */
  readonly files: ReadonlySet<string>;
  /**
   * Texts of some of the files, by path.
   * @throws {UserError} when the checkout lacks their content
   */
  read(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Writes the files of the project below `prefix`, and `configFile`, into a private folder. Disposing removes it. */
  checkOut(prefix: string, configFile: string): Promise<BaseTree>;
}

/** A project of the base in a temporary folder. Paths are absolute. */
export interface BaseTree extends AsyncDisposable {
  /** Folder of the project. */
  readonly directory: string;
  readonly configFile: string;
}

/**
 * Opens a commit of the base. Its files are read from git's objects, so that no attribute, filter or hook of the
 * repository can change them.
 * @throws {UserError} `no-git`, `no-repository` or `unknown-ref`
 */
export async function openBase({ directory, ref, commit, environment, signal }: BaseRequest): Promise<Base> {
  const git = openGit(directory, environment, signal);
  const prefix = await prefixIn(git);
  const tip = await commitOf(git, ref);
  const id = commit === 'tip' ? tip : await branchingPoint(git, tip);
  const blobs = await listBlobs(git, id);
  return {
    commit: id,
    root: line((await git(['rev-parse', '--show-toplevel'])).output),
    prefix,
    files: new Set(blobs.keys()),
    async read(paths) {
      const texts = await readBlobs(git, pick(blobs, paths));
      return new Map([...texts].map(([path, content]) => [path, content.toString('utf8')]));
    },
    async checkOut(project, configFile) {
      const wanted = [...blobs.keys()].filter((path) => path === configFile || isProjectFile(path, project));
      const lends = await untrackedPackages(git, directory);
      return writeTree(await readBlobs(git, pick(blobs, wanted)), { directory, project, configFile, lends });
    },
  };
}

function isProjectFile(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && EXTENSIONS.some((extension) => path.endsWith(extension));
}

function pick(blobs: Blobs, paths: readonly string[]): Blobs {
  return new Map(
    paths.flatMap((path) => {
      const id = blobs.get(path);
      return id === undefined ? [] : [[path, id] as const];
    }),
  );
}

interface TreePlace {
  /** Folder of the project in the checkout. */
  readonly directory: string;
  /** Folder of the project on the base. */
  readonly project: string;
  readonly configFile: string;
  /** Folders of installed packages in the checkout that the tree of the base shares. */
  readonly lends: readonly string[];
}

async function writeTree(files: ReadonlyMap<string, Buffer>, place: TreePlace): Promise<BaseTree> {
  const temporary = await makeTemporaryFolder(join(tmpdir(), 'fenceline-base-'));
  try {
    for (const [path, content] of files) {
      await mkdir(dirname(join(temporary.path, path)), { recursive: true });
      await writeFile(join(temporary.path, path), content);
    }
    const directory = resolve(temporary.path, place.project);
    await mkdir(directory, { recursive: true });
    await linkPackages(place, directory);
    return {
      directory,
      configFile: join(temporary.path, place.configFile),
      [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
    };
  } catch (error) {
    await temporary[Symbol.asyncDispose]();
    throw error;
  }
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
 * The commit to compare a pull request with; `undefined` if the checkout does not have it. The other parent of GitHub's merge
 * commit comes before `baseSha`, since the base branch may have moved after the event.
 * @throws {UserError} `no-git` or `no-repository`
 */
export async function findPullRequestBase({ directory, headSha, baseSha, environment, signal }: PullRequestBase) {
  const git = openGit(directory, environment, signal);
  await prefixIn(git);
  const [base, head] = line((await git(['rev-parse', '--verify', '--quiet', 'HEAD^@'])).output).split('\n');
  for (const commit of [head === headSha ? base : undefined, baseSha]) {
    if (commit && (await git(['cat-file', '-e', '--end-of-options', `${commit}^{commit}`])).code === 0) return commit;
  }
  return undefined;
}

/** Path of the project below the repository's root, with a slash at its end; empty for the root. */
async function prefixIn(git: Git): Promise<string> {
  const { code, output, errors } = await git(['rev-parse', '--show-prefix']);
  if (code === 0) return line(output);
  // Git's error names the repository, which may be a folder above the project.
  const [, foreign] = /dubious ownership in repository at '([^'\n]+)'/.exec(errors) ?? [];
  throw new UserError({
    code: 'no-repository',
    message:
      foreign === undefined
        ? 'the project is in no git repository, so there is no base to compare with.'
        : 'git does not read this repository, since it belongs to another user.',
    fix:
      foreign === undefined
        ? 'run it in a checkout, or leave out --base'
        : `allow it with: git config --global --add safe.directory '${foreign}'`,
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

/** Ids of the contents of files, by path below the repository's root. */
type Blobs = ReadonlyMap<string, string>;

/** Endings of the files that a project can have. All others are left out, since they may be large. */
const EXTENSIONS = ['.sql', '.yml', '.yaml', '.csv', '.py'];

async function listBlobs(git: Git, commit: string): Promise<Blobs> {
  const { code, output } = await git(['ls-tree', '-r', '-z', '--full-tree', commit]);
  if (code !== 0) throw incomplete();
  return new Map(
    output
      .toString('utf8')
      .split('\0')
      .flatMap((entry) => {
        const [, mode = '', id = '', path = ''] = /^(\d+) blob ([0-9a-f]+)\t(.*)$/s.exec(entry) ?? [];
        return mode.startsWith('100') && isPlain(path) ? [[path, id] as const] : [];
      }),
  );
}

/** Whether a path of the tree stays inside the folder: a forged tree can hold any path. */
function isPlain(path: string): boolean {
  return path.split('/').every((step) => !['', '.', '..'].includes(step) && !(sep === '\\' && /[\\:]/.test(step)));
}

async function readBlobs(git: Git, blobs: Blobs): Promise<ReadonlyMap<string, Buffer>> {
  const { code, output } = await git(['cat-file', '--batch'], [...blobs.values()].map((id) => `${id}\n`).join(''));
  const contents = new Map<string, Buffer>();
  let offset = 0;
  for (const [path, id] of blobs) {
    const end = output.indexOf('\n', offset);
    const size = /^[0-9a-f]+ blob (\d+)$/.exec(output.toString('utf8', offset, Math.max(offset, end)))?.[1];
    if (code !== 0 || size === undefined || !output.toString('utf8', offset, end).startsWith(id)) throw incomplete();
    const start = end + 1;
    contents.set(path, output.subarray(start, start + Number(size)));
    offset = start + Number(size) + 1;
  }
  return contents;
}

function incomplete(): UserError {
  return new UserError({
    code: 'unknown-ref',
    message: 'this checkout lacks files of the base.',
    fix: 'fetch them: git fetch --refetch origin; in a GitHub workflow give actions/checkout fetch-depth: 0 and no filter',
  });
}

/**
 * Folders of packages that are installed beside the repository's files. Packages that the head commits are its own, so
 * the base does not get them.
 */
async function untrackedPackages(git: Git, directory: string): Promise<readonly string[]> {
  const folders: string[] = [];
  for (const folder of ['dbt_packages', 'dbt_modules']) {
    if (!(await fileExists(join(directory, folder)))) continue;
    if ((await git(['ls-files', '-z', '--', folder])).output.length === 0) folders.push(folder);
  }
  return folders;
}

/** Links the installed packages, which are rarely in the repository, into the tree of the base. */
async function linkPackages({ directory, lends }: TreePlace, base: string): Promise<void> {
  for (const folder of lends) {
    if (!(await fileExists(join(base, folder)))) await symlink(join(directory, folder), join(base, folder), 'junction');
  }
}
