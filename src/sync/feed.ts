import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { constants, type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

/** A folder for the pipes of one sync. What passes through them never lies on a disk, where the platform has pipes. */
export interface FeedDirectory extends AsyncDisposable {
  /** Runs `read` on a path at which it finds what comes from `source`; waits for both ends. */
  feed<Result>(source: Readable, read: (path: string) => Promise<Result>): Promise<Result>;
}

export async function openFeedDirectory(): Promise<FeedDirectory> {
  const directory = await mkdtemp(join(tmpdir(), 'fenceline-sync-'));
  let pipes = 0;
  return {
    async feed(source, read) {
      const path = join(directory, String(pipes++));
      try {
        return (await makePipe(path)) ? await throughPipe(path, source, read) : await throughFile(path, source, read);
      } finally {
        await rm(path, { force: true });
      }
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Node cannot make named pipes; Windows has none of this kind. */
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
  const [read_, written] = await Promise.allSettled([reading, writing]);
  // A reader that fails breaks the pipe: its error is the reason, the writer's the consequence.
  if (read_.status === 'rejected') {
    source.destroy();
    throw read_.reason;
  }
  if (written.status === 'rejected') throw written.reason;
  return read_.value;
}

/** Opening a pipe waits for its other end for ever, so it is asked for without waiting as long as a reader may come. */
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
    // There is a reader now: this one opens at once, and writes wait for room.
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
