import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';

/** A folder for this process. Disposing removes it with all its files. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

/**
 * Makes a folder that only its owner may enter. It is also removed if the process ends before it is disposed of.
 * @param prefix path of the folder, to which six random characters are added
 */
export async function makeTemporaryFolder(prefix: string): Promise<TemporaryFolder> {
  const path = await mkdtemp(prefix);
  const removeNow = () => {
    try {
      rmSync(path, REMOVE);
    } catch {
      // The process ends, and can report nothing any more.
    }
  };
  process.on('exit', removeNow);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, REMOVE);
      process.off('exit', removeNow);
    },
  };
}

/** Retries, since a statement that is being stopped may still write a file. */
const REMOVE = { recursive: true, force: true, maxRetries: 3, retryDelay: 50 } as const;
