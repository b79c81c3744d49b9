import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { Environment } from '../environment.ts';
import { EnvironmentError } from '../environment-error.ts';
import type { Progress } from '../progress.ts';
import { fetchPackage, forgetPackage, type NativePackage } from './fetch-package.ts';
import manifest from './manifest.json' with { type: 'json' };
import { nativePlatform } from './platform.ts';

export interface DuckDBContext {
  readonly environment: Environment;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

const packages: { readonly [platform: string]: NativePackage } = manifest.duckdb;

/**
 * Makes DuckDB's native library loadable. It must be called before `@duckdb/node-api` is imported. The library is the file
 * of `FENCELINE_DUCKDB_BINDING`, else that of an installed npm package, else the pinned package from the cache or registry.
 * `origin` says which of them, for the report: `npm 1.5.5-r.5`, `cache 1.5.5-r.5`, `fetched 1.5.5-r.5`, `file`.
 * @throws {EnvironmentError} when this platform has no library, or the library cannot be fetched or loaded
 */
export async function ensureDuckDB(context: DuckDBContext): Promise<{ readonly origin: string }> {
  const bindingFile = context.environment['FENCELINE_DUCKDB_BINDING'];
  if (bindingFile) return useBindingFile(resolve(bindingFile));
  const nativePackage = packages[nativePlatform()];
  if (!nativePackage) {
    throw new EnvironmentError(
      `there is no DuckDB for ${nativePlatform()}`,
      `run on one of ${Object.keys(packages).join(', ')}, or name a duckdb.node of your own in FENCELINE_DUCKDB_BINDING`,
    );
  }
  const installed = findInstalled(nativePackage);
  if (installed) {
    useBinding(installed);
    return { origin: `npm ${nativePackage.version}` };
  }
  return useFetched(nativePackage, context);
}

function useBindingFile(path: string): { readonly origin: string } {
  if (!existsSync(path)) {
    throw new EnvironmentError(
      `FENCELINE_DUCKDB_BINDING names ${path}, which does not exist`,
      'name the duckdb.node of @duckdb/node-bindings for this platform, or leave the variable away',
    );
  }
  load(path);
  return { origin: 'file' };
}

async function useFetched(nativePackage: NativePackage, context: DuckDBContext): Promise<{ readonly origin: string }> {
  const fetching = { ...context, stage: 'build' } as const;
  const first = await fetchPackage(nativePackage, fetching);
  try {
    load(join(first.directory, 'duckdb.node'));
    return { origin: `${first.fetched ? 'fetched' : 'cache'} ${nativePackage.version}` };
  } catch (error) {
    if (first.fetched) throw error;
  }
  // All files have their sizes and the library cannot be loaded: its content was spoiled on the disk.
  await forgetPackage(nativePackage, context.environment);
  const { directory } = await fetchPackage(nativePackage, fetching);
  load(join(directory, 'duckdb.node'));
  return { origin: `fetched ${nativePackage.version}` };
}

function load(binding: string): void {
  try {
    createRequire(import.meta.url)(binding);
  } catch (cause) {
    throw new EnvironmentError(
      `DuckDB's library ${binding} cannot be loaded on this machine (${nativePlatform()}, Node ${process.version})`,
      'check that it is the package of this platform and that glibc is 2.28 or newer',
      { cause },
    );
  }
  useBinding(binding);
}

/** The library of an installed npm package, if its version is the pinned one. */
function findInstalled({ name, version }: NativePackage): string | undefined {
  const require = createRequire(import.meta.url);
  try {
    const installed: unknown = require(`${name}/package.json`);
    const isSame = typeof installed === 'object' && installed !== null && 'version' in installed;
    return isSame && installed.version === version ? require.resolve(`${name}/duckdb.node`) : undefined;
  } catch {
    return undefined;
  }
}

/** Hands the path to duckdb-bindings-shim.cjs. The shim takes the place of a module, so a global is the only way to it. */
function useBinding(path: string): void {
  Object.assign(globalThis, { [Symbol.for('fenceline.duckdb-binding')]: path });
}
