import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EnvironmentError } from '../environment-error.ts';

/** Path below the folder → content. */
export type Files = ReadonlyMap<string, string>;

/**
 * Writes each file beside its place and renames it there, so that a reader never sees half of one.
 * @throws {EnvironmentError} when the disk refuses
 */
export async function writeFiles(folder: string, files: Files): Promise<void> {
  try {
    for (const [path, text] of files) {
      const place = join(folder, path);
      await mkdir(dirname(place), { recursive: true });
      await writeFile(`${place}.new`, text);
      await rename(`${place}.new`, place);
    }
  } catch (cause) {
    throw new EnvironmentError(`${folder} cannot be written`, 'check its permissions and the space on the disk', {
      cause,
    });
  }
}
