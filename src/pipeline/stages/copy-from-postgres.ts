import type { PostgresConfig } from '../../config/fenceline-config.ts';
import { openPostgres } from '../../postgres/open-postgres.ts';
import { counted } from '../../report/counts.ts';
import type { SyncedTable } from '../../sync/sync-result.ts';
import { syncTables } from '../../sync/sync-tables.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { OpenedProject } from '../open/open-project.ts';
import type { Invocation, PostgresOptions } from '../options.ts';
import { readMaskKey } from './mask-key.ts';
import type { Stages } from './stages.ts';

/** The result of a sync. Disposing waits until Postgres has stopped. */
export interface CopiedTables extends AsyncDisposable {
  /** `undefined` where nothing is copied, and so no server was asked. */
  readonly postgres: { readonly origin: string; readonly version: string; readonly milliseconds: number } | undefined;
  readonly synced: readonly SyncedTable[];
}

interface CopyJob extends OpenedProject {
  readonly fullRefresh: boolean;
  readonly warehouse: Warehouse;
  readonly options: Invocation;
  readonly stages: Stages;
}

/** Starts or finds Postgres, copies the tables of fenceline.yml into the warehouse, and begins to stop Postgres. */
export async function copyFromPostgres(
  { project, config, warehouse, options, stages, fullRefresh }: CopyJob,
  postgres: PostgresOptions,
): Promise<CopiedTables> {
  const { environment, progress, signal } = options;
  const { directory } = project;
  if (config.sync.tables.length === 0) {
    return { postgres: undefined, synced: [], [Symbol.asyncDispose]: async () => {} };
  }
  const maskKey = await readMaskKey(config.sync, project);
  const server = await stages.run(
    'postgres',
    () =>
      openPostgres({
        config: postgresConfig(postgres, config.postgres),
        directory,
        mode: postgres.mode,
        environment,
        progress,
        signal,
      }),
    ({ origin }) => origin,
  );
  try {
    const synced = await stages.run(
      'sync',
      () =>
        syncTables({
          server,
          warehouse,
          sync: config.sync,
          project: project.name,
          fullRefresh,
          ...(maskKey !== undefined && { maskKey }),
          seconds: config.limits.syncSeconds,
          progress,
          signal,
        }),
      (tables) => {
        const rows = tables.reduce((sum, table) => sum + table.rows, 0);
        return `${counted(tables.length, 'table')}, ${counted(rows, 'row')}`;
      },
    );
    // Postgres stops while the models are built: only disposing waits for it.
    const stopped = Promise.resolve(server[Symbol.asyncDispose]());
    stopped.catch(() => undefined);
    return {
      postgres: { origin: server.origin, version: server.version, milliseconds: server.startMilliseconds },
      synced,
      [Symbol.asyncDispose]: () => stopped,
    };
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

function postgresConfig(options: PostgresOptions, file: PostgresConfig): PostgresConfig {
  return {
    version: options.version ?? file.version,
    url: options.url ?? file.url,
    setup: options.setup ?? file.setup,
  };
}
