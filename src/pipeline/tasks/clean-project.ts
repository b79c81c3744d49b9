import { lstat, realpath, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { readDbtProject } from '../../config/dbt-project.ts';
import { findProject } from '../../config/find-project.ts';
import { openProjectFiles } from '../../config/project-files.ts';
import { isInsideFolder } from '../../inside-folder.ts';
import { UserError } from '../../user-error.ts';

/**
 * Removes the clean-targets of a project.
 * @returns those that existed
 * @throws {UserError} for a folder outside of the project, or with its own files; then nothing is removed
 */
export async function cleanProject(start: string): Promise<readonly string[]> {
  const directory = findProject(start);
  const { cleanTargets, paths, locate } = readDbtProject(openProjectFiles(directory));
  const { packages: _, ...own } = paths;
  const kept = Object.values(own).flat();
  const wrong = cleanTargets.filter((target) => {
    const folder = resolve(directory, target);
    const holds = kept.some(
      (path) => isInsideFolder(resolve(directory, path), folder) || resolve(directory, path) === folder,
    );
    return !isInsideFolder(folder, directory) || holds;
  });
  if (wrong.length > 0) {
    throw new UserError(
      wrong.map((target) => ({
        code: 'bad-clean-target',
        message: `clean-targets names '${target}', which is outside of the project or holds its own files`,
        location: locate(['clean-targets']),
        fix: 'name folders that a run writes, such as target and dbt_packages',
      })),
    );
  }
  const removed: string[] = [];
  for (const target of cleanTargets) {
    const folder = resolve(directory, target);
    if ((await lstat(folder).catch(() => undefined)) === undefined) continue;
    // A link above the folder could lead out of the project.
    const parent = await realpath(dirname(folder));
    if (parent !== (await realpath(directory)) && !isInsideFolder(parent, await realpath(directory))) continue;
    await rm(folder, { recursive: true, force: true });
    removed.push(target);
  }
  return removed;
}
