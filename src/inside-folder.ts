import { isAbsolute, relative, sep } from 'node:path';

/**
 * Whether a path is below a folder, but not in `.git`: git's settings may hold a token, and git runs the hooks there. Both
 * paths must be absolute and without symbolic links.
 */
export function isInsideFolder(path: string, folder: string): boolean {
  const below = relative(folder, path);
  const parts = below.split(sep);
  return (
    below !== '' && parts[0] !== '..' && !isAbsolute(below) && !parts.some((part) => part.toLowerCase() === '.git')
  );
}
