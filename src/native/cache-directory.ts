import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Environment } from '../environment.ts';

/**
 * The folder that keeps fetched packages between runs: `FENCELINE_CACHE`, a runner's tool cache, or the user's cache
 * folder.
 */
export function cacheDirectory(environment: Environment, platform: NodeJS.Platform = process.platform): string {
  const { FENCELINE_CACHE, RUNNER_TOOL_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = environment as Record<string, string>;
  if (FENCELINE_CACHE) return resolve(FENCELINE_CACHE);
  if (RUNNER_TOOL_CACHE) return join(RUNNER_TOOL_CACHE, 'fenceline');
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, 'fenceline');
  if (platform === 'win32') return join(LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'fenceline', 'cache');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'fenceline');
  return join(homedir(), '.cache', 'fenceline');
}
