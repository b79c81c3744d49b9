import { basename, join } from 'node:path';
import { repositoryRoot } from '../repository-root.ts';
import type { Project } from './project.ts';

/**
 * The folders from which files may be read: the repository that the project is in, or else the project folder, without
 * `target/`, the DuckDB file and the files of external models. Whoever reads one of these would read the rows of models without
 * the tags of their inputs.
 */
export function fileFolders({
  directory,
  target,
  externalFiles,
}: Pick<Project, 'directory' | 'target' | 'externalFiles'>) {
  return {
    base: directory,
    allowed: [repositoryRoot(directory) ?? directory],
    withheld: {
      places: [join(directory, 'target'), ...[...externalFiles.values()].map(({ path }) => path)],
      name: basename(target.path),
    },
  };
}
