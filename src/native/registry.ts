import { homedir } from 'node:os';
import Config from '@npmcli/config';
import { definitions, flatten, shorthands } from '@npmcli/config/lib/definitions/index.js';
import fetchFromRegistry, { type FetchOptions } from 'npm-registry-fetch';
import type { Environment } from '../environment.ts';

/** The npm registry as the user set it up: address, proxy, certificates and credentials. */
export interface Registry {
  /** Asks for a package, as often as npm would; what comes is still to be read, and may break off. */
  request(name: string, version: string): Promise<{ buffer(): Promise<Buffer> }>;
}

/**
 * Reads npm's settings from `npm_config_*`, the user's .npmrc and the global one. The .npmrc of the project is left out:
 * on a pull request it is a stranger's, and could send the registry's credentials to another host.
 */
export async function openRegistry(environment: Environment): Promise<Registry> {
  const config = new Config({
    definitions,
    flatten,
    shorthands,
    // npm's own folder, which may not be there: only its built-in npmrc would be read from it.
    npmPath: process.execPath,
    argv: [process.execPath, 'npm', '--global'],
    cwd: homedir(),
    // Loading writes npm's variables into it.
    env: { ...environment },
    warn: false,
  });
  await config.load();
  const settings: FetchOptions = {
    ...config.flat,
    // Downloads have a place of their own, and are checked there.
    cache: null,
    retry: { ...config.flat.retry, minTimeout: 500, maxTimeout: 5_000 },
    timeout: 60_000,
  };
  return {
    request: (name, version) =>
      fetchFromRegistry(`${name}/-/${name.slice(name.indexOf('/') + 1)}-${version}.tgz`, {
        ...settings,
        // A scope may have a registry of its own.
        spec: name,
      }),
  };
}
