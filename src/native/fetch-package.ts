import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../environment.ts';
import { EnvironmentError } from '../environment-error.ts';
import type { Progress, Stage } from '../progress.ts';
import { cacheDirectory } from './cache-directory.ts';

/** A package of the npm registry, pinned by the hash of its content. */
export interface NativePackage {
  readonly name: string;
  readonly version: string;
  /** `sha512-` and base64, as in package-lock.json. */
  readonly integrity: string;
}

export interface FetchContext {
  readonly environment: Environment;
  readonly stage: Stage;
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface FetchedPackage {
  /** The folder with the package's files, `package.json` among them. */
  readonly directory: string;
  /** True if it was downloaded now, false if it was in the cache. */
  readonly fetched: boolean;
}

/**
 * Returns the unpacked package from the cache. One that is missing or incomplete there is fetched first. Any number of
 * processes may call it at the same time: each unpacks into a folder of its own, and the first one renames it into place.
 * @throws {EnvironmentError} when the package cannot be fetched, has another hash, or the cache cannot be written
 */
export async function fetchPackage(nativePackage: NativePackage, context: FetchContext): Promise<FetchedPackage> {
  const cache = cacheDirectory(context.environment);
  const directory = join(cache, entryName(nativePackage));
  if (await isWhole(directory)) return { directory, fetched: false };
  const started = performance.now();
  const bytes = await download(nativePackage, context);
  try {
    await mkdir(cache, { recursive: true });
    await unpackInto(directory, bytes);
  } catch (cause) {
    throw new EnvironmentError(
      `${nativePackage.name} ${nativePackage.version} cannot be unpacked into ${cache}`,
      'give the folder space and write access, or name another one in FENCELINE_CACHE',
      { cause },
    );
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  context.progress?.({
    kind: 'step',
    stage: context.stage,
    text: `fetched ${nativePackage.name} ${nativePackage.version}, ${(bytes.length / 1e6).toFixed(1)} MB in ${seconds} s`,
    status: 'ok',
  });
  return { directory, fetched: true };
}

/** Removes a package from the cache, because it does not work. */
export async function forgetPackage(nativePackage: NativePackage, environment: Environment): Promise<void> {
  await rm(join(cacheDirectory(environment), entryName(nativePackage)), { recursive: true, force: true });
}

/** The name of a package's folder in the cache. It contains the hash, so that another pin is another folder. */
function entryName({ name, version, integrity }: NativePackage): string {
  const content = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex').slice(0, 12);
  return `${name.replace('@', '').replace('/', '-')}-${version}-${content}`;
}

const DOWNLOADS = 3;

async function download(nativePackage: NativePackage, { environment, signal }: FetchContext): Promise<Buffer> {
  const what = `${nativePackage.name} ${nativePackage.version}`;
  try {
    // Imported here, since loading npm's client takes longer than a whole check.
    const { openRegistry } = await import('./registry.ts');
    const registry = await openRegistry(environment);
    for (let attempt = 1; ; attempt++) {
      const response = await raceAbort(registry.request(nativePackage.name, nativePackage.version), signal);
      const bytes = await raceAbort(response.buffer(), signal).catch((error) => {
        if (attempt === DOWNLOADS || signal?.aborted) throw error;
        return undefined;
      });
      if (bytes && integrityOf(bytes) === nativePackage.integrity) return bytes;
      if (bytes && attempt === DOWNLOADS) {
        throw new Error(`${what} has ${bytes.length} bytes with the integrity ${integrityOf(bytes)}`);
      }
    }
  } catch (cause) {
    signal?.throwIfAborted();
    throw downloadFailed(what, cause);
  }
}

/**
 * Stops waiting when `signal` aborts. npm's client has no signal between its attempts, so it may work on; its result is
 * dropped.
 */
async function raceAbort<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (!signal) return work;
  let abort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
  });
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', abort));
}

function downloadFailed(what: string, cause: unknown): EnvironmentError {
  const code = errorCode(cause);
  if (code === undefined) {
    return new EnvironmentError(
      `what the npm registry sends as ${what} is not what Fenceline was built with`,
      'check what stands between you and the registry (a proxy, a mirror); nothing of it was used',
      { cause },
    );
  }
  return new EnvironmentError(
    `${what} cannot be fetched from the npm registry (${code})`,
    'check the network and npm’s registry, proxy and credentials (`npm config list`); offline, copy the cache folder of a machine where Fenceline ran and name it in FENCELINE_CACHE',
    { cause },
  );
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

function integrityOf(bytes: Buffer): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}

/**
 * The file that lists an entry's files and their sizes in bytes. It shows what a killed run, a full disk or a cleaner
 * left out.
 */
const INVENTORY = '.fenceline.json';

async function unpackInto(directory: string, bytes: Buffer): Promise<void> {
  const unpacked = `${directory}.tmp-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(unpacked);
    const { extract } = await import('tar');
    await new Promise<void>((resolve, reject) => {
      const unpacking = extract({ cwd: unpacked, strip: 1, strict: true, preserveOwner: false, filter: isPlain });
      unpacking.on('close', resolve).on('error', reject).end(bytes);
    });
    await writeFile(join(unpacked, INVENTORY), JSON.stringify(await sizesBelow(unpacked)));
    await replace(directory, unpacked);
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

/** Whether an entry of the archive is a file or folder. Links could lead out of the folder, and npm packs none. */
function isPlain(_path: string, entry: object): boolean {
  return 'type' in entry && (entry.type === 'File' || entry.type === 'Directory');
}

/**
 * Moves an unpacked package into its place. A broken entry there is moved away, not removed: another process may just
 * have replaced it by a complete one.
 */
async function replace(directory: string, unpacked: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rename(unpacked, directory);
    } catch (error) {
      if (await isWhole(directory)) return;
      if (attempt === 3) throw error;
      await moveAway(directory);
    }
  }
}

async function moveAway(directory: string): Promise<void> {
  const broken = `${directory}.tmp-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    await rename(directory, broken);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  await rm(broken, { recursive: true, force: true });
}

async function isWhole(directory: string): Promise<boolean> {
  try {
    const inventory: unknown = JSON.parse(await readFile(join(directory, INVENTORY), 'utf8'));
    if (typeof inventory !== 'object' || inventory === null) return false;
    const sizes = await Promise.all(
      Object.entries(inventory).map(async ([path, size]) => (await stat(join(directory, path))).size === size),
    );
    return sizes.length > 0 && sizes.every((same) => same);
  } catch {
    return false;
  }
}

async function sizesBelow(directory: string): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    sizes[file.slice(directory.length + 1)] = (await stat(file)).size;
  }
  return sizes;
}
