import { basename, join } from 'node:path';
import type { Project } from './project.ts';

/**
 * The folders from which sources may read files: the project folder, without `target/` and the DuckDB file. A source that
 * reads the DuckDB file would read all its tables without their tags.
 */
export function fileFolders({ directory, target }: Pick<Project, 'directory' | 'target'>) {
  return {
    base: directory,
    allowed: [directory],
    withheld: { folder: join(directory, 'target'), name: basename(target.path) },
  };
}
