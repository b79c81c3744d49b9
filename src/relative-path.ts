import nodePath, { type PlatformPath } from 'node:path';

/**
 * The path from a folder to a file or folder, with `/`; `undefined` on another drive of Windows, where there is none.
 * @param paths rules of the platform
 */
export function relativePath(
  from: string,
  to: string,
  paths: Pick<PlatformPath, 'relative' | 'isAbsolute' | 'sep'> = nodePath,
): string | undefined {
  const path = paths.relative(from, to);
  return paths.isAbsolute(path) ? undefined : path.split(paths.sep).join('/');
}
