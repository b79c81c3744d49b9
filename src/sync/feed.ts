import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { constants, type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { makeTemporaryFolder } from '../temporary-folder.ts';

/**
 * A folder for the pipes of one sync. Rows that go through a pipe are never on a disk. Windows has no such pipes and
 * uses files.
 */
export interface FeedDirectory extends AsyncDisposable {
  /** Calls `read` with a path from which it can read the bytes of `source`, and waits until both are done. */
  feed<Result>(source: Readable, read: (path: string) => Promise<Result>): Promise<Result>;
}

export async function openFeedDirectory(): Promise<FeedDirectory> {
  const folder = await makeTemporaryFolder(join(tmpdir(), 'fenceline-sync-'));
  let pipes = 0;
  return {
    async feed(source, read) {
      const path = join(folder.path, String(pipes++));
      try {
        return (await makePipe(path)) ? await throughPipe(path, source, read) : await throughFile(path, source, read);
      } finally {
        await rm(path, { force: true });
      }
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** Makes a named pipe by the program mkfifo, since Node cannot. False where that fails, and on Windows. */
async function makePipe(path: string): Promise<boolean> {
  if (process.platform === 'win32') return false;
  return promisify(execFile)('mkfifo', ['-m', '600', path]).then(
    () => true,
    () => false,
  );
}

async function throughPipe<Result>(
  path: string,
  source: Readable,
  read: (path: string) => Promise<Result>,
): Promise<Result> {
  let isReading = true;
  const reading = read(path).finally(() => {
    isReading = false;
  });
  const writing = openWhileRead(path, () => isReading).then((pipe) => pipe && pipeline(source, pipe));
  const [readResult, writeResult] = await Promise.allSettled([reading, writing]);
  // A reader that fails breaks the pipe, so its error is the reason and the writer's a consequence.
  if (readResult.status === 'rejected') {
    source.destroy();
    throw readResult.reason;
  }
  if (writeResult.status === 'rejected') throw writeResult.reason;
  return readResult.value;
}

/**
 * Opens a pipe for writing once it has a reader; `undefined` if the reader ended before. A plain open would wait for
 * ever, so it is tried without waiting.
 */
async function openWhileRead(path: string, isReading: () => boolean): Promise<Writable | undefined> {
  while (isReading()) {
    let probe: FileHandle;
    try {
      probe = await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENXIO')) throw error;
      await new Promise((resolve) => setTimeout(resolve, 2));
      continue;
    }
    // The pipe has a reader now, so a plain open succeeds at once, and its writes wait while the pipe is full.
    const pipe = createWriteStream(path, { flags: 'w', highWaterMark: 1 << 20 });
    await new Promise((resolve, reject) => pipe.once('open', resolve).once('error', reject));
    await probe.close();
    return pipe;
  }
  return undefined;
}

async function throughFile<Result>(
  path: string,
  source: Readable,
  read: (path: string) => Promise<Result>,
): Promise<Result> {
  await pipeline(source, createWriteStream(path, { mode: 0o600, flags: 'wx' }));
  return read(path);
}
