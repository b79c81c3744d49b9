import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import pg from 'pg';
import type { Location } from '../location.ts';
import { type Mistake, UserError } from '../user-error.ts';
import { errorCode, errorKind } from './error-kind.ts';
import { EXTENSIONS, GRANTS_PARAMETERS } from './owner.ts';
import { type Statement, splitStatements } from './split-statements.ts';

/** A server that set-up SQL is run on. */
export interface SetupServer {
  /** Connection of a role that is no superuser. */
  readonly owner: pg.Client;
  /** Makes a role without any right that tables can be given to; the owner may not make roles. */
  readonly makeRole: (name: string) => Promise<void>;
  /** `server_version_num` */
  readonly versionNumber: number;
}

/**
 * Runs an SQL file statement by statement, each in its own transaction, as `psql --file` does. Messages show its path
 * relative to `directory`.
 * @throws {UserError} at the place of the first statement that Postgres refuses
 */
export async function runSetup(
  server: SetupServer,
  file: string,
  directory: string,
  signal: AbortSignal,
): Promise<void> {
  const sql = await readFile(file, 'utf8').catch((cause) => {
    throw new UserError(
      {
        code: 'file-not-found',
        message: `the set-up file ${shownPath(file, directory)} cannot be read`,
        fix: 'correct the path under postgres.setup',
      },
      { cause },
    );
  });
  for (const statement of splitStatements(sql)) {
    signal.throwIfAborted();
    try {
      const role = newRole(statement.text);
      await (role === undefined ? server.owner.query(statement.text) : server.makeRole(role));
    } catch (cause) {
      signal.throwIfAborted();
      throw new UserError(statementRefused(shownPath(file, directory), sql, statement, server, cause), { cause });
    }
  }
}

/** The name in `create role app with login password 'x'`. Nobody logs in as that role, so nothing else of it is needed. */
function newRole(statement: string): string | undefined {
  const [, written] = CREATE_ROLE.exec(statement) ?? [];
  if (written === undefined) return undefined;
  return written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase();
}

const CREATE_ROLE =
  /^create\s+(?:role|user|group)\s+("(?:[^"]|"")+"|[a-z_][\w$]*)(?:\s+(?:with|login|nologin|inherit|noinherit|nosuperuser|nocreatedb|nocreaterole|(?:encrypted\s+)?password\s+(?:null|'(?:[^']|'')*')))*$/i;

function statementRefused(
  file: string,
  sql: string,
  statement: Statement,
  server: SetupServer,
  error: unknown,
): Mistake {
  const offset = statement.offset + offsetOf(error, statement.text);
  const location = locationIn(sql, offset, file);
  const common = { code: 'postgres-setup', location };
  if (/^copy\b[^;]*\bfrom\s+stdin\b/i.test(statement.text)) {
    return {
      ...common,
      message: 'COPY … FROM stdin works in psql only',
      fix: 'write the rows as INSERT; `pg_dump --inserts` does',
    };
  }
  if (statement.text.startsWith('\\')) {
    return { ...common, message: 'commands that begin with \\ work in psql only', fix: 'remove the line' };
  }
  if (errorCode(error) === PERMISSION_DENIED) return { ...common, ...denied(statement.text, server) };
  const at = describePlace(error) || nameAt(sql, offset, error);
  return { ...common, message: `Postgres refuses this statement${at}: ${errorKind(error)}` };
}

const PERMISSION_DENIED = '42501';

/** Statements that an owner may not run, each with what to write instead. */
function denied(statement: string, { versionNumber }: SetupServer): Pick<Mistake, 'message' | 'fix'> {
  const because = 'set-up SQL runs as the owner of the database, who is no superuser';
  if (/\bsession_replication_role\b/i.test(statement) && versionNumber < GRANTS_PARAMETERS) {
    return {
      message: `session_replication_role can be set on Postgres 15 and newer only: ${because}`,
      fix: 'set postgres.version to 15 or newer in fenceline.yml, or insert rows in the order of their foreign keys',
    };
  }
  if (/\b(extension|language)\b/i.test(statement)) {
    return {
      message: `this extension or language may not be created: ${because}`,
      fix: `take the statement out; these extensions may be created: ${EXTENSIONS.join(', ')}`,
    };
  }
  if (/\bcopy\b/i.test(statement)) {
    return {
      message: `COPY may not read or write files, nor run programs: ${because}`,
      fix: 'write the rows as INSERT; `pg_dump --inserts` does',
    };
  }
  if (/\b(role|user|group)\b/i.test(statement)) {
    return {
      message: `this may not be done with a role: ${because}`,
      fix: 'write CREATE ROLE name as a statement of its own; that is all there is of roles',
    };
  }
  return {
    message: `Postgres refuses this statement: permission denied (42501); ${because}`,
    fix: 'take the statement out',
  };
}

/** The word at the error's place, if it is a name and no literal: a literal can be a data value. */
function nameAt(sql: string, offset: number, error: unknown): string {
  const name = error instanceof pg.DatabaseError && error.position ? /^[\p{L}_][\w$]*/u.exec(sql.slice(offset)) : null;
  return name ? ` at ${name[0]}` : '';
}

/** The names of table, column and constraint, never values: ` on public.users, constraint users_email_key`. */
function describePlace(error: unknown): string {
  // An error by RAISE can hold a value as its table, column or constraint.
  if (!(error instanceof pg.DatabaseError) || !error.code?.startsWith('23') || error.routine === 'exec_stmt_raise') {
    return '';
  }
  const { schema, table, column, constraint } = error;
  const parts = [
    table && ` on ${schema}.${table}`,
    column && `column ${column}`,
    constraint && `constraint ${constraint}`,
  ];
  return parts.filter((part) => part).join(', ');
}

/** The offset of an error in UTF-16 units from 0. Postgres counts characters from 1. */
function offsetOf(error: unknown, text: string): number {
  const position = error instanceof Error && 'position' in error ? Number(error.position) : Number.NaN;
  if (!Number.isInteger(position) || position < 1) return 0;
  return [...text].slice(0, position - 1).join('').length;
}

function locationIn(sql: string, offset: number, file: string): Location {
  const before = sql.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { file, line: before.split('\n').length, column: offset - lineStart + 1 };
}

function shownPath(file: string, directory: string): string {
  const path = relative(directory, file).replaceAll('\\', '/');
  return path.startsWith('../') ? file.replaceAll('\\', '/') : path;
}
