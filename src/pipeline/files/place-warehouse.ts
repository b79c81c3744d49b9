import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Project } from '../../project/project.ts';
import { makeTemporaryFolder } from '../../temporary-folder.ts';

/** The path of the warehouse of a run. Disposing removes a file that only this run sees. */
export interface PlacedWarehouse extends AsyncDisposable {
  readonly path: string;
}

/**
 * The target's warehouse. One in memory becomes a temporary file in a project with external models, since their files are
 * written when the warehouse is closed. The file has the name of the database, which DuckDB takes from it.
 */
export async function placeWarehouse({ target, externalFiles }: Project): Promise<PlacedWarehouse> {
  const { path, database } = target;
  if (path !== ':memory:' || externalFiles.size === 0) return { path, [Symbol.asyncDispose]: async () => {} };
  const folder = await makeTemporaryFolder(join(tmpdir(), 'fenceline-memory-'));
  return { path: join(folder.path, `${database}.duckdb`), [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}
