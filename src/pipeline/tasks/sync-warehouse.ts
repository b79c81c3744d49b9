import { ensureDuckDB } from '../../native/ensure-duckdb.ts';
import type { SyncedTable } from '../../sync/sync-result.ts';
import { closeOnAbort } from '../../warehouse/close-on-abort.ts';
import { openWithFiles } from '../../warehouse/duckdb.ts';
import { holdWarehouse } from '../files/hold-warehouse.ts';
import { stageWarehouse } from '../files/staged-warehouse.ts';
import { type OpenedProject, openStage } from '../open/open-project.ts';
import type { BuildOptions, Invocation, PostgresOptions, ProjectOptions } from '../options.ts';
import { copyFromPostgres } from '../stages/copy-from-postgres.ts';
import { openStages, type Stages } from '../stages/stages.ts';

interface SyncOptions extends ProjectOptions, BuildOptions, Invocation {
  readonly postgres: PostgresOptions;
}

/**
 * Copies the tables of fenceline.yml into the warehouse, all of them or none.
 * @throws {UserError} before anything is written
 * @throws {EnvironmentError} when Postgres, the engine, the disk or the network fails
 */
export async function syncWarehouse(options: SyncOptions): Promise<readonly SyncedTable[]> {
  const stages = openStages(options);
  const opened = await openStage(options, stages);
  await ensureDuckDB(options);
  await using _held = await holdWarehouse(opened.project.target.path, 'sync', options);
  await using staged = await stageWarehouse(opened.project.target.path);
  const synced = await copyInto(staged.path, opened, options, stages);
  await staged.publish();
  return synced;
}

/** Copies the tables into a file. When this returns, the file is closed and may be moved. */
async function copyInto(path: string, opened: OpenedProject, options: SyncOptions, stages: Stages) {
  const { threads } = opened.project.target;
  await using warehouse = await openWithFiles(path, { threads, ...opened.config.limits });
  using _interrupted = closeOnAbort(warehouse, options.signal);
  await using copied = await copyFromPostgres(
    { ...opened, warehouse, options, stages, fullRefresh: options.fullRefresh },
    options.postgres,
  );
  return copied.synced;
}
