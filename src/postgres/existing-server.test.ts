import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { UserError } from '../user-error.ts';
import { namedServers, serversOf } from './existing-server.ts';

const me = userInfo().username;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fenceline-address-'));
  await writeFile(join(folder, 'pem'), 'a certificate');
  await writeFile(
    join(folder, 'services'),
    '# a comment\n[other]\nhost=wrong\n[clinic]\nhost=db.clinic\nport = 6432\nuser=app\ndbname=records\n[last]\nhost=no\n',
  );
  await writeFile(
    join(folder, 'passwords'),
    `# a comment\ndb.clinic:1:*:*:wrong\ndb.clinic:*:records:app:f\\:ile\nlocalhost:5432:*:*:socket\n`,
    { mode: 0o600 },
  );
});
afterAll(() => rm(folder, { recursive: true }));

/** host:port/database as user with password, and what else is set. */
async function shown(
  address: string,
  environment: { readonly [name: string]: string } = {},
): Promise<readonly string[]> {
  const { connections, role } = serversOf(address, environment);
  return Promise.all(
    connections.map(async ({ host, port, database, user, password, ssl, ...rest }) => {
      const secret = typeof password === 'function' ? await password() : password;
      const { application_name, enableChannelBinding, ...others } = rest;
      const more = [
        ssl === false ? '' : JSON.stringify(ssl, (_, value) => (typeof value === 'function' ? 'any name' : value)),
        application_name === 'fenceline' ? '' : `as ${application_name}`,
        enableChannelBinding ? 'bound' : '',
        Object.keys(others).length === 0 ? '' : JSON.stringify(others),
        role === 'any' ? '' : role,
      ];
      return [`${user}:${secret}@${host}:${port}/${database}`, ...more.filter((text) => text !== '')].join(' ');
    }),
  );
}

const addresses = [
  { address: 'postgres://u:p@h:1/d', is: ['u:p@h:1/d {}'] },
  { address: 'postgresql://u:p%40%23%20@h/d%2Fe', is: ['u:p@# @h:5432/d/e {}'] },
  { address: 'postgres://h', is: [`${me}:@h:5432/${me} {}`] },
  { address: 'postgres://u@/d', is: ['u:@localhost:5432/d'] },
  { address: 'postgres:///d?host=/run/pg&user=u', is: ['u:@/run/pg:5432/d'] },
  { address: 'postgres://%2Frun%2Fpg/d', is: [`${me}:@/run/pg:5432/d`] },
  { address: 'postgres://u@[::1]:6/d', is: ['u:@::1:6/d'] },
  { address: 'postgres://other:x@h/e?user=u&password=p%26&dbname=d&port=7', is: ['u:p&@h:7/d {}'] },
  { address: 'postgres://u@a,b:2,c/d', is: ['u:@a:5432/d {}', 'u:@b:2/d {}', 'u:@c:5432/d {}'] },
  {
    address: 'postgres://u@a,b/d?port=9&target_session_attrs=primary',
    is: ['u:@a:9/d {} primary', 'u:@b:9/d {} primary'],
  },
  { address: "host=h dbname = d user=u password='it\\'s \\\\'", is: ["u:it's \\@h:5432/d {}"] },
  { address: 'host=h hostaddr=10.0.0.1 user=u dbname=d', is: ['u:@10.0.0.1:5432/d {"servername":"h"}'] },
  { address: 'postgres://u@h/d?sslmode=disable', is: ['u:@h:5432/d'] },
  { address: 'postgres://u@h/d?sslmode=require', is: ['u:@h:5432/d {"rejectUnauthorized":false}'] },
  { address: 'postgres://u@h/d?sslmode=verify-ca', is: ['u:@h:5432/d {"checkServerIdentity":"any name"}'] },
  { address: 'postgres://u@h/d?sslrootcert=system', is: ['u:@h:5432/d {}'] },
  { address: 'postgres://u@localhost/d?sslrootcert=system', is: ['u:@localhost:5432/d {}'] },
  {
    address: 'postgres://u@h/d?sslcert=PEM&sslkey=PEM&sslpassword=p&sslrootcert=PEM',
    is: ['u:@h:5432/d {"ca":"a certificate","cert":"a certificate","key":"a certificate","passphrase":"p"}'],
  },
  { address: 'postgres://u@h/d?channel_binding=prefer', is: ['u:@h:5432/d {} bound'] },
  { address: 'postgres://u@h/d?application_name=a+b&keepalives=1', is: ['u:@h:5432/d {} as a+b'] },
  {
    address: 'postgres://u@h/d?options=-c%20search_path%3Da&connect_timeout=3',
    is: ['u:@h:5432/d {} {"options":"-c search_path=a","connectionTimeoutMillis":3000}'],
  },
];

test.each(addresses)('$address', async ({ address, is }) => {
  expect(await shown(address.replaceAll('PEM', join(folder, 'pem')))).toEqual(is);
});

test.each([
  {
    name: 'variables',
    address: 'postgres://',
    environment: { PGHOST: 'h', PGPORT: '1', PGUSER: 'u', PGPASSWORD: 'p', PGDATABASE: 'd' },
    is: ['u:p@h:1/d {}'],
  },
  {
    name: 'an address before variables',
    address: 'postgres://a@b',
    environment: { PGHOST: 'h', PGUSER: 'u', PGDATABASE: 'd' },
    is: ['a:@b:5432/d {}'],
  },
  { name: 'a service', address: 'service=clinic', environment: {}, is: ['app:@db.clinic:6432/records {}'] },
  {
    name: 'the service of a variable',
    address: 'postgres://me@',
    environment: { PGSERVICE: 'clinic', PGPORT: '1' },
    is: ['me:@db.clinic:6432/records {}'],
  },
  {
    name: 'a password file',
    address: 'service=clinic passfile=FILE',
    environment: {},
    is: ['app:f:ile@db.clinic:6432/records {}'],
  },
  {
    name: 'the password file of a variable, for a socket',
    address: 'host=/run/pg user=u dbname=d',
    environment: { PGPASSFILE: 'FILE' },
    is: ['u:socket@/run/pg:5432/d'],
  },
])('an address of the command line is completed by $name', async ({ address, environment, is }) => {
  const file = join(folder, 'passwords');
  const given = { PGSERVICEFILE: join(folder, 'services'), ...environment };
  const filled = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, value.replace(/^FILE$/, file)]),
  );
  expect(await shown(address.replace('FILE', file), filled)).toEqual(is);
});

test.skipIf(process.platform === 'win32')('a password file that others may read is not used', async () => {
  const file = join(folder, 'open');
  await writeFile(file, '*:*:*:*:p');
  await chmod(file, 0o644);
  expect(await shown('postgres://u@h/d', { PGPASSFILE: file })).toEqual(['u:@h:5432/d {}']);
});

test.each([
  { address: 'postgres://u:pa55#word@h/d', says: 'percent-encode reserved characters of the password' },
  { address: 'postgres://u:pa55/word@h/d', says: 'percent-encode reserved characters of the password' },
  { address: 'postgres://u:1?pa55word@h/d', says: 'percent-encode reserved characters of the password' },
  { address: 'postgres://u:1?pa55=word@h/d', says: 'a setting that libpq does not have' },
  { address: 'postgres://u:%zzpa55@h/d', says: 'percent-encode reserved characters of the password' },
  { address: 'mysql://u:pa55@h/d', says: 'not one of the form postgres://' },
  { address: 'host=h password=pa55 word', says: 'not one of the form postgres://' },
  { address: 'pa55', says: 'not one of the form postgres://' },
  { address: 'postgres://h/d?sslmode=prefer', says: 'use sslmode=verify-full, verify-ca, require or disable' },
  { address: 'postgres://h/d?sslrootcert=system&sslmode=require', says: 'needs sslmode=verify-full' },
  {
    address: 'postgres://h/d?sslkey=/pa55/none',
    says: 'the file that sslkey in the URL of Postgres names cannot be read',
  },
  {
    address: 'postgres://h/d?channel_binding=require',
    says: 'the setting channel_binding in the URL of Postgres can be prefer or disable only',
  },
  { address: 'postgres://h/d?gssencmode=require', says: 'has the setting gssencmode, which Fenceline does not follow' },
  { address: 'postgres://h/d?sslcrl=x', says: 'has the setting sslcrl, which Fenceline does not follow' },
  { address: 'postgres://a,b,c:1/d?port=1,2', says: 'does not have one part for each host' },
  { address: 'postgres://h/d?target_session_attrs=fast', says: 'use any, primary, standby' },
  { address: 'service=none', says: 'the service none of Postgres is in no service file' },
])('$address is refused, and its password is not shown', async ({ address, says }) => {
  const error = await shown(address).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UserError);
  expect(String(error)).toContain(says);
  expect(String(error)).not.toContain('pa55');
});

test.each(['service=clinic', 'postgres://h/d?passfile=/x'])(
  'an address in fenceline.yml cannot name a file of this machine: %s',
  (address) => {
    expect(() => namedServers(address)).toThrow('names a file of this machine');
  },
);

test("libpq's variables do not complete an address in fenceline.yml", () => {
  vi.stubEnv('PGPASSWORD', 'pa55word');
  vi.stubEnv('PGUSER', 'admin');
  vi.stubEnv('PGDATABASE', 'clinic');
  vi.stubEnv('PGPASSFILE', '/nowhere');
  try {
    const sent = new pg.Client(namedServers('postgres://evil.example').connections[0]);
    expect(sent).toMatchObject({ user: userInfo().username, database: userInfo().username });
    expect(String(sent.password)).not.toContain('pa55');
  } finally {
    vi.unstubAllEnvs();
  }
});
