// A library, since the patterns of .gitignore have many rules; it has no dependencies and is well kept.
import ignore from 'ignore';
import { type DbtProject, readDbtProject } from '../../config/dbt-project.ts';
import type { ProjectFiles } from '../../config/project-files.ts';

/** The root project, or a package that is installed in it. */
export interface Package {
  readonly name: string;
  /** Path below the project folder; empty for the root project. */
  readonly folder: string;
  readonly config: DbtProject;
  /** Whether its `.dbtignore` ignores a file. The path is below the folder of the package. */
  isIgnored(path: string): boolean;
}

/** The root project, then the packages in its `dbt_packages/`, sorted by folder. */
export function readPackages(files: ProjectFiles): readonly [Package, ...Package[]] {
  const root = readPackage(files, '');
  const install = root.config.paths.packages;
  const folders = files
    .list(install, ['dbt_project.yml'])
    .map((path) => path.slice(0, -'/dbt_project.yml'.length))
    .filter((folder) => folder.split('/').length === install.split('/').length + 1);
  return [root, ...folders.map((folder) => readPackage(files, folder))];
}

/** The path of a file below the folder of its package: `models/x.sql`, also for a package in `dbt_packages/`. */
export function pathInPackage({ folder }: Package, path: string): string {
  return folder === '' ? path : path.slice(folder.length + 1);
}

/** Files of a package in folders such as its `model-paths`, each with its path below that folder. */
export function listPackageFiles(
  files: ProjectFiles,
  source: Package,
  paths: readonly string[],
  extensions: readonly string[],
): readonly { readonly file: string; readonly below: string }[] {
  const { folder } = source;
  const roots = [...new Set(paths.map((path) => (folder === '' ? path : `${folder}/${path}`)))];
  return roots.flatMap((root) =>
    files
      .list(root, extensions)
      .filter((file) => !source.isIgnored(pathInPackage(source, file)))
      .map((file) => ({ file, below: file.slice(root.length + 1) })),
  );
}

function readPackage(files: ProjectFiles, folder: string): Package {
  const config = readDbtProject(files, folder);
  const file = folder === '' ? '.dbtignore' : `${folder}/.dbtignore`;
  const patterns = ignore().add(files.exists(file) ? files.read(file) : '');
  return { name: config.name, folder, config, isIgnored: (path) => patterns.ignores(path) };
}
