import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyExample, type Edit, editProject, fenceline, type ProjectCopy, projectCopy } from '../e2e/cli.ts';
import { sharedPostgres } from '../e2e/shared-postgres.ts';

/** The example project with its tables copied, to attack a copy of: what is built then needs no server. */
export interface SyncedExample extends AsyncDisposable {
  copy(edits: readonly Edit[]): Promise<ProjectCopy>;
}

export async function syncExample(): Promise<SyncedExample> {
  await using postgres = await sharedPostgres();
  const example = await copyExample();
  const { code, stderr } = await fenceline(['sync', example.directory, ...postgres.args]);
  if (code !== 0) throw new Error(`sync failed: ${stderr}`);
  return {
    async copy(edits) {
      const parent = await mkdtemp(join(tmpdir(), 'fenceline-adversary-'));
      const directory = join(parent, 'clinic');
      await cp(example.directory, directory, { recursive: true });
      await editProject(directory, edits);
      return projectCopy(directory, () => rm(parent, { recursive: true, force: true }));
    },
    [Symbol.asyncDispose]: () => example[Symbol.asyncDispose](),
  };
}
