import { basename, join } from 'node:path';
import { repositoryRoot } from '../repository-root.ts';
import type { Project } from './project.ts';

/**
 * The folders from which files may be read: the repository that the project is in, or else the project folder, without
 * `target/` and the DuckDB file. Whoever reads the DuckDB file would read all its tables without their tags.
 */
export function fileFolders({ directory, target }: Pick<Project, 'directory' | 'target'>) {
  return {
    base: directory,
    allowed: [repositoryRoot(directory) ?? directory],
    withheld: { folder: join(directory, 'target'), name: basename(target.path) },
  };
}
