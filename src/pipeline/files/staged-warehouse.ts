import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { EnvironmentError } from '../../environment-error.ts';
import { fileExists } from '../../file-exists.ts';
import { isAlive } from '../../postgres/private-directory.ts';
import { sql } from '../../sql.ts';
import { makeTemporaryFolder } from '../../temporary-folder.ts';
import { openDuckDB } from '../../warehouse/duckdb.ts';
import { hasFreedBlocks, rewriteFile } from '../../warehouse/rewrite-file.ts';
import { removeWhenKilled } from './remove-when-killed.ts';

/** A copy of the warehouse file, which a run fills. Disposing removes it, unless it was published. */
export interface StagedWarehouse extends AsyncDisposable {
  readonly path: string;
  /**
   * Replaces the warehouse by the copy, in one step. The copy must be closed. If it has free blocks, it is rewritten
   * first, since these still hold rows that were deleted or left out since.
   * @throws {EnvironmentError} when another program wrote to the warehouse meanwhile: its work would be lost
   */
  publish(): Promise<void>;
}

/**
 * Copies the warehouse. The copy has the file name of the original, since DuckDB names a database after its file and
 * compiled SQL holds that name. `:memory:` needs no copy: only this run sees it.
 * @throws {EnvironmentError} when another program writes to the warehouse, or the disk refuses
 */
export async function stageWarehouse(path: string): Promise<StagedWarehouse> {
  if (path === ':memory:') return { path, publish: async () => {}, [Symbol.asyncDispose]: async () => {} };
  const folder = dirname(path);
  try {
    await mkdir(folder, { recursive: true });
    await removeAbandonedCopies(path);
    const staging = await makeTemporaryFolder(join(folder, `${OWN_STAGING}${process.pid}-`));
    const staged = join(staging.path, basename(path));
    const guard = removeWhenKilled(staging.path);
    const remove = async () => {
      await staging[Symbol.asyncDispose]();
      guard[Symbol.dispose]();
    };
    try {
      if (await fileExists(path)) {
        await settle(path);
        await copyFile(path, staged, constants.COPYFILE_FICLONE);
      }
    } catch (error) {
      await remove();
      throw error;
    }
    const seen = await contentMark(path);
    return {
      path: staged,
      publish: () =>
        publish(staged, path, seen).catch((error) =>
          Promise.reject(error instanceof EnvironmentError ? error : notWritable(path, error)),
        ),
      [Symbol.asyncDispose]: remove,
    };
  } catch (error) {
    throw error instanceof EnvironmentError ? error : notWritable(path, error);
  }
}

async function publish(staged: string, path: string, seen: string): Promise<void> {
  const fresh = join(dirname(staged), 'fresh', basename(staged));
  const hasFreeBlocks = await hasFreedBlocks(staged);
  if (hasFreeBlocks) await rewriteFile(staged, fresh);
  if ((await contentMark(path)) !== seen) {
    throw new EnvironmentError(
      `the warehouse ${path} was written by another program meanwhile, and stays as that left it`,
      'run again when no other program writes to it',
    );
  }
  await rename(hasFreeBlocks ? fresh : staged, path);
}

/** A mark of the state of a database, which differs after any write to its file or to the log beside it. */
async function contentMark(path: string): Promise<string> {
  const files = await Promise.all([path, `${path}.wal`].map((file) => stat(file).catch(() => undefined)));
  return files.map((file) => (file ? `${file.ino} ${file.size} ${file.mtimeMs}` : 'none')).join();
}

/**
 * Prefix of the folders with this machine's copies. It holds the host, since containers may share the folder of the
 * warehouse, and each counts its processes from 1.
 */
const OWN_STAGING = `.fenceline-${hostname().replace(/[^\w-]/g, '_')}-`;

/** Removes the copies that killed runs left beside a warehouse: each holds all rows that were synced. */
export async function removeAbandonedCopies(path: string): Promise<void> {
  if (path === ':memory:') return;
  const folder = dirname(path);
  for (const name of await readdir(folder).catch(() => [])) {
    const staging = join(folder, name);
    if (await isAbandoned(name, staging)) await rm(staging, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function isAbandoned(name: string, staging: string): Promise<boolean> {
  if (name.startsWith(OWN_STAGING)) {
    const pid = /^(\d+)-\w+$/.exec(name.slice(OWN_STAGING.length))?.[1];
    return pid !== undefined && !isAlive(Number(pid));
  }
  if (!ANY_STAGING.test(name)) return false;
  // A copy of another machine or container, whose processes cannot be seen from here.
  const { mtimeMs } = await lstat(staging).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > LONGEST_RUN_MILLISECONDS;
}

const ANY_STAGING = /^\.fenceline-[\w-]+-\d+-\w+$/;
const LONGEST_RUN_MILLISECONDS = 86_400_000;

/** Opens the warehouse for a moment: that takes DuckDB's lock, and moves a write-ahead log into the file. */
async function settle(path: string): Promise<void> {
  await using warehouse = await openDuckDB(path);
  await warehouse.run(sql`checkpoint`);
}

function notWritable(path: string, cause: unknown): EnvironmentError {
  return new EnvironmentError(
    `the warehouse ${path} cannot be written`,
    'check that its folder exists, may be written and has space, and that no program has the file open',
    { cause },
  );
}
