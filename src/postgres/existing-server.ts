import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import pg from 'pg';
import { UserError } from '../user-error.ts';
import { errorCode, errorKind } from './error-kind.ts';
import type { PostgresServer } from './server.ts';

/**
 * The connection settings of a URL. Encryption follows libpq's `sslmode`. The default differs from libpq's: a server on
 * another machine must show a certificate for its name (`verify-full`).
 * @throws {UserError} for an invalid URL. It is never quoted, since it holds a password
 */
export function connectionOf(url: string): PostgresServer['connection'] {
  const parsed = parse(url);
  const { searchParams } = parsed;
  const socket = searchParams.get('host') ?? undefined;
  const host = socket ?? (decodeURIComponent(parsed.hostname).replace(/^\[|\]$/g, '') || 'localhost');
  const database = decodeURIComponent(parsed.pathname.slice(1));
  const user = decodeURIComponent(parsed.username);
  const password = decodeURIComponent(parsed.password);
  return {
    host,
    port: Number(parsed.port || searchParams.get('port') || 5432),
    ...(database && { database }),
    ...(user && { user }),
    ...(password && { password }),
    ssl: encryption(searchParams, host),
    application_name: 'fenceline',
  };
}

/**
 * The connection settings of an address that fenceline.yml names. Nothing that it leaves out comes from elsewhere: libpq's
 * variables and password file would send the job's password to a host that the author of a pull request chose.
 * @throws {UserError} as {@link connectionOf}
 */
export function completeConnection(url: string): PostgresServer['connection'] {
  const { user = userInfo().username, database = user, password, ...rest } = connectionOf(url);
  // pg: an empty text would be replaced by PGPASSWORD, a function is not.
  return { ...rest, user, database, password: () => (typeof password === 'string' ? password : '') };
}

function parse(url: string): URL {
  try {
    // libpq allows a URL without a host, which means the socket or this machine. JavaScript's URL does not.
    const parsed = new URL(url.replace(/^(postgres(?:ql)?:\/\/[^/?#]*@)(?=[/?]|$)/, '$1localhost'));
    if (/^postgres(ql)?:$/.test(parsed.protocol)) {
      decodeURIComponent(parsed.username + parsed.password + parsed.pathname);
      return parsed;
    }
  } catch {
    // The parser's own error is dropped: it quotes the URL with its password.
  }
  throw new UserError({
    code: 'postgres-url',
    message: 'the URL of Postgres is not one of the form postgres://user:password@host:port/database',
    fix: 'percent-encode reserved characters of the password (# is %23, / is %2F, @ is %40)',
  });
}

type Encryption = NonNullable<PostgresServer['connection']['ssl']>;

function encryption(parameters: URLSearchParams, host: string): Encryption {
  const mode = parameters.get('sslmode') ?? (isLocal(host) ? 'disable' : 'verify-full');
  const certificate = parameters.get('sslrootcert');
  const trusted = certificate === null ? {} : { ca: readCertificate(certificate) };
  switch (mode) {
    case 'disable':
      return false;
    case 'require':
    case 'no-verify':
      // libpq: with a root certificate, `require` verifies as `verify-ca` does.
      return certificate === null
        ? { rejectUnauthorized: false }
        : { ...trusted, checkServerIdentity: () => undefined };
    case 'verify-ca':
      return { ...trusted, checkServerIdentity: () => undefined };
    case 'verify-full':
      return trusted;
    default:
      throw new UserError({
        code: 'postgres-url',
        message: 'the sslmode in the URL of Postgres is not one that says whether the connection is encrypted',
        fix: 'use sslmode=verify-full, verify-ca, require or disable',
      });
  }
}

function isLocal(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function readCertificate(path: string): string {
  if (path.startsWith('-----BEGIN')) return path;
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UserError(
      {
        code: 'postgres-url',
        message: 'the file that sslrootcert in the URL of Postgres names cannot be read',
        fix: 'correct the path, or leave sslrootcert away to trust the usual authorities',
      },
      { cause },
    );
  }
}

/** The error for a server that cannot be used. It shows host and port; the rest of the URL is never shown. */
export function connectionFailed(connection: PostgresServer['connection'], cause: unknown): UserError {
  const { host = 'localhost', port = 5432, ssl } = connection;
  const place = host.startsWith('/') ? host : `${host}:${port}`;
  const refusal = reason(cause, ssl);
  return new UserError(
    { code: 'postgres-unreachable', message: `Postgres at ${place} cannot be used: ${refusal.kind}`, fix: refusal.fix },
    { cause },
  );
}

function reason(error: unknown, ssl: PostgresServer['connection']['ssl']) {
  const code = errorCode(error);
  if (ssl && error instanceof Error && /does not support SSL/.test(error.message)) {
    return {
      kind: 'it offers no encryption',
      fix: 'add ?sslmode=disable to the URL if you trust the network between, or let the server encrypt',
    };
  }
  if (code !== undefined && /CERT|SIGNATURE|ALTNAME|SELF_SIGNED/.test(code)) {
    return {
      kind: `its certificate is not trusted (${code})`,
      fix: 'name the authority by ?sslrootcert=<file> in the URL, or add ?sslmode=require to encrypt without checking who answers',
    };
  }
  if (error instanceof pg.DatabaseError) {
    return { kind: errorKind(error), fix: 'check user, password and database in the URL' };
  }
  return {
    kind: code ?? 'no answer in time',
    fix: 'check that the server runs and that host and port of the URL are right from here',
  };
}
