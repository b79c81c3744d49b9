import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../user-error.ts';

/**
 * The folder with `dbt_project.yml`: the given one, or the nearest above it.
 * @throws {UserError} `no-project`
 */
export function findProject(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'dbt_project.yml'))) return folder;
    if (folder === dirname(folder)) break;
  }
  throw new UserError({
    code: 'no-project',
    message: `there is no dbt_project.yml in ${start} or above it`,
    fix: 'name the folder of a dbt project: fenceline run path/to/project',
  });
}
