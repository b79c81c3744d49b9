import { basename, join } from 'node:path';
import type { Project } from './project.ts';

/**
 * Where the files of a project may be that sources name: below its folder. Not where rows of a run are: whoever reads the
 * file of the warehouse reads all its tables without their tags.
 */
export function fileFolders({ directory, target }: Pick<Project, 'directory' | 'target'>) {
  return {
    base: directory,
    allowed: [directory],
    withheld: { folder: join(directory, 'target'), name: basename(target.path) },
  };
}
