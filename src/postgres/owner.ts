import type pg from 'pg';
import { connect } from './connect.ts';
import type { PostgresServer } from './server.ts';

/** The only superuser of a server of ours; no SQL of a project runs as it. */
export const ADMINISTRATOR = 'fenceline';

/** Name of the owner: dumps give their tables to `postgres`. */
const OWNER = 'postgres';

/**
 * Extensions that set-up SQL may create: those that Postgres trusts, which are not languages. Others read files, reach
 * other machines or run code of their own.
 */
export const EXTENSIONS: readonly string[] = [
  'btree_gin',
  'btree_gist',
  'citext',
  'cube',
  'dict_int',
  'fuzzystrmatch',
  'hstore',
  'intarray',
  'isn',
  'ltree',
  'pg_trgm',
  'pgcrypto',
  'plpgsql',
  'seg',
  'tablefunc',
  'tsm_system_rows',
  'tsm_system_time',
  'unaccent',
  'uuid-ossp',
  'vector',
];

/** A server with a role that owns its database and may do with it what an owner may, and nothing to the machine. */
export interface OwnedServer {
  readonly connection: PostgresServer['connection'];
  /** The server's setting `server_version`. */
  readonly version: string;
  readonly versionNumber: number;
}

/**
 * First version in which a role that is no superuser can be allowed to set one parameter (PostgreSQL 15: GRANT SET).
 */
export const GRANTS_PARAMETERS = 150_000;

/**
 * Makes the owner on a server that was just started. SQL of a project runs as it, and so do all reads: what a view or a
 * default calls runs with the rights of the reader.
 *
 * @param administrator how the superuser connects; the owner connects the same way
 */
export async function makeOwner(administrator: PostgresServer['connection']): Promise<OwnedServer> {
  await using client = await connect(administrator);
  const { rows } = await client.query<{ version: string; number: number }>(
    "select current_setting('server_version') as version, current_setting('server_version_num')::int as number",
  );
  const [{ version, number: versionNumber } = { version: '', number: 0 }] = rows;
  const { password } = administrator;
  const login = typeof password === 'string' ? ` password ${client.escapeLiteral(password)}` : '';
  const listed = EXTENSIONS.map((name) => `quote_ident(${client.escapeLiteral(name)})`).join(', ');
  await client.query(`
    create role ${OWNER} login${login};
    alter database ${OWNER} owner to ${OWNER};
    alter schema public owner to ${OWNER};
    ${versionNumber >= GRANTS_PARAMETERS ? `grant set on parameter session_replication_role to ${OWNER};` : ''}
    create schema ${ADMINISTRATOR};
    create function ${ADMINISTRATOR}.require_listed_extension() returns event_trigger
    language plpgsql set search_path = pg_catalog as $$
    begin
      if exists (
        select from pg_event_trigger_ddl_commands()
        where object_type = 'extension' and object_identity <> all (array[${listed}])
      ) then
        raise insufficient_privilege;
      end if;
    end $$;
    create event trigger require_listed_extension on ddl_command_end
      execute function ${ADMINISTRATOR}.require_listed_extension();
    alter event trigger require_listed_extension enable always;
  `);
  return { connection: { ...administrator, user: OWNER }, version, versionNumber };
}

/**
 * Makes a role that tables can be given to, and rights on them, with the owner as its member. The owner cannot make one
 * itself: in older versions whoever makes roles can let them run programs.
 */
export async function makeRole(administrator: pg.Client, name: string): Promise<void> {
  const role = administrator.escapeIdentifier(name);
  await administrator.query(
    `create role ${role} nologin; grant ${role} to ${OWNER};
     grant create on database ${OWNER} to ${role}; grant usage, create on schema public to ${role}`,
  );
}
