import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../environment.ts';
import { EnvironmentError } from '../environment-error.ts';
import type { Progress, Stage } from '../progress.ts';
import { cacheDirectory } from './cache-directory.ts';

/** A package of the npm registry, pinned by its content. */
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
  /** Holds what the package holds: `package.json` and its files. */
  readonly directory: string;
  readonly fetched: boolean;
}

/**
 * The unpacked package from the cache, fetched into it before when it is not there or not whole. Any number of processes
 * may ask at the same time: each unpacks for itself, and the first to finish provides for all.
 * @throws {EnvironmentError} when it cannot be fetched, is not what was pinned, or the cache cannot be written
 */
export async function fetchPackage(wanted: NativePackage, context: FetchContext): Promise<FetchedPackage> {
  const cache = cacheDirectory(context.environment);
  const directory = join(cache, entryName(wanted));
  if (await isWhole(directory)) return { directory, fetched: false };
  const started = performance.now();
  const bytes = await download(wanted, context);
  try {
    await mkdir(cache, { recursive: true });
    await unpackInto(directory, bytes);
  } catch (cause) {
    throw new EnvironmentError(
      `${wanted.name} ${wanted.version} cannot be unpacked into ${cache}`,
      'give the folder space and write access, or name another one in FENCELINE_CACHE',
      { cause },
    );
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  context.progress?.({
    kind: 'step',
    stage: context.stage,
    text: `fetched ${wanted.name} ${wanted.version}, ${(bytes.length / 1e6).toFixed(1)} MB in ${seconds} s`,
    status: 'ok',
  });
  return { directory, fetched: true };
}

/** Throws a cached package away that turned out not to work. */
export async function forgetPackage(wanted: NativePackage, environment: Environment): Promise<void> {
  await rm(join(cacheDirectory(environment), entryName(wanted)), { recursive: true, force: true });
}

/** The content is part of the name: another pin is another entry. */
function entryName({ name, version, integrity }: NativePackage): string {
  const content = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex').slice(0, 12);
  return `${name.replace('@', '').replace('/', '-')}-${version}-${content}`;
}

const DOWNLOADS = 3;

async function download(wanted: NativePackage, { environment, signal }: FetchContext): Promise<Buffer> {
  const what = `${wanted.name} ${wanted.version}`;
  try {
    // Loaded only when something has to be fetched: npm's client takes longer to load than a whole check.
    const { openRegistry } = await import('./registry.ts');
    const registry = await openRegistry(environment);
    for (let attempt = 1; ; attempt++) {
      const response = await unlessAborted(registry.request(wanted.name, wanted.version), signal);
      const bytes = await unlessAborted(response.buffer(), signal).catch((error) => {
        if (attempt === DOWNLOADS || signal?.aborted) throw error;
        return undefined;
      });
      if (bytes && integrityOf(bytes) === wanted.integrity) return bytes;
      if (bytes && attempt === DOWNLOADS) {
        throw new Error(`${what} has ${bytes.length} bytes with the integrity ${integrityOf(bytes)}`);
      }
    }
  } catch (cause) {
    signal?.throwIfAborted();
    throw downloadFailed(what, cause);
  }
}

/** npm's client knows no signal between its attempts: what it still does ends unheard. */
async function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
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

/** Which files an entry must have, in bytes: a run that was cut off, a full disk or a cleaner is noticed by it. */
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

/** Links could lead out of the folder; npm packs none. */
function isPlain(_path: string, entry: object): boolean {
  return 'type' in entry && (entry.type === 'File' || entry.type === 'Directory');
}

/** Never removes an entry in its place, where another process may just have put a whole one. */
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
