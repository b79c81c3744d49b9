import { join } from 'node:path';
import { findProject } from '../../config/find-project.ts';
import { cacheDirectory } from '../../native/cache-directory.ts';
import { type InstalledPackage, type InstallOptions, installPackages } from '../../packages/install-packages.ts';

/**
 * Installs the packages of the project in a folder or above it; what is fetched is kept in Fenceline's cache.
 * @throws {UserError} as `installPackages` does
 */
export function installFor(options: Omit<InstallOptions, 'cache'>): Promise<readonly InstalledPackage[]> {
  const cache = join(cacheDirectory(options.environment), 'packages');
  return installPackages({ ...options, directory: findProject(options.directory), cache });
}
