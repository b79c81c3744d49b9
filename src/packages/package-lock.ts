import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readYaml } from '../config/read-yaml.ts';
import type { Environment } from '../environment.ts';
import { type Mistake, UserError } from '../user-error.ts';
import { type PackageSpec, readSpec } from './package-spec.ts';

/** A package with its exact version. */
export interface LockedPackage {
  /** Keys and values as dbt writes them into package-lock.yml. */
  readonly entry: { readonly [key: string]: string };
  /** Of its archive, where it has one that does not change. */
  readonly sha256?: string;
}

export interface Lock {
  /** dbt's hash of the packages.yml that it was made for. */
  readonly hash: string;
  readonly packages: readonly LockedPackage[];
}

const FILE = 'package-lock.yml';
const HASH_COMMENT = /^# sha256 of (.+): ([0-9a-f]{64})$/gm;

/** @throws {UserError} for a file that is no YAML */
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
      // The archive's own name belongs to a tarball.
      const kept = 'tarball' in spelled ? { ...spelled, name: String(Object(written).name) } : spelled;
      const sha256 = hashes.get(subjectOf(kept));
      return { entry: kept, ...(sha256 !== undefined && { sha256 }) };
    }),
  };
}

/** The entries of a lock file as those of a packages.yml. */
export function lockedSpecs({ packages }: Lock, environment: Environment): readonly PackageSpec[] {
  const mistakes: Mistake[] = [];
  const location = { file: FILE, line: 1, column: 1 };
  const specs = packages.flatMap(({ entry }) => readSpec(entry, location, environment, mistakes));
  if (mistakes.length > 0) throw new UserError(mistakes);
  return specs;
}

/** Writes the file as dbt does; the hashes of archives are comments, which dbt does not read. */
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
  // A link in its place is replaced, and what it leads to stays as it is.
  await rm(join(directory, FILE), { force: true });
  await writeFile(join(directory, FILE), `${lines.join('\n')}\n`, { flag: 'wx' });
}

/** A text of YAML, between quotes where it could be read as anything else. */
function scalar(text: string): string {
  const isPlain = /^[A-Za-z./@][\w./@:+-]*[\w./]$|^\d+\.\d+\.\d+$|^(?=.*[a-df])[0-9a-f]{40}$/.test(text);
  return isPlain ? text : JSON.stringify(text);
}

function subjectOf(entry: LockedPackage['entry']): string {
  return [entry['package'] ?? entry['tarball'] ?? '', entry['version'] ?? ''].join(' ').trim();
}
