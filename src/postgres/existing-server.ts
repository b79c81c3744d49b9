import { readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import pg from 'pg';
import type { Environment } from '../environment.ts';
import { UserError } from '../user-error.ts';
import { type AddressSettings, readAddress } from './address.ts';
import { errorCode, errorKind } from './error-kind.ts';
import { completeLocally, findPassword } from './local-settings.ts';
import type { PostgresServer } from './server.ts';

type Connection = PostgresServer['connection'];

/** The servers of an address, to be tried in their order, and which of them is wanted. */
export interface Servers {
  readonly connections: readonly Connection[];
  readonly role: ServerRole;
}

/** libpq's `target_session_attrs`. */
export type ServerRole = (typeof ROLES)[number];

const ROLES = ['any', 'primary', 'standby', 'read-write', 'read-only', 'prefer-standby'] as const;

/**
 * The servers of an address that whoever runs the command has given. What it leaves out comes from libpq's variables, service
 * and password file. Encryption follows `sslmode`. The default differs from libpq's: a server on another machine must show
 * a certificate for its name (`verify-full`).
 * @throws {UserError} for an invalid address. It is never quoted, since it holds a password
 */
export function serversOf(address: string, environment: Environment): Servers {
  const settings = completeLocally(readAddress(address), environment);
  return serversWith(settings, (place) => findPassword(settings.get('passfile'), place));
}

/**
 * The servers of an address that fenceline.yml names. Nothing that it leaves out comes from elsewhere: libpq's variables and
 * password file would send the job's password to a host that the author of a pull request chose.
 * @throws {UserError} as {@link serversOf}
 */
export function namedServers(address: string): Servers {
  const settings = readAddress(address);
  for (const name of ['service', 'passfile']) {
    if (!settings.has(name)) continue;
    throw wrongSetting(
      name,
      'names a file of this machine, which an address in fenceline.yml cannot',
      'write what is in the file into the address, or give the address by --postgres-url',
    );
  }
  return serversWith(settings, () => undefined);
}

function serversWith(
  settings: AddressSettings,
  findPassword: (place: readonly string[]) => string | undefined,
): Servers {
  const hosts = (settings.get('host') ?? settings.get('hostaddr') ?? 'localhost').split(',');
  const addresses = settings.get('hostaddr')?.split(',') ?? [];
  const ports = (settings.get('port') ?? '').split(',');
  if (
    (ports.length > 1 && ports.length !== hosts.length) ||
    (addresses.length > 0 && addresses.length !== hosts.length)
  ) {
    throw wrongSetting('port', 'does not have one part for each host', 'write one port for all hosts, or one for each');
  }
  const role = ROLES.find((name) => name === (settings.get('target_session_attrs') ?? 'any'));
  if (!role) throw wrongSetting('target_session_attrs', 'is no word that libpq has', `use ${ROLES.join(', ')}`);
  const user = settings.get('user') ?? userInfo().username;
  const database = settings.get('dbname') ?? user;
  const connections = hosts.map((written, index) => {
    const host = written || 'localhost';
    const port = Number((ports.length > 1 ? ports[index] : ports[0]) || 5432);
    const password =
      settings.get('password') ??
      findPassword([host.startsWith('/') ? 'localhost' : host, String(port), database, user]);
    const ssl = encryption(settings, host);
    const options = settings.get('options');
    const seconds = Number(settings.get('connect_timeout') ?? 0);
    return {
      host: addresses[index] ?? host,
      port,
      user,
      database,
      // pg: an empty text would be replaced by PGPASSWORD or its password file, a function is not.
      password: () => password ?? '',
      ssl: ssl && addresses[index] ? { ...ssl, servername: host } : ssl,
      application_name: settings.get('application_name') ?? settings.get('fallback_application_name') ?? 'fenceline',
      ...(options !== undefined && { options }),
      ...(seconds > 0 && { connectionTimeoutMillis: seconds * 1000 }),
      ...(hasChannelBinding(settings) && { enableChannelBinding: true }),
    };
  });
  return { connections, role };
}

function hasChannelBinding(settings: AddressSettings): boolean {
  const wish = settings.get('channel_binding') ?? 'disable';
  if (wish === 'prefer' || wish === 'disable') return wish === 'prefer';
  throw wrongSetting(
    'channel_binding',
    'can be prefer or disable only: Fenceline cannot see whether the server used it',
    'use sslmode=verify-full, which also proves who answers',
  );
}

function wrongSetting(name: string, what: string, fix: string): UserError {
  return new UserError({ code: 'postgres-url', message: `the setting ${name} in the URL of Postgres ${what}`, fix });
}

type Encryption = Exclude<Connection['ssl'], boolean | undefined>;

function encryption(settings: AddressSettings, host: string): Encryption | false {
  const authority = settings.get('sslrootcert');
  const certain = authority === 'system' || !isLocal(host);
  const mode = settings.get('sslmode') ?? (certain ? 'verify-full' : 'disable');
  if (authority === 'system' && mode !== 'verify-full') {
    throw wrongSetting('sslrootcert', 'is system, which needs sslmode=verify-full', 'leave sslmode away');
  }
  const certificate = settings.get('sslcert');
  const key = settings.get('sslkey');
  const passphrase = settings.get('sslpassword');
  const shown = {
    ...(authority !== undefined && authority !== 'system' && { ca: readPem('sslrootcert', authority) }),
    ...(certificate !== undefined && { cert: readPem('sslcert', certificate) }),
    ...(key !== undefined && { key: readPem('sslkey', key) }),
    ...(passphrase !== undefined && { passphrase }),
  };
  switch (mode) {
    case 'disable':
      return false;
    case 'require':
    case 'no-verify':
      // libpq: with a root certificate, `require` verifies as `verify-ca` does.
      return authority === undefined
        ? { ...shown, rejectUnauthorized: false }
        : { ...shown, checkServerIdentity: () => undefined };
    case 'verify-ca':
      return { ...shown, checkServerIdentity: () => undefined };
    case 'verify-full':
      return shown;
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

/** The text of a certificate or key, which is written itself or by the path of its file. */
function readPem(name: 'sslrootcert' | 'sslcert' | 'sslkey', value: string): string {
  if (value.startsWith('-----BEGIN')) return value;
  try {
    return readFileSync(value.replace(/^~(?=\/)/, homedir()), 'utf8');
  } catch (cause) {
    const fix =
      name === 'sslrootcert' ? 'or leave it away to trust the usual authorities' : 'and let this user read the file';
    throw new UserError(
      {
        code: 'postgres-url',
        message: `the file that ${name} in the URL of Postgres names cannot be read`,
        fix: `correct the path, ${fix}`,
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
  // pg: with an empty password it gives up before the server can refuse it, by an error without a code.
  if (error instanceof Error && /^SASL: .*password must be a non-empty string/.test(error.message)) {
    return { kind: 'it wants a password, and there is none', fix: 'write the password into the URL' };
  }
  if (error instanceof pg.DatabaseError) {
    return { kind: errorKind(error), fix: 'check user, password and database in the URL' };
  }
  return {
    kind: code ?? 'no answer in time',
    fix: 'check that the server runs and that host and port of the URL are right from here',
  };
}
