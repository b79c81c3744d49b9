import { access } from 'node:fs/promises';

/** Whether the path leads to a file or folder that this process can reach. */
export function fileExists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
