import { basename, dirname, join } from 'node:path';
import { fileExists } from '../file-exists.ts';
import type { Stage } from '../progress.ts';
import { openDuckDB } from '../warehouse/duckdb.ts';
import { whenFree } from '../warehouse/when-free.ts';
import type { Invocation } from './options.ts';

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
  const lock = await whenFree(() => openDuckDB(join(dirname(path), `.${basename(path)}.lock`)), say, signal);
  try {
    // Programs that know nothing of the lock, such as dbt, hold the warehouse itself.
    if (await fileExists(path)) await (await whenFree(() => openDuckDB(path), say, signal))[Symbol.asyncDispose]();
    return lock;
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}
