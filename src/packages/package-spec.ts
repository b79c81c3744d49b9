import { createHash } from 'node:crypto';
import type { ProjectFiles } from '../config/project-files.ts';
import { readYaml } from '../config/read-yaml.ts';
import type { Environment } from '../environment.ts';
import type { Location } from '../location.ts';
import { type Mistake, UserError } from '../user-error.ts';

/** An entry of packages.yml: the origin of a package, and the versions that are allowed. */
export type PackageSpec = LocalSpec | GitSpec | HubSpec | TarballSpec;

interface Written {
  readonly location: Location;
  /** Keys and values of the entry before Jinja, from which the hash in the lock file is made. */
  readonly raw: { readonly [key: string]: unknown };
}

export interface LocalSpec extends Written {
  readonly kind: 'local';
  /** Path of the folder, relative to the project that names it. */
  readonly local: string;
}

export interface GitSpec extends Written {
  readonly kind: 'git';
  readonly url: string;
  /** A commit, tag or branch; `undefined`: the default branch of the repository. */
  readonly revision: string | undefined;
  readonly subdirectory: string | undefined;
}

export interface HubSpec extends Written {
  readonly kind: 'hub';
  /** `namespace/name`. */
  readonly package: string;
  /** Conditions that a version must all meet: `>=1.0.0`, `<2.0.0`. */
  readonly versions: readonly string[];
  readonly allowsPrerelease: boolean;
}

export interface TarballSpec extends Written {
  readonly kind: 'tarball';
  readonly url: string;
  readonly name: string;
}

/** The packages that a project names, and the name of the file with them. */
export interface PackageList {
  readonly file: string;
  readonly specs: readonly PackageSpec[];
}

const FILES = ['packages.yml', 'dependencies.yml'];

/**
 * Reads packages.yml, or the packages of dependencies.yml. `undefined` for a project with neither.
 * @throws {UserError} with every mistake in it
 */
export function readPackageList(files: ProjectFiles, environment: Environment): PackageList | undefined {
  for (const file of FILES) {
    if (!files.exists(file)) continue;
    const { value, locate } = readYaml(file, files.read(file));
    const written = Object(value ?? {}).packages;
    if (written === undefined && file === 'dependencies.yml') continue;
    const mistakes: Mistake[] = [];
    const specs = (Array.isArray(written) ? written : []).flatMap((entry, index) =>
      readSpec(entry, locate(['packages', index]), environment, mistakes),
    );
    if (mistakes.length > 0) throw new UserError(mistakes);
    return { file, specs };
  }
  return undefined;
}

/** Reads one entry into a list of one. For a wrong entry a mistake is noted, and the list is empty. */
export function readSpec(
  entry: unknown,
  location: Location,
  environment: Environment,
  mistakes: Mistake[],
): readonly PackageSpec[] {
  const note = (message: string, fix: string) => {
    mistakes.push({ code: 'bad-package', message, location, fix });
    return [];
  };
  const raw: { readonly [key: string]: unknown } = Object(entry);
  const missing = new Set<string>();
  const text = (key: string) => {
    const value = raw[key];
    return value === undefined || value === null ? undefined : rendered(String(value), environment, missing);
  };
  const spec = specOf(raw, text, location);
  for (const name of missing)
    return note(`the variable ${name} is not set.`, `set ${name}, or write the address itself`);
  if (spec) return [spec];
  if ('private' in raw) return note('private packages are not supported.', 'name the repository with git:');
  return note('this entry names no package.', "write 'package:' with 'version:', or 'git:', 'local:' or 'tarball:'");
}

function specOf(
  raw: Written['raw'],
  text: (key: string) => string | undefined,
  location: Location,
): PackageSpec | undefined {
  const [local, url, hub, tarball] = [text('local'), text('git'), text('package'), text('tarball')];
  if (local) return { kind: 'local', local, location, raw };
  if (url) {
    return { kind: 'git', url, revision: text('revision'), subdirectory: text('subdirectory'), location, raw };
  }
  if (hub) {
    const written = raw['version'];
    const versions = (Array.isArray(written) ? written : [written ?? []]).flat().map(String);
    const allowsPrerelease = raw['install-prerelease'] === true || raw['install_prerelease'] === true;
    return { kind: 'hub', package: hub, versions, allowsPrerelease, location, raw };
  }
  const name = text('name');
  return tarball && name ? { kind: 'tarball', url: tarball, name, location, raw } : undefined;
}

/**
 * Replaces calls of `env_var`, the only Jinja that dbt renders in packages.yml. Collects the names of variables that
 * are not set.
 */
function rendered(text: string, environment: Environment, missing: Set<string>): string {
  return text.replace(
    /\{\{\s*env_var\(\s*['"](\w+)['"](?:\s*,\s*['"]([^'"]*)['"])?\s*\)\s*\}\}/g,
    (_, name: string, standard: string | undefined) => {
      const value = environment[name] ?? standard;
      if (value === undefined) missing.add(name);
      return value ?? '';
    },
  );
}

/** The hash of packages.yml that dbt writes into package-lock.yml: SHA-1 of the entries as Python prints their JSON. */
export function hashOfSpecs(specs: readonly PackageSpec[]): string {
  const lines = specs.map((spec) => pythonJson(hashed(spec))).sort();
  return createHash('sha1').update(lines.join('\n')).digest('hex');
}

function hashed(spec: PackageSpec): object {
  const { raw } = spec;
  switch (spec.kind) {
    case 'local':
      return { local: spec.local, unrendered: raw };
    case 'git':
      return {
        git: spec.url,
        revision: raw['revision'] ?? null,
        subdirectory: spec.subdirectory ?? null,
        unrendered: raw,
        'warn-unpinned': raw['warn-unpinned'] ?? null,
      };
    case 'hub':
      return {
        install_prerelease: spec.allowsPrerelease,
        package: spec.package,
        unrendered: raw,
        version: raw['version'] ?? null,
      };
    case 'tarball':
      return { name: spec.name, tarball: spec.url, unrendered: raw };
  }
}

/** Python: json.dumps(value, sort_keys=True). */
function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
    return `{${entries.map(([key, item]) => `${pythonJson(key)}: ${pythonJson(item)}`).join(', ')}}`;
  }
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
