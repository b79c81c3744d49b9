import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../environment.ts';
import { UserError } from '../user-error.ts';
import type { AddressSettings } from './address.ts';

/** libpq's variables, by the names of settings. */
const VARIABLES: { readonly [name: string]: string } = {
  host: 'PGHOST',
  hostaddr: 'PGHOSTADDR',
  port: 'PGPORT',
  dbname: 'PGDATABASE',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  passfile: 'PGPASSFILE',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  channel_binding: 'PGCHANNELBINDING',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
  options: 'PGOPTIONS',
  application_name: 'PGAPPNAME',
};

/**
 * Completes an address that whoever runs the command has given, as libpq does: by a service, by variables, and the password
 * from the password file.
 * @throws {UserError} for a service that is in no file
 */
export function completeLocally(address: AddressSettings, environment: Environment): AddressSettings {
  const service = address.get('service') ?? environment['PGSERVICE'];
  const variables = Object.entries(VARIABLES).flatMap(([name, variable]) => {
    const value = environment[variable];
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  return new Map([...variables, ...(service ? readService(service, environment) : []), ...address]);
}

function readService(service: string, environment: Environment): AddressSettings {
  const files = [
    environment['PGSERVICEFILE'] ?? join(homedir(), '.pg_service.conf'),
    join(environment['PGSYSCONFDIR'] ?? '/etc/postgresql-common', 'pg_service.conf'),
  ];
  for (const file of files) {
    const section = sectionOf(service, textOf(file));
    if (section) return section;
  }
  throw new UserError({
    code: 'postgres-url',
    message: `the service ${service} of Postgres is in no service file`,
    fix: `write it into ${files[0]}, or name the file in PGSERVICEFILE`,
  });
}

function sectionOf(service: string, text: string): AddressSettings | undefined {
  let settings: Map<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const heading = /^\s*\[(.*)\]\s*$/.exec(line)?.[1];
    if (heading !== undefined) {
      if (settings) return settings;
      if (heading === service) settings = new Map();
    } else {
      const [, name, value] = /^\s*([a-z_]+)\s*=(.*)$/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) settings?.set(name, value.trim());
    }
  }
  return settings;
}

/**
 * The password that a password file has for a server. A file that others may read is not used, as libpq does not.
 * @param place host (`localhost` for a socket), port, database and user
 */
export function findPassword(passfile: string | undefined, place: readonly string[]): string | undefined {
  const file = passfile ?? join(homedir(), '.pgpass');
  if (process.platform !== 'win32' && ((statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0)
    return undefined;
  for (const line of textOf(file).split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = (line.match(/(?:^|:)((?:[^:\\]|\\.)*)/g) ?? []).map((field, index) =>
      (index === 0 ? field : field.slice(1)).replace(/\\(.)/g, '$1'),
    );
    const isPlace = place.every((part, index) => fields[index] === '*' || fields[index] === part);
    if (fields.length === 5 && isPlace) return fields[4];
  }
  return undefined;
}

/** The text of a file; empty where the file is not there or may not be read. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
