import { basename, join } from 'node:path';
import { repositoryRoot } from '../repository-root.ts';
import type { Project } from './project.ts';

/**
 * The folders from which files may be read: the repository that the project is in, or else the project folder, without
 * `target/`, the DuckDB file and the files of external models. These hold rows of models, but not the tags of the models'
 * inputs.
 */
export function fileFolders({
  directory,
  target,
  externalFiles,
}: Pick<Project, 'directory' | 'target' | 'externalFiles'>) {
  return {
    base: directory,
    allowed: [repositoryRoot(directory) ?? directory],
    excluded: {
      places: [join(directory, 'target'), ...[...externalFiles.values()].map(({ path }) => path)],
      name: basename(target.path),
    },
  };
}
