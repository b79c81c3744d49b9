import { createHash } from 'node:crypto';
import { join, relative } from 'node:path';
import type { Environment } from '../environment.ts';
import { TraceCache } from '../lineage/trace-cache.ts';
import { cacheDirectory } from '../native/cache-directory.ts';
import type { Project } from '../project/project.ts';

/**
 * Opens the cache with the traces of the run before, in the user's cache folder. There is no cache on a CI machine,
 * where a pull request may have filled that folder, nor in a folder of the project: whoever can write there could forge
 * the lineage.
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
