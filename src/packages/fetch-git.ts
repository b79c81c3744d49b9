import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { EnvironmentError } from '../environment-error.ts';
import { fileExists } from '../file-exists.ts';
import { type Git, openGit } from '../git/git.ts';
import { UserError } from '../user-error.ts';
import type { Fetching } from './fetch-hub.ts';
import type { GitSpec } from './package-spec.ts';

export interface GitArchive {
  /** Full hash of the commit. */
  readonly commit: string;
  /** A tar archive with one folder at its top. */
  readonly bytes: Buffer;
}

/** Options of git against hostile repositories: no hook runs, and no address may start a program. */
const CAREFUL = ['-c', 'core.hooksPath=/dev/null', '-c', 'protocol.allow=never'];
const PROTOCOLS = ['https', 'http', 'ssh', 'git', 'file'].flatMap((name) => ['-c', `protocol.${name}.allow=always`]);

/**
 * Fetches a commit, tag or branch of a repository into the cache, and packs its files. A commit that is in the cache needs
 * no network.
 * @param directory folder that a relative address starts from
 * @throws {UserError} for an address or revision that does not exist or is not allowed
 */
export async function fetchGit(spec: GitSpec, directory: string, fetching: Fetching): Promise<GitArchive> {
  const { url, revision = 'HEAD', subdirectory, location } = spec;
  if (/^-|^ext::|::/.test(url) || /^-|\.\.|[\s~^:]/.test(revision) || subdirectory?.split(/[\\/]/).includes('..')) {
    throw new UserError({
      code: 'bad-package',
      message: 'this address, revision or subdirectory is not allowed.',
      location,
      fix: 'write an address such as https://github.com/dbt-labs/dbt-utils.git, and a commit, tag or branch',
    });
  }
  const address = isPath(url) ? resolve(directory, url) : url;
  const mirror = join(fetching.cache, `${createHash('sha256').update(address).digest('hex')}.git`);
  const git = openGit(await openMirror(mirror, fetching), fetching.environment, fetching.signal);
  const commit = await findCommit(git, address, revision, spec);
  const tree = subdirectory ? `${commit}:${subdirectory}` : commit;
  const { code, output } = await git([...CAREFUL, 'archive', '--format=tar', '--prefix=package/', tree]);
  if (code === 0) return { commit, bytes: output };
  throw new UserError({
    code: 'no-package',
    message: `${url} has no folder ${subdirectory ?? ''} at ${revision}.`,
    location,
    fix: 'correct subdirectory',
  });
}

function isPath(url: string): boolean {
  return isAbsolute(url) || /^\.{0,2}\//.test(url) || url === '.' || url === '..';
}

/** Makes the bare repository in the cache, unless it exists. Gives its path. */
async function openMirror(mirror: string, { cache, environment, signal }: Fetching): Promise<string> {
  if (await fileExists(join(mirror, 'HEAD'))) return mirror;
  await mkdir(mirror, { recursive: true });
  const { code } = await openGit(cache, environment, signal)(['init', '--quiet', '--bare', '--template=', mirror]);
  if (code === 0) return mirror;
  throw new EnvironmentError(`git cannot write to ${cache}`, 'name another folder in FENCELINE_CACHE');
}

async function findCommit(git: Git, address: string, revision: string, spec: GitSpec): Promise<string> {
  const resolved = async (name: string) => {
    const { code, output } = await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
    return code === 0 ? output.toString('utf8').trim() : undefined;
  };
  const isCommit = /^[0-9a-f]{40}$/.test(revision);
  const kept = isCommit ? await resolved(revision) : undefined;
  if (kept !== undefined) return kept;
  const fetched = await git([
    ...CAREFUL,
    ...PROTOCOLS,
    'fetch',
    '--quiet',
    '--prune',
    '--no-write-fetch-head',
    '--no-recurse-submodules',
    '--end-of-options',
    address,
    '+refs/heads/*:refs/heads/*',
    '+refs/tags/*:refs/tags/*',
    '+HEAD:refs/fenceline/head',
  ]);
  const name = revision === 'HEAD' ? 'refs/fenceline/head' : revision;
  const commit =
    (await resolved(`refs/tags/${name}`)) ?? (await resolved(`refs/heads/${name}`)) ?? (await resolved(name));
  if (commit !== undefined) return commit;
  const { location, url } = spec;
  if (fetched.code !== 0) {
    throw new UserError({
      code: 'no-package',
      message: `git cannot fetch ${url}, and no copy of it is in the cache.`,
      location,
      fix: 'check the address, the network and your credentials: git ls-remote shows what git says',
    });
  }
  throw new UserError({
    code: 'no-package',
    message: `${url} has no commit, tag or branch '${revision}'.`,
    location,
    fix: 'correct the revision',
  });
}
