import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Project } from '../../project/project.ts';
import { makeTemporaryFolder } from '../../temporary-folder.ts';

/** The path of the warehouse of a run. Disposing removes a temporary file, but not the target's own. */
export interface PlacedWarehouse extends AsyncDisposable {
  readonly path: string;
}

/**
 * Finds the path of the target's warehouse. With external models, one in memory becomes a temporary file, since their files
 * are written after the warehouse is closed. DuckDB names the database after this file, so the file has the database's name.
 */
export async function placeWarehouse({ target, externalFiles }: Project): Promise<PlacedWarehouse> {
  const { path, database } = target;
  if (path !== ':memory:' || externalFiles.size === 0) return { path, [Symbol.asyncDispose]: async () => {} };
  const folder = await makeTemporaryFolder(join(tmpdir(), 'fenceline-memory-'));
  return { path: join(folder.path, `${database}.duckdb`), [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}
