import { rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileExists } from '../../file-exists.ts';
import type { Stage } from '../../progress.ts';
import { openDuckDB } from '../../warehouse/duckdb.ts';
import { whenFree } from '../../warehouse/when-free.ts';
import type { Invocation } from '../options.ts';

/**
 * Makes this process the only one that writes to a warehouse, until the result is disposed of. It waits for another one, and
 * says for whom. The lock is DuckDB's own on an empty database beside the warehouse: the system gives it back when a process
 * is killed, and the warehouse itself can be replaced meanwhile.
 * @param stage in which the wait is shown
 */
export async function holdWarehouse(
  path: string,
  stage: Stage,
  { progress, signal }: Pick<Invocation, 'progress' | 'signal'>,
): Promise<AsyncDisposable> {
  if (path === ':memory:') return { [Symbol.asyncDispose]: async () => {} };
  const say = (holder: string) =>
    progress({ kind: 'step', stage, text: `waiting for ${holder}, which writes to ${basename(path)}`, status: 'warn' });
  const lock = await openLock(join(dirname(path), `.${basename(path)}.lock`), say, signal);
  try {
    // Programs that know nothing of the lock, such as dbt, hold the warehouse itself.
    if (await fileExists(path)) await (await whenFree(() => openDuckDB(path), say, signal))[Symbol.asyncDispose]();
    return lock;
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

/** Opens the file of the lock, which its holder removes at the end. */
async function openLock(path: string, say: (holder: string) => void, signal: AbortSignal): Promise<AsyncDisposable> {
  for (;;) {
    const before = await stat(path).catch(() => undefined);
    const database = await whenFree(() => openDuckDB(path), say, signal);
    const after = await stat(path).catch(() => undefined);
    // Another one removed the file between our opening it and the lock: then ours is on no file that others see.
    if (after !== undefined && (before === undefined || before.ino === after.ino)) return removedAtEnd(path, database);
    await database[Symbol.asyncDispose]();
  }
}

/** The file goes before the lock does. Windows cannot remove an open file, so there it stays. */
function removedAtEnd(path: string, database: AsyncDisposable): AsyncDisposable {
  return {
    async [Symbol.asyncDispose]() {
      await rm(path, { force: true }).catch(() => undefined);
      await database[Symbol.asyncDispose]();
    },
  };
}
