import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../environment.ts';
import { EnvironmentError } from '../environment-error.ts';
import { didYouMean } from '../nearest-name.ts';
import { type Mistake, UserError } from '../user-error.ts';
import type { HubSpec } from './package-spec.ts';
import { isVersion, matchingVersions } from './version-range.ts';

/** Cache, environment and abort signal of the requests that fetch packages. */
export interface Fetching {
  /** Absolute path of the folder of fetched archives, indexes and repositories. */
  readonly cache: string;
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/** A version of a package, from the index of the hub (hub.getdbt.com). */
export interface HubVersion {
  readonly version: string;
  readonly tarball: string;
  /** Packages that this version needs, as entries of packages.yml. */
  readonly packages: readonly unknown[];
}

/** Maximum size of an archive or index. */
const MOST_BYTES = 128 * 1024 * 1024;

/**
 * Finds the newest version of a package that meets the conditions of all entries.
 * @param specs all entries that name this package
 * @throws {UserError} for a package or version that does not exist, and for conditions that exclude each other
 */
export async function findVersion(specs: readonly [HubSpec, ...HubSpec[]], fetching: Fetching): Promise<HubVersion> {
  const [first] = specs;
  const conditions = specs.flatMap(({ versions }) => versions);
  const wrong = conditions.find((condition) => !isVersion(condition));
  if (wrong !== undefined)
    throw mistake(first, `'${wrong}' is no version.`, "write it as '1.3.0' or ['>=1.0.0', '<2.0.0']");
  const versions = await readIndex(first, fetching);
  const allowsPrerelease = specs.some((spec) => spec.allowsPrerelease);
  const [found] = matchingVersions([...versions.keys()], conditions, allowsPrerelease);
  const version = found === undefined ? undefined : versions.get(found);
  if (version) return version;
  const newest = matchingVersions([...versions.keys()], [], false).slice(0, 5);
  throw mistake(
    first,
    `no version of ${first.package} meets ${conditions.join(' and ')}.`,
    `use one of its versions, such as ${newest.join(', ')}`,
  );
}

function mistake({ location }: HubSpec, message: string, fix: string): UserError {
  return new UserError({ code: 'no-package-version', message, location, fix } satisfies Mistake);
}

/** The versions of a package, as the hub lists them. */
async function readIndex(spec: HubSpec, fetching: Fetching): Promise<ReadonlyMap<string, HubVersion>> {
  if (!/^[\w.-]+\/[\w.-]+$/.test(spec.package)) {
    throw mistake(spec, `'${spec.package}' is no package of the hub.`, "write it as 'dbt-labs/dbt_utils'");
  }
  const hub = (fetching.environment['DBT_PACKAGE_HUB_URL'] ?? 'https://hub.getdbt.com').replace(/\/+$/, '');
  const bytes = await fetchCached(`${hub}/api/v1/${spec.package}.json`, 'newest', fetching);
  if (!bytes) {
    throw mistake(
      spec,
      `the hub has no package '${spec.package}'.${didYouMean(spec.package, POPULAR_PACKAGES)}`,
      'correct its name',
    );
  }
  const { versions } = JSON.parse(bytes.toString('utf8'));
  return new Map(
    Object.entries(Object(versions)).map(([version, entry]) => {
      const { downloads, packages } = Object(entry);
      const tarball = String(Object(downloads).tarball);
      return [version, { version, tarball, packages: Array.isArray(packages) ? packages : [] }];
    }),
  );
}

/** Names that the message about an unknown package may suggest. */
const POPULAR_PACKAGES = [
  'dbt-labs/dbt_utils',
  'dbt-labs/audit_helper',
  'dbt-labs/codegen',
  'metaplane/dbt_expectations',
];

/** Fetches the archive of a version. It never changes, so one in the cache is used without a request. */
export async function fetchArchive(url: string, fetching: Fetching): Promise<Buffer> {
  const bytes = await fetchCached(url, 'constant', fetching);
  if (bytes) return bytes;
  throw new EnvironmentError(`${url} is not there any more`, 'use another version of the package');
}

/**
 * Fetches an address and caches the response, which is used when the network is down.
 * @returns `undefined` where the server answers that the address does not exist
 */
async function fetchCached(
  url: string,
  age: 'newest' | 'constant',
  { cache, signal }: Fetching,
): Promise<Buffer | undefined> {
  const file = join(cache, createHash('sha256').update(url).digest('hex'));
  const kept = await readFile(file).catch(() => undefined);
  if (kept && age === 'constant') return kept;
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(60_000)]) });
    if (response.status === 404 || response.status === 410) return undefined;
    if (!response.ok) throw new Error(`status ${response.status}`);
    const bytes = await readBody(response);
    await mkdir(cache, { recursive: true });
    await writeFile(file, bytes);
    return bytes;
  } catch (cause) {
    signal.throwIfAborted();
    if (kept) return kept;
    throw new EnvironmentError(
      `${url} cannot be fetched, and it is not in the cache`,
      'check the network; without one, copy the cache folder of a machine where this ran and name it in FENCELINE_CACHE',
      { cause },
    );
  }
}

async function readBody(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error('larger than 128 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
