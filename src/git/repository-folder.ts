import { relative, sep } from 'node:path';
import { repositoryRoot } from '../repository-root.ts';

/** Path of a folder below the root of its git repository, with `/`; empty for the root, and outside of any repository. */
export function repositoryFolder(directory: string): string {
  return relative(repositoryRoot(directory) ?? directory, directory)
    .split(sep)
    .join('/');
}
