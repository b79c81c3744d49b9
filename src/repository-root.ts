import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the git repository that a folder is in; `undefined` outside of any. */
export function repositoryRoot(directory: string): string | undefined {
  for (let root = directory; ; root = dirname(root)) {
    if (existsSync(join(root, '.git'))) return root;
    if (dirname(root) === root) return undefined;
  }
}
