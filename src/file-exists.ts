import { access } from 'node:fs/promises';

/** Whether something is at the path and may be looked at. */
export function fileExists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
