import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { cp, readFile, symlink } from 'node:fs/promises';
import { delimiter, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { Environment } from '../environment.ts';
import { EnvironmentError } from '../environment-error.ts';
import { type FetchContext, fetchPackage, type NativePackage } from '../native/fetch-package.ts';
import manifest from '../native/manifest.json' with { type: 'json' };
import { nativePlatform } from '../native/platform.ts';
import { isOpenToAll } from './server-user.ts';

/** The programs of a Postgres server on this machine, which can start a throwaway server. */
export interface Binaries {
  /** Folder with `initdb`, `pg_ctl` and `postgres`. */
  readonly directory: string;
  /** Version as `postgres --version` prints it: `15.18 (Debian 15.18-0+deb12u1)`. */
  readonly version: string;
  readonly major: number;
  readonly kind: 'system' | 'pinned';
}

/** The oldest supported major version: older catalogs lack columns that sync reads. */
export const OLDEST_MAJOR = 13;

/** The installed servers that Fenceline can use: the one in `PGBIN` first, then the newest. */
export async function findSystemBinaries(environment: Environment): Promise<readonly Binaries[]> {
  const preferred = environment['PGBIN'] ? [environment['PGBIN']] : [];
  const probed = await Promise.all([...new Set([...preferred, ...usualPlaces(environment)])].map(probe));
  const usable = probed.filter((binaries) => binaries !== undefined).filter(({ major }) => major >= OLDEST_MAJOR);
  return usable.sort(
    (a, b) => Number(preferred.includes(b.directory)) - Number(preferred.includes(a.directory)) || b.major - a.major,
  );
}

function usualPlaces(environment: Environment): readonly string[] {
  const { ProgramFiles, PATH, HOMEBREW_PREFIX } = environment as Record<string, string | undefined>;
  return [
    // Debian, Ubuntu and GitHub's Linux images
    ...versionsBelow('/usr/lib/postgresql', 'bin'),
    // Red Hat and the packages of postgresql.org
    ...versionsBelow('/usr', 'bin', /^pgsql-\d+$/),
    // Alpine
    ...versionsBelow('/usr/libexec', '', /^postgresql\d+$/),
    ...[HOMEBREW_PREFIX, '/opt/homebrew', '/usr/local', '/home/linuxbrew/.linuxbrew']
      .filter((prefix) => prefix !== undefined)
      .flatMap((prefix) => versionsBelow(join(prefix, 'opt'), 'bin', /^postgresql(@\d+)?$/)),
    ...versionsBelow('/Applications/Postgres.app/Contents/Versions', 'bin'),
    ...(ProgramFiles ? versionsBelow(join(ProgramFiles, 'PostgreSQL'), 'bin') : []),
    ...(PATH ?? '').split(delimiter).filter((folder) => folder !== ''),
  ];
}

function versionsBelow(folder: string, below: string, pattern = /^\d+$/): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, name, below));
}

/** The server programs in a folder; `undefined` if one of the three is missing, as where only a client is installed. */
async function probe(directory: string): Promise<Binaries | undefined> {
  if (!['initdb', 'pg_ctl', 'postgres'].every((name) => existsSync(program(directory, name)))) return undefined;
  const version = await serverVersion(directory).catch(() => undefined);
  return version && { directory, ...version, kind: 'system' };
}

/** Path of a program in the folder of a server's programs. */
export function program(directory: string, name: string): string {
  return join(directory, process.platform === 'win32' ? `${name}.exe` : name);
}

async function serverVersion(directory: string): Promise<{ readonly version: string; readonly major: number }> {
  const { stdout } = await promisify(execFile)(program(directory, 'postgres'), ['--version']);
  const version = stdout.trim().replace(/^postgres \(PostgreSQL\) /, '');
  return { version, major: Number.parseInt(version, 10) };
}

const packages: { readonly [platform: string]: NativePackage } = manifest.postgres;

/** The major version of the pinned package; `undefined` if this platform has none. */
export function pinnedMajor(): number | undefined {
  const version = packages[nativePlatform()]?.version;
  return version === undefined ? undefined : Number.parseInt(version, 10);
}

/**
 * The programs of the pinned package, fetched if the cache lacks them. They are copied to `privateDirectory` if the
 * server's user cannot enter the cache, as in root's home.
 * @throws {EnvironmentError} when this platform has no package, or it cannot be fetched
 */
export async function pinnedBinaries(context: FetchContext, privateDirectory: string): Promise<Binaries> {
  const nativePackage = packages[nativePlatform()];
  if (!nativePackage) {
    throw new EnvironmentError(
      `there is no Postgres to fetch for ${nativePlatform()}`,
      'install a Postgres server, or give Fenceline one by `postgres.url`',
    );
  }
  const fetched = await fetchPackage(nativePackage, context);
  let native = join(fetched.directory, 'native');
  await linkLibraries(fetched.directory);
  if (process.getuid?.() === 0 && !(await isOpenToAll(native))) {
    const copy = join(privateDirectory, 'postgres');
    await cp(native, copy, { recursive: true, verbatimSymlinks: true });
    native = copy;
  }
  const directory = join(native, 'bin');
  return { directory, ...(await serverVersion(directory)), kind: 'pinned' };
}

/** Makes the links that the libraries need. npm packages hold no links; this one lists them for its install script. */
async function linkLibraries(packageDirectory: string): Promise<void> {
  const list = join(packageDirectory, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(await readFile(list, 'utf8')) as readonly PackageLink[]) {
    const link = join(packageDirectory, target);
    await symlink(relative(dirname(link), join(packageDirectory, source)), link).catch((error) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

interface PackageLink {
  readonly source: string;
  readonly target: string;
}
