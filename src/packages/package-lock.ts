import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readYaml } from '../config/read-yaml.ts';
import type { Environment } from '../environment.ts';
import { type Mistake, UserError } from '../user-error.ts';
import { type PackageSpec, readSpec } from './package-spec.ts';

/** A package with its exact version, as an entry of package-lock.yml. */
export interface LockedPackage {
  /** Keys and values as dbt writes them into package-lock.yml. */
  readonly entry: { readonly [key: string]: string };
  /** SHA-256 of its archive, in hex; absent for a package without an archive that stays the same (git, local). */
  readonly sha256?: string;
}

export interface Lock {
  /** dbt's hash of the packages.yml for which the lock file was written. */
  readonly hash: string;
  readonly packages: readonly LockedPackage[];
}

const FILE = 'package-lock.yml';
const HASH_COMMENT = /^# sha256 of (.+): ([0-9a-f]{64})$/gm;

/** Reads package-lock.yml; `undefined` if there is none. @throws {UserError} for a file that is no YAML */
export function readLock(directory: string): Lock | undefined {
  const path = join(directory, FILE);
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8');
  const { packages, sha1_hash: hash } = Object(readYaml(FILE, text).value ?? {});
  const hashes = new Map([...text.matchAll(HASH_COMMENT)].map(([, subject = '', sha256 = '']) => [subject, sha256]));
  return {
    hash: String(hash),
    packages: (Array.isArray(packages) ? packages : []).map((written) => {
      const { name: _, ...entry } = Object(written);
      const spelled = Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, String(value)]));
      // `name` is part of the entry of a tarball only.
      const kept = 'tarball' in spelled ? { ...spelled, name: String(Object(written).name) } : spelled;
      const sha256 = hashes.get(subjectOf(kept));
      return { entry: kept, ...(sha256 !== undefined && { sha256 }) };
    }),
  };
}

/** Reads the entries of a lock file as entries of packages.yml. */
export function lockedSpecs({ packages }: Lock, environment: Environment): readonly PackageSpec[] {
  const mistakes: Mistake[] = [];
  const location = { file: FILE, line: 1, column: 1 };
  const specs = packages.flatMap(({ entry }) => readSpec(entry, location, environment, mistakes));
  if (mistakes.length > 0) throw new UserError(mistakes);
  return specs;
}

/** Writes package-lock.yml as dbt does; the hashes of archives are in comments, which dbt does not read. */
export async function writeLock(
  directory: string,
  {
    hash,
    packages,
  }: { readonly hash: string; readonly packages: readonly (LockedPackage & { readonly name: string })[] },
): Promise<void> {
  const entries = packages.map(({ entry, name }) =>
    Object.entries({ ...entry, name })
      .map(([key, value], index) => `  ${index === 0 ? '- ' : '  '}${key}: ${scalar(value)}`)
      .join('\n'),
  );
  const hashes = packages.flatMap(({ entry, sha256 }) =>
    sha256 === undefined ? [] : [`# sha256 of ${subjectOf(entry)}: ${sha256}`],
  );
  const lines = ['packages:', ...entries, `sha1_hash: ${hash}`, ...hashes];
  // If the file is a link, the link is removed, so that its target is not overwritten.
  await rm(join(directory, FILE), { force: true });
  await writeFile(join(directory, FILE), `${lines.join('\n')}\n`, { flag: 'wx' });
}

/** A text as a YAML scalar, in quotes where YAML could read it as another value. */
function scalar(text: string): string {
  const isPlain = /^[A-Za-z./@][\w./@:+-]*[\w./]$|^\d+\.\d+\.\d+$|^(?=.*[a-df])[0-9a-f]{40}$/.test(text);
  return isPlain ? text : JSON.stringify(text);
}

function subjectOf(entry: LockedPackage['entry']): string {
  return [entry['package'] ?? entry['tarball'] ?? '', entry['version'] ?? ''].join(' ').trim();
}
