import { homedir } from 'node:os';
import Config from '@npmcli/config';
import { definitions, flatten, shorthands } from '@npmcli/config/lib/definitions/index.js';
import fetchFromRegistry, { type FetchOptions } from 'npm-registry-fetch';
import type { Environment } from '../environment.ts';

/** The npm registry as the user set it up: address, proxy, certificates and credentials. */
export interface Registry {
  /** Requests a package's archive, with npm's retries. The body is not read yet, and reading it may fail. */
  request(name: string, version: string): Promise<{ buffer(): Promise<Buffer> }>;
}

/**
 * Reads npm's settings from `npm_config_*`, the user's .npmrc and the global one. The .npmrc of the project is not read:
 * on a pull request a stranger writes it, and it could send the registry's credentials to another host.
 */
export async function openRegistry(environment: Environment): Promise<Registry> {
  const config = new Config({
    definitions,
    flatten,
    shorthands,
    // npm's own folder: only its built-in npmrc would be read from it, so it need not exist.
    npmPath: process.execPath,
    argv: [process.execPath, 'npm', '--global'],
    cwd: homedir(),
    // A copy, since loading the configuration writes npm's variables into it.
    env: { ...environment },
    warn: false,
  });
  await config.load();
  const settings: FetchOptions = {
    ...config.flat,
    // Fenceline keeps and checks downloads in its own cache.
    cache: null,
    retry: { ...config.flat.retry, minTimeout: 500, maxTimeout: 5_000 },
    timeout: 60_000,
  };
  return {
    request: (name, version) =>
      fetchFromRegistry(`${name}/-/${name.slice(name.indexOf('/') + 1)}-${version}.tgz`, {
        ...settings,
        // A scope can have a registry of its own.
        spec: name,
      }),
  };
}
