import { isAbsolute, relative, sep } from 'node:path';

/**
 * Whether a path is below a folder, and in nothing that belongs to git: its settings may hold a token, and its hooks are
 * run. Both absolute, without links in them.
 */
export function isInsideFolder(path: string, folder: string): boolean {
  const below = relative(folder, path);
  const parts = below.split(sep);
  return (
    below !== '' && parts[0] !== '..' && !isAbsolute(below) && !parts.some((part) => part.toLowerCase() === '.git')
  );
}
