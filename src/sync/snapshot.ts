import type { SyncTable } from '../config/fenceline-config.ts';
import { errorCode } from '../postgres/error-kind.ts';
import type { PostgresServer } from '../postgres/server.ts';
import { isPassing, openSource, type SourceClient, type SourceOptions } from '../postgres/source-client.ts';
import { identifier, literal, sql } from '../sql.ts';

/**
 * How tables are kept from being changed after the snapshot. `copied`: each is locked while it is copied; one that is
 * emptied or altered before is noticed. `all`: all are locked before the snapshot until the last is copied, as pg_dump does,
 * and one connection copies them, since a second one would wait behind those who wait for these locks.
 */
export type Locking = 'copied' | 'all';

/** One state of the database, which all tables are read from. */
export interface Snapshot extends AsyncDisposable {
  /** The transaction that holds the state. */
  readonly client: SourceClient;
  readonly locking: Locking;
  /** Statements with which a transaction reads this state, before its first query. */
  readonly statements: readonly string[];
}

/** Opens a transaction that reads, and fixes what it sees. */
export async function openSnapshot(
  connection: PostgresServer['connection'],
  tables: readonly SyncTable[],
  locking: Locking,
  options: SourceOptions,
): Promise<Snapshot> {
  const client = await openSource(connection, options);
  try {
    // On some systems a server cannot do that: it notices a lost client with the next bytes that it sends.
    await client.query(NOTICE_A_LOST_CLIENT).catch((error) => (isPassing(error) ? Promise.reject(error) : undefined));
    // SET and LOCK take no snapshot: the first query after them does, so it sees all that is committed until then.
    await client.query(['begin isolation level repeatable read read only', SESSION].join('; '));
    if (locking === 'all') for (const table of tables) await lock(client, table);
    await client.noteProcess();
    const [exported] = await client.query<{ id: string }>('select pg_catalog.pg_export_snapshot() as id');
    const statements = [sql`set transaction snapshot ${literal(exported?.id ?? '')}`.text, SESSION];
    return { client, locking, statements, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() };
  } catch (error) {
    await client[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * Settings of the transaction: fixed text formats; a row policy is an error, since it would hide rows silently. The search
 * path stays the role's own, since functions that a view calls may need it. Compiling a query of a sample takes ten times as long
 * as the query.
 */
const SESSION = `set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres'; set local extra_float_digits = 1;
  set local timezone = 'UTC'; set local bytea_output = 'hex'; set local client_encoding = 'UTF8';
  set local row_security = off; set local lock_timeout = '5s'; set local statement_timeout = 0;
  set local idle_in_transaction_session_timeout = 0; set local standard_conforming_strings = on;
  set local jit = off`;

/** From PostgreSQL 14 on a server notices in the middle of a statement that nobody waits for its answer any more. */
const NOTICE_A_LOST_CLIENT = `select pg_catalog.set_config(name, '2000', false) from pg_catalog.pg_settings
  where name = 'client_connection_check_interval'`;

async function lock(client: SourceClient, { from }: SyncTable): Promise<void> {
  await client.query('savepoint unlocked');
  try {
    await client.query(sql`lock table ${identifier(from.schema, from.table)} in access share mode`.text);
    await client.query('release savepoint unlocked');
  } catch (error) {
    // A role with rights on single columns may not lock, and materialized views and foreign tables cannot be locked. A table
    // that does not exist is told later, with all others.
    if (!UNLOCKED.includes(errorCode(error) ?? '')) throw error;
    await client.query('rollback to savepoint unlocked; release savepoint unlocked');
  }
}

/** Codes of Postgres: permission denied, of another kind, no such table or schema. */
const UNLOCKED = ['42501', '42809', '42P01', '3F000'];
