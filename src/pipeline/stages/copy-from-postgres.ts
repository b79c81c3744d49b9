import type { FencelineConfig, PostgresConfig, SyncConfig } from '../../config/fenceline-config.ts';
import { nameDatabase } from '../../postgres/name-database.ts';
import { openPostgres } from '../../postgres/open-postgres.ts';
import type { PostgresServer } from '../../postgres/server.ts';
import { counted } from '../../report/counts.ts';
import type { SyncedTable } from '../../sync/sync-result.ts';
import { type SourceDatabase, syncTables } from '../../sync/sync-tables.ts';
import { UserError } from '../../user-error.ts';
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

/** Starts or finds each Postgres, copies the tables of fenceline.yml into the warehouse, and begins to stop Postgres. */
export async function copyFromPostgres(
  { project, config, warehouse, options, stages, fullRefresh }: CopyJob,
  postgres: PostgresOptions,
): Promise<CopiedTables> {
  const { progress, signal } = options;
  const names = databasesOf(config.sync);
  if (names.length === 0) return { postgres: undefined, synced: [], [Symbol.asyncDispose]: async () => {} };
  requireUnnamed(names, postgres);
  const maskKey = await readMaskKey(config.sync, project);
  const databases: SourceDatabase[] = [];
  const stop = async () => {
    await Promise.all(databases.map(({ server }) => server[Symbol.asyncDispose]()));
  };
  try {
    await stages.run(
      'postgres',
      async () => {
        for (const name of names) {
          const request = { ...options, directory: project.directory, mode: postgres.mode };
          const settings = databaseSettings(name, config, postgres);
          const server = await openPostgres({ ...request, config: settings }).catch((error) =>
            Promise.reject(nameDatabase(error, name)),
          );
          databases.push({ name, server });
        }
      },
      () => textOf(databases, ({ origin }) => origin),
    );
    const synced = await stages.run(
      'sync',
      () =>
        syncTables({
          databases,
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
        const snapshots = databases.length > 1 ? `, a snapshot of each of ${databases.length} databases` : '';
        return `${counted(tables.length, 'table')}, ${counted(rows, 'row')}${snapshots}`;
      },
    );
    // Postgres stops while the models are built: only disposing waits for it.
    const stopped = stop();
    stopped.catch(() => undefined);
    return {
      postgres: {
        origin: textOf(databases, ({ origin }) => origin),
        version: textOf(databases, ({ version }) => version),
        milliseconds: databases.reduce((sum, { server }) => sum + server.startMilliseconds, 0),
      },
      synced,
      [Symbol.asyncDispose]: () => stopped,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @throws {UserError} for options about the database without a name where every table is of another one */
function requireUnnamed(names: readonly (string | undefined)[], { url, version, setup }: PostgresOptions): void {
  if (names.includes(undefined) || [url, version, setup].every((option) => option === undefined)) return;
  throw new UserError({
    code: 'unused-database',
    message: 'an address, version or set-up of Postgres is given, and every table is of a database with a name',
    fix: 'set the variables that postgres.<name>.url of fenceline.yml names, and leave the option away',
  });
}

/** The databases of which something is copied, `undefined` for the one without a name, in the order of fenceline.yml. */
function databasesOf({ tables, patterns = [] }: SyncConfig): readonly (string | undefined)[] {
  return [...new Set([...tables, ...patterns].map(({ from }) => from.database))];
}

/** A text about each database, behind its name where it has one: `url`, `crm url, system 15.18`. */
function textOf(databases: readonly SourceDatabase[], text: (server: PostgresServer) => string): string {
  return databases
    .map(({ name, server }) => [...(name === undefined ? [] : [name]), text(server)].join(' '))
    .join(', ');
}

/**
 * The settings of a database. Options of the command line and inputs of the Action are for the one without a name.
 * @throws {UserError} for one that only the head of a pull request has
 */
function databaseSettings(
  name: string | undefined,
  { postgres, databases }: FencelineConfig,
  options: PostgresOptions,
): PostgresConfig {
  if (name === undefined) {
    return {
      version: options.version ?? postgres.version,
      url: options.url ?? postgres.url,
      setup: options.setup ?? postgres.setup,
    };
  }
  const database = databases.get(name);
  if (database) return database;
  throw new UserError({
    code: 'unknown-database',
    message: `the database ${name} is not under \`postgres\` of the base, whose settings are used on a pull request`,
    fix: 'merge the settings of the database first, and its tables then',
  });
}
