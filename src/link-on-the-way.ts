import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';

/** The first link below the folder on the way to a path, or the link that the path itself is. */
export function linkOnTheWay(path: string, root: string): string | undefined {
  const parent = dirname(path);
  const above = parent === root ? undefined : linkOnTheWay(parent, root);
  if (above !== undefined) return above;
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? path : undefined;
}
