import { relative, sep } from 'node:path';
import { repositoryRoot } from '../repository-root.ts';

/** Path of a folder below that of the git repository it is in, with `/`; empty at its root, or outside of any. */
export function repositoryFolder(directory: string): string {
  return relative(repositoryRoot(directory) ?? directory, directory)
    .split(sep)
    .join('/');
}
