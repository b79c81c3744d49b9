import { basename, join, relative, sep } from 'node:path';
import { isInsideFolder } from '../inside-folder.ts';
import { linkOnTheWay } from '../link-on-the-way.ts';
import type { Location } from '../location.ts';
import { repositoryRoot } from '../repository-root.ts';
import { type Mistake, UserError } from '../user-error.ts';

interface WarehousePlace {
  /** Absolute, or `:memory:`. */
  readonly path: string;
  /** Absolute path of profiles.yml, or of dbt_project.yml in a project without profiles. */
  readonly profileFile: string;
  readonly projectDirectory: string;
  /** Whether a variable of the environment is the whole path. */
  readonly isOneVariable: boolean;
  readonly location: Location;
}

/**
 * Checks that the profile may name this path of the warehouse. A profile in the repository may come with a pull
 * request, so its path must stay in the repository, outside of `.git` and of links. If one variable of the environment
 * is the whole path, or the profile lies elsewhere, then whoever runs Fenceline chose the path, and only `.git` is
 * refused.
 * @returns the path to use: one that leads out of the repository is replaced by a file of that name in `target/`
 * @throws {UserError} for a path into `.git` or through a link
 */
export function findWarehousePlace(place: WarehousePlace): string {
  const { path, profileFile, projectDirectory, isOneVariable, location } = place;
  if (path === ':memory:') return path;
  const root = repositoryRoot(projectDirectory) ?? projectDirectory;
  const common = { code: 'warehouse-outside', location };
  if (path.split(sep).some((part) => part.toLowerCase() === '.git')) {
    throw new UserError({
      ...common,
      message: 'the path of the warehouse leads into the folder .git',
      fix: 'write a path below the project folder, as in target/warehouse.duckdb',
    });
  }
  if (isOneVariable || !isInsideFolder(profileFile, root)) return path;
  if (!isInsideFolder(path, root)) {
    return findWarehousePlace({ ...place, path: join(projectDirectory, 'target', basename(path)) });
  }
  const link = linkOnTheWay(path, root);
  if (link === undefined) return path;
  throw new UserError({
    ...common,
    message: `${relative(root, link).split(sep).join('/')} is a link, and the warehouse is not written through links`,
    fix: 'remove the link, or write the path that it leads to',
  });
}

/** The remark about a path that leads out of the repository. */
export function warehouseMoved(location: Location, path: string): Mistake {
  return {
    code: 'warehouse-outside',
    message: `the path of the warehouse leads out of the repository, and the profile is in it: ${basename(path)} in target/ is used.`,
    location,
    fix: 'to use that file, let one variable be the whole path: path: "{{ env_var(\'DUCKDB_PATH\') }}"; or keep profiles.yml elsewhere and name its folder with --profiles-dir',
  };
}
