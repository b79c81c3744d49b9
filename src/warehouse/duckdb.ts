import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DuckDBInstance } from '@duckdb/node-api';
import { EnvironmentError } from '../environment-error.ts';
import { fileExists } from '../file-exists.ts';
import { identifier, literal, sql } from '../sql.ts';
import { Database } from './duckdb-session.ts';
import { toSqlError } from './engine-error.ts';
import { refuseHidingMacros } from './functions/own-objects.ts';
import { ParseCache } from './parse-cache.ts';
import type { Warehouse } from './warehouse.ts';

export interface DuckDBOptions {
  readonly threads?: number;
  /** Time limit of one statement; absent for no limit. */
  readonly statementSeconds?: number;
  /** Size as DuckDB spells it: `1GB`. A statement that needs more is refused, and nothing is written to a temporary file. */
  readonly memoryLimit?: string;
  /** Cache of parse trees, shared with other databases of the run; absent for one of its own. */
  readonly parses?: ParseCache;
}

/**
 * Opens a DuckDB file, or `:memory:`, and creates the folder of the file if there is none. The database has no access
 * to other files, the network or extensions, and no setting can be changed. So SQL of a project may run in it.
 * Disposing of the result interrupts the running statements, and closes all sessions and the file. The engine is loaded
 * here and not before: in the bundle, `native/ensure-duckdb.ts` must have fetched it.
 *
 * @throws {EnvironmentError} when the file cannot be opened: in use by another process, not a database, a newer format.
 */
export function openDuckDB(path: string, options: DuckDBOptions = {}): Promise<Warehouse> {
  return open(path, { ...settingsOf(options), ...CLOSED, ...LOCKED }, options);
}

/** Opens an existing DuckDB file for reading only; else as {@link openDuckDB}. */
export function openReadOnly(
  path: string,
  options: Pick<DuckDBOptions, 'statementSeconds' | 'parses'> = {},
): Promise<Warehouse> {
  return open(path, { ...CLOSED, ...LOCKED, access_mode: 'READ_ONLY' }, options);
}

/**
 * Opens a database in memory whose settings can be changed until {@link lockSettings}, which must come before any SQL
 * of a project. It has no access to files, the network or extensions.
 */
export function openUnlocked(options: DuckDBOptions = {}): Promise<Warehouse> {
  return open(':memory:', { ...settingsOf(options), ...CLOSED }, options);
}

/**
 * Opens a database whose statements may read files, such as the pipe with the rows of Postgres. No SQL of a project may
 * run in it before {@link lockDown}.
 */
export function openWithFiles(path: string, options: DuckDBOptions = {}): Promise<Warehouse> {
  return open(path, { ...settingsOf(options), ...WITHOUT_EXTENSIONS }, options);
}

/** Settings of every database. */
export const WITHOUT_EXTENSIONS = {
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
} as const;

const CLOSED = { ...WITHOUT_EXTENSIONS, enable_external_access: 'false' } as const;

/**
 * The setting that says which errors end a transaction. It stays open, since DuckDB changes it itself for a PIVOT over
 * the data.
 */
const FREE_SETTING = 'current_transaction_invalidation_policy';

const LOCKED = { allowed_configs: `['${FREE_SETTING}']`, lock_configuration: 'true' } as const;

function settingsOf({ threads, memoryLimit }: DuckDBOptions): { readonly [name: string]: string } {
  return {
    ...(threads !== undefined && { threads: String(threads) }),
    ...(memoryLimit !== undefined && { memory_limit: memoryLimit, temp_directory: '' }),
  };
}

/** Opens a database with these settings, for the openers of this folder alone. */
export async function open(
  path: string,
  settings: { readonly [name: string]: string },
  { statementSeconds, parses = new ParseCache() }: Pick<DuckDBOptions, 'statementSeconds' | 'parses'>,
): Promise<Warehouse> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  if (path !== ':memory:' && settings['access_mode'] !== 'READ_ONLY') await makeFolder(dirname(path));
  const isOld = path !== ':memory:' && (await fileExists(path));
  let instance: DuckDBInstance;
  try {
    instance = await DuckDBInstance.create(path, { ...settings, errors_as_json: 'true' });
  } catch (cause) {
    throw new EnvironmentError(
      `DuckDB cannot open ${path}`,
      'Close other programs that use the file, or move it away: the next run creates a new one.',
      { cause: toSqlError(cause, '') },
    );
  }
  try {
    const session = await new Database(instance, parses, statementSeconds).open();
    if (isOld) await refuseHidingMacros(session, path);
    return session;
  } catch (cause) {
    instance.closeSync();
    throw cause;
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new EnvironmentError(
      `the folder ${folder} of the warehouse cannot be made`,
      'check that the folder above may be written, and that no file has this name',
      { cause },
    );
  }
}

/**
 * Closes a database of {@link openWithFiles} as {@link openDuckDB} does. That cannot be undone, and must come before
 * any SQL of a project.
 */
export async function lockDown(warehouse: Warehouse): Promise<void> {
  await warehouse.run(sql`set enable_external_access = false`);
  await lockSettings(warehouse);
}

/**
 * Attaches read-only databases to a database of {@link openWithFiles}, before {@link lockDown}.
 * @throws {EnvironmentError} for a file that cannot be opened
 */
export async function attachFiles(
  warehouse: Warehouse,
  files: readonly { readonly alias: string; readonly path: string }[],
): Promise<void> {
  for (const { alias, path } of files) {
    try {
      await warehouse.run(sql`attach ${literal(path)} as ${identifier(alias)} (read_only)`);
    } catch (cause) {
      throw new EnvironmentError(
        `DuckDB cannot attach ${path}`,
        'close other programs that use the file, or take it out of attach in the profile',
        { cause },
      );
    }
    await refuseHidingMacros(warehouse, path);
  }
}

/** Locks all settings of a database of {@link openUnlocked}; that cannot be undone. */
export async function lockSettings(warehouse: Warehouse): Promise<void> {
  await warehouse.run(sql`set allowed_configs = [${literal(FREE_SETTING)}]; set lock_configuration = true`);
}
