import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';

/** A folder of this process alone; disposing removes it with all that is in it. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

/**
 * A new folder that only its owner may enter. It is also removed when the process ends before it is disposed of.
 * @param prefix path of the folder without the six characters that make it new
 */
export async function makeTemporaryFolder(prefix: string): Promise<TemporaryFolder> {
  const path = await mkdtemp(prefix);
  const removeNow = () => {
    try {
      rmSync(path, REMOVE);
    } catch {
      // The process ends: there is nobody left to tell.
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

/** Somebody who is just being stopped may write a last file. */
const REMOVE = { recursive: true, force: true, maxRetries: 3, retryDelay: 50 } as const;
