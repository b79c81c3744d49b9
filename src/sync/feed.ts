import { execFile } from 'node:child_process';
import { constants, open as openFile } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findAbandoned, removeDirectory, signDirectory } from '../postgres/private-directory.ts';
import { makeTemporaryFolder } from '../temporary-folder.ts';
import type { Lines } from './lines.ts';

/** The reader that gets the lines of a COPY. Both methods give the number of rows that they read. */
export interface LineReader {
  /** Reads lines of up to `LONGEST_LINE` bytes from a path until its end. */
  readPath(path: string): Promise<number>;
  /** Reads lines of any length, without the last line's end. */
  readBytes(lines: Uint8Array): Promise<number>;
}

/**
 * Brings lines to a reader that reads files. They go through named pipes, so they are never on a disk. Where there are none,
 * as on Windows, they go in pieces of memory, which is slower.
 */
export interface Feed extends AsyncDisposable {
  /** Gives the lines to the reader in their order, and the number of rows that it read. */
  feed(lines: AsyncIterable<Lines>, reader: LineReader): Promise<number>;
}

const PREFIX = 'fenceline-sync-';

/** Opens a feed, and removes the folders that killed runs left. */
export async function openFeed(): Promise<Feed> {
  for (const folder of await findAbandoned(PREFIX)) await removeDirectory(folder).catch(() => undefined);
  const folder = await makeTemporaryFolder(join(tmpdir(), PREFIX));
  await signDirectory(folder.path);
  let pipes = 0;
  // Pipes that are free to be used again: making one starts a program.
  const idle: string[] = [];
  const takePipe = async () => {
    const path = idle.pop();
    if (path !== undefined) return path;
    const made = join(folder.path, String(pipes++));
    return (await makePipe(made)) ? made : undefined;
  };
  return {
    async feed(lines, reader) {
      const path = await takePipe();
      if (path === undefined) return throughMemory(lines, reader);
      const rows = await throughPipes(lines, reader, path);
      idle.push(path);
      return rows;
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

/** Each long line ends the text in the pipe, so that rows keep their order. Then the same pipe is opened again. */
async function throughPipes(copied: AsyncIterable<Lines>, reader: LineReader, path: string): Promise<number> {
  let rows = 0;
  let pipe: Pipe | undefined;
  try {
    for await (const lines of copied) {
      if (lines.isLong) {
        rows += (await pipe?.end()) ?? 0;
        pipe = undefined;
        rows += await reader.readBytes(lines.bytes);
      } else {
        pipe ??= await openPipe(path, reader);
        await pipe.write(lines.bytes);
      }
    }
    return rows + ((await pipe?.end()) ?? 0);
  } catch (error) {
    await pipe?.abandon();
    await rm(path, { force: true });
    throw error;
  }
}

/** A piece of memory with which the reader is called. */
const PIECE_BYTES = 4_000_000;

async function throughMemory(copied: AsyncIterable<Lines>, reader: LineReader): Promise<number> {
  let rows = 0;
  let held: Buffer[] = [];
  let size = 0;
  const read = async () => {
    if (size === 0) return;
    const piece = Buffer.concat(held, size);
    [held, size] = [[], 0];
    rows += await reader.readBytes(piece.subarray(0, -1));
  };
  for await (const lines of copied) {
    const piece = lines.isLong ? Buffer.concat([lines.bytes, Buffer.from('\n')]) : lines.bytes;
    held.push(piece);
    size += piece.length;
    if (size >= PIECE_BYTES) await read();
  }
  await read();
  return rows;
}

interface Pipe {
  /** Waits while the pipe is full. @throws the reader's error where that ended before */
  write(bytes: Buffer): Promise<void>;
  /** Ends the text, and waits until the reader has read it. */
  end(): Promise<number>;
  /** Ends the pipe in the middle of the text. */
  abandon(): Promise<void>;
}

/** Begins to read a pipe, and opens its other end. @throws the reader's error where that ended at once */
async function openPipe(path: string, reader: LineReader): Promise<Pipe> {
  let isReading = true;
  const reading = reader.readPath(path).finally(() => {
    isReading = false;
  });
  reading.catch(() => undefined);
  const descriptor = await openWhile(path, () => isReading);
  if (descriptor === undefined) {
    await reading;
    throw new Error('internal: a reader ended without opening its pipe');
  }
  // A socket waits for a full pipe without one of the few threads that files and the engine's statements need.
  const socket = new Socket({ fd: descriptor, readable: false, writable: true });
  let failure: Error | undefined;
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', (error) => {
    failure = error;
  });
  return {
    async write(bytes) {
      if (socket.destroyed || !socket.write(bytes)) {
        await Promise.race([closed, new Promise((resolve) => socket.once('drain', resolve))]);
      }
      if (!socket.destroyed) return;
      // A reader that fails breaks the pipe, so its error is the reason.
      await reading;
      throw failure ?? new Error('internal: a pipe closed before its end');
    },
    async end() {
      socket.end();
      await closed;
      return reading;
    },
    async abandon() {
      socket.destroy();
      await reading.catch(() => undefined);
    },
  };
}

/** Opens a pipe for writing once it has a reader; `undefined` if the reader ended before. A plain open could wait for ever. */
async function openWhile(path: string, isReading: () => boolean): Promise<number | undefined> {
  while (isReading()) {
    try {
      return await promisify(openFile)(path, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENXIO')) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
  return undefined;
}
