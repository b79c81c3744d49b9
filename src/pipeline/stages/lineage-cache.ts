import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Environment } from '../../environment.ts';
import { isInsideFolder } from '../../inside-folder.ts';
import { cacheDirectory } from '../../native/cache-directory.ts';
import type { Project } from '../../project/project.ts';

/**
 * The file with the traces of the run before, in the user's cache folder. There is none on a CI machine, where a pull
 * request may have filled that folder, nor in a folder of the project: whoever can write there could forge the lineage.
 */
export function lineageCacheFile(
  { name, directory }: Pick<Project, 'name' | 'directory'>,
  environment: Environment,
): string | undefined {
  if (environment['CI'] || environment['GITHUB_ACTIONS']) return undefined;
  const folder = cacheDirectory(environment);
  if (folder === directory || isInsideFolder(folder, directory)) return undefined;
  const file = createHash('sha256').update(`${directory}\u0000${name}`).digest('hex').slice(0, 32);
  return join(folder, 'lineage', `${file}.json`);
}
