import { createHash } from 'node:crypto';
import { join, relative } from 'node:path';
import type { Environment } from '../environment.ts';
import { TraceCache } from '../lineage/trace-cache.ts';
import { cacheDirectory } from '../native/cache-directory.ts';
import type { Project } from '../project/project.ts';

/**
 * Traces of the run before, in the user's cache folder. There are none on a CI machine, where a pull request may have
 * filled that folder, nor in a folder that belongs to the project: who writes there would say what flows.
 */
export async function openLineageCache(
  { name, directory }: Pick<Project, 'name' | 'directory'>,
  environment: Environment,
): Promise<TraceCache | undefined> {
  if (environment['CI'] || environment['GITHUB_ACTIONS']) return undefined;
  const folder = cacheDirectory(environment);
  if (!relative(directory, folder).startsWith('..')) return undefined;
  const file = createHash('sha256').update(`${directory}\u0000${name}`).digest('hex').slice(0, 32);
  return TraceCache.open(join(folder, 'lineage', `${file}.json`));
}
