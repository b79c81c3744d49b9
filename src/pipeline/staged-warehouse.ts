import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { EnvironmentError } from '../environment-error.ts';
import { fileExists } from '../file-exists.ts';
import { isAlive } from '../postgres/private-directory.ts';
import { makeTemporaryFolder } from '../temporary-folder.ts';
import { openDuckDB } from '../warehouse/duckdb.ts';

/** Where a run works: a copy of the warehouse file. Disposing removes what was not published. */
export interface StagedWarehouse extends AsyncDisposable {
  readonly path: string;
  /** Puts the copy, which nobody may have open any more, in the place of the warehouse in one step. */
  publish(): Promise<void>;
}

/**
 * The copy has the file name of the original, since DuckDB names a database after its file and compiled SQL holds that
 * name. `:memory:` is staged as itself: nobody sees it but the run.
 * @throws {EnvironmentError} when another program writes to the warehouse, or the disk refuses
 */
export async function stageWarehouse(path: string): Promise<StagedWarehouse> {
  if (path === ':memory:') return { path, publish: async () => {}, [Symbol.asyncDispose]: async () => {} };
  const folder = dirname(path);
  try {
    await mkdir(folder, { recursive: true });
    await removeAbandoned(folder);
    const staging = await makeTemporaryFolder(join(folder, `${OWN_STAGING}${process.pid}-`));
    const staged = join(staging.path, basename(path));
    try {
      if (await fileExists(path)) {
        await settle(path);
        await copyFile(path, staged, constants.COPYFILE_FICLONE);
      }
    } catch (error) {
      await staging[Symbol.asyncDispose]();
      throw error;
    }
    return {
      path: staged,
      publish: () => rename(staged, path).catch((error) => Promise.reject(notWritable(path, error))),
      [Symbol.asyncDispose]: () => staging[Symbol.asyncDispose](),
    };
  } catch (error) {
    throw error instanceof EnvironmentError ? error : notWritable(path, error);
  }
}

/** Containers may share the folder and not the numbers of processes. */
const OWN_STAGING = `.fenceline-${hostname().replace(/[^\w-]/g, '_')}-`;

/** What a run left that was killed holds all it copied. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = name.startsWith(OWN_STAGING) ? /^(\d+)-\w+$/.exec(name.slice(OWN_STAGING.length))?.[1] : undefined;
    if (pid === undefined || isAlive(Number(pid))) continue;
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** Opening takes DuckDB's lock for a moment and folds the write-ahead log of a run that crashed into the file. */
async function settle(path: string): Promise<void> {
  await using warehouse = await openDuckDB(path);
  await warehouse.run('checkpoint');
}

function notWritable(path: string, cause: unknown): EnvironmentError {
  return new EnvironmentError(
    `the warehouse ${path} cannot be written`,
    'check that its folder exists, may be written and has space, and that no program has the file open',
    { cause },
  );
}
