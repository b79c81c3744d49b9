import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** Path of a folder below that of the git repository it is in, with `/`; empty at its root, or outside of any. */
export function repositoryFolder(directory: string): string {
  for (let root = directory; ; root = dirname(root)) {
    if (existsSync(join(root, '.git'))) return relative(root, directory).split(sep).join('/');
    if (dirname(root) === root) return '';
  }
}
