import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { readDbtProject } from '../config/dbt-project.ts';
import { openProjectFiles } from '../config/project-files.ts';
import { isInsideFolder } from '../inside-folder.ts';
import { makeTemporaryFolder } from '../temporary-folder.ts';
import { type Mistake, UserError } from '../user-error.ts';
import { fetchGit } from './fetch-git.ts';
import { type Fetching, fetchArchive, findVersion } from './fetch-hub.ts';
import { type Lock, type LockedPackage, lockedSpecs, readLock, writeLock } from './package-lock.ts';
import { type HubSpec, hashOfSpecs, type PackageSpec, readPackageList } from './package-spec.ts';
import { unpackArchive } from './unpack.ts';

export interface InstallOptions extends Fetching {
  /** Absolute path of the project folder. */
  readonly directory: string;
  /** Whether newer versions are installed than those of the lock file (dbt: `dbt deps --upgrade`). */
  readonly upgrade: boolean;
}

export interface InstalledPackage extends LockedPackage {
  /** Name in its dbt_project.yml; its folder has the same name. */
  readonly name: string;
}

/**
 * Installs the packages of a project into its `dbt_packages/`, and writes package-lock.yml (dbt: `dbt deps`). If the lock
 * file fits packages.yml, it decides the versions, and the hashes of their archives must be equal.
 * @throws {UserError} for a package that does not exist, is not allowed, or has another archive than the lock file says
 */
export async function installPackages(options: InstallOptions): Promise<readonly InstalledPackage[]> {
  const { directory, environment, upgrade } = options;
  const list = readPackageList(openProjectFiles(directory), environment);
  if (!list || list.specs.length === 0) return [];
  const hash = hashOfSpecs(list.specs);
  const lock = readLock(directory);
  const isLocked = !upgrade && lock?.hash === hash;
  const specs = isLocked ? lockedSpecs(lock, environment) : list.specs;
  await using folder = await makeTemporaryFolder(join(directory, '.dbt_packages-'));
  const installed = await resolveAll(specs, folder.path, isLocked ? lock : undefined, options);
  const target = join(directory, readDbtProject(openProjectFiles(directory)).paths.packages);
  await makeFolder(target, directory);
  for (const { name } of installed) await rename(join(folder.path, name), join(target, name));
  await writeLock(directory, { hash, packages: installed });
  return installed;
}

/** Empties or makes the folder of the packages. Fails if a link above it leads out of the project. */
async function makeFolder(target: string, directory: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const [parent, project] = await Promise.all([realpath(dirname(target)), realpath(directory)]);
  if (parent !== project && !isInsideFolder(parent, project)) {
    throw new UserError({
      code: 'output-outside',
      message: `the folder of the packages would lie outside of the project: ${target}`,
      fix: 'set packages-install-path in dbt_project.yml to a folder of the project',
    });
  }
  await rm(target, { recursive: true, force: true });
  await mkdir(target);
}

/**
 * Installs packages and their dependencies. A package of the hub gets one version that meets the conditions of all that
 * name it.
 */
async function resolveAll(
  specs: readonly PackageSpec[],
  folder: string,
  lock: Lock | undefined,
  options: InstallOptions,
): Promise<readonly InstalledPackage[]> {
  const wanted = new Map<string, HubSpec[]>();
  const installed = new Map<string, InstalledPackage>();
  const waiting = specs.map((spec) => ({ spec, base: options.directory }));
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { spec, base } = next;
    const key = keyOf(spec, base);
    if (spec.kind === 'hub') wanted.set(key, [...(wanted.get(key) ?? []), spec]);
    else if (installed.has(key)) continue;
    const all = wanted.get(key) ?? [];
    const current = await install(spec, all, base, folder, options);
    requireSame(current, spec, lock);
    const before = installed.get(key);
    const isRenewed = before?.name === current.name;
    const clash = [...installed.entries()].find(([other, { name }]) => other !== key && name === current.name);
    if (clash) throw nameClash(current.name, spec);
    installed.set(key, current);
    // A lock file names all dependencies, so they need not be read from the packages.
    if (lock || (isRenewed && before.entry['version'] === current.entry['version'])) continue;
    waiting.push(...dependenciesOf(join(folder, current.name), base, spec, options));
  }
  return [...installed.values()];
}

function keyOf(spec: PackageSpec, base: string): string {
  switch (spec.kind) {
    case 'hub':
      return spec.package.toLowerCase();
    case 'local':
      return resolve(base, spec.local);
    case 'git':
      return `${spec.url} ${spec.subdirectory ?? ''}`;
    case 'tarball':
      return spec.url;
  }
}

async function install(
  spec: PackageSpec,
  all: readonly HubSpec[],
  base: string,
  folder: string,
  options: InstallOptions,
): Promise<InstalledPackage> {
  const unpacked = join(folder, `.${createHash('sha256').update(keyOf(spec, base)).digest('hex').slice(0, 16)}`);
  await rm(unpacked, { recursive: true, force: true });
  const { entry, sha256 } = await fetchInto(unpacked, spec, all, base, options);
  if (!existsSync(join(unpacked, 'dbt_project.yml'))) {
    throw new UserError({
      code: 'no-package',
      message: 'the package of this entry has no dbt_project.yml.',
      location: spec.location,
      fix: 'name the folder of a dbt project; in a repository with several, with subdirectory:',
    });
  }
  const { name } = readDbtProject(openProjectFiles(unpacked));
  if (!/^\w+$/.test(name)) throw nameClash(name, spec);
  await rm(join(folder, name), { recursive: true, force: true });
  await rename(unpacked, join(folder, name));
  return { name, entry, ...(sha256 !== undefined && { sha256 }) };
}

async function fetchInto(
  unpacked: string,
  spec: PackageSpec,
  all: readonly HubSpec[],
  base: string,
  options: InstallOptions,
): Promise<LockedPackage> {
  switch (spec.kind) {
    case 'local':
      await copyLocal(resolve(base, spec.local), unpacked, spec, options.directory);
      return { entry: { local: relative(options.directory, resolve(base, spec.local)).split(sep).join('/') || '.' } };
    case 'git': {
      const { commit, bytes } = await fetchGit(spec, base, options);
      await unpackArchive(bytes, unpacked, spec.url);
      const { subdirectory } = spec;
      return { entry: { git: spec.url, revision: commit, ...(subdirectory && { subdirectory }) } };
    }
    case 'hub': {
      const [first = spec, ...others] = all;
      const { version, tarball } = await findVersion([first, ...others], options);
      const bytes = await fetchArchive(tarball, options);
      await unpackArchive(bytes, unpacked, `${spec.package} ${version}`);
      return { entry: { package: spec.package, version }, sha256: hashOf(bytes) };
    }
    case 'tarball': {
      const bytes = await fetchArchive(spec.url, options);
      await unpackArchive(bytes, unpacked, spec.name);
      return { entry: { tarball: spec.url, name: spec.name }, sha256: hashOf(bytes) };
    }
  }
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Copies the files of a local package, without links, its own dbt_packages/, `.git` and the output of dbt runs. */
async function copyLocal(source: string, unpacked: string, { location }: PackageSpec, project: string): Promise<void> {
  if (!existsSync(source)) {
    throw new UserError({
      code: 'no-package',
      message: `there is no folder ${source}.`,
      location,
      fix: 'correct the path',
    });
  }
  const left = new Set(['.git', 'dbt_packages', 'target', 'logs', 'node_modules']);
  await cp(source, unpacked, {
    recursive: true,
    filter: (path) =>
      path !== project &&
      !left.has(path.slice(source.length + 1).split(sep)[0] ?? '') &&
      !path.includes('.dbt_packages-'),
  });
}

/** @throws {UserError} if the hash of the archive is not that of the lock file */
function requireSame(
  { entry, sha256, name }: InstalledPackage,
  { location }: PackageSpec,
  lock: Lock | undefined,
): void {
  const before = lock?.packages.find((one) => JSON.stringify(one.entry) === JSON.stringify(entry))?.sha256;
  if (before === undefined || before === sha256) return;
  throw new UserError({
    code: 'changed-package',
    message: `the archive of ${name} is another than when package-lock.yml was written.`,
    location,
    fix: 'ask its authors why; to take the new one: fenceline deps --upgrade',
  });
}

function dependenciesOf(folder: string, base: string, spec: PackageSpec, { environment }: InstallOptions) {
  const files = openProjectFiles(folder);
  const from = spec.kind === 'local' ? resolve(base, spec.local) : folder;
  return (readPackageList(files, environment)?.specs ?? []).map((dependency) => ({ spec: dependency, base: from }));
}

function nameClash(name: string, { location }: PackageSpec): UserError {
  const mistake: Mistake = {
    code: 'bad-package',
    message: `'${name}' is the name of two packages, or not a valid name of a package.`,
    location,
    fix: 'keep one of them in packages.yml',
  };
  return new UserError(mistake);
}
