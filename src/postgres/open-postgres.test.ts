import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PostgresConfig } from '../config/fenceline-config.ts';
import { EnvironmentError } from '../environment-error.ts';
import { UserError } from '../user-error.ts';
import { findSystemBinaries } from './binaries.ts';
import { connect } from './connect.ts';
import { openPostgres, type PostgresRequest } from './open-postgres.ts';
import { ADMINISTRATOR } from './owner.ts';
import { isAlive } from './private-directory.ts';
import { runSetup } from './run-setup.ts';

let folder: string;
let program: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 's-'));
  chmodSync(folder, 0o755);
  program = join(folder, 'hold-server.cjs');
  await build({
    entryPoints: [fileURLToPath(new URL('./testing/hold-server.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['pg-native'],
    logLevel: 'error',
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function open(config: Partial<PostgresConfig> = {}, request: Partial<PostgresRequest> = {}) {
  return openPostgres({
    config: { version: undefined, url: undefined, setup: [], ...config },
    directory: folder,
    mode: 'auto',
    environment: process.env,
    progress: () => undefined,
    signal: new AbortController().signal,
    ...request,
  });
}

async function failure(work: Promise<unknown>): Promise<Error> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof UserError || error instanceof EnvironmentError) return error;
  throw new Error('the work did not fail as expected', { cause: error });
}

const isRoot = process.getuid?.() === 0;
const users = isRoot
  ? [
      { name: 'root', uid: 0 },
      { name: 'nobody', uid: 65534 },
    ]
  : [{ name: 'this user', uid: undefined }];
const modes =
  (await findSystemBinaries(process.env)).length > 0 ? (['system', 'pinned'] as const) : (['pinned'] as const);

interface Held {
  readonly child: ChildProcess;
  readonly origin: string;
  readonly version: string;
  readonly host: string;
}

async function holdServer(
  mode: string,
  { uid, cache = join(folder, 'cache') }: { uid?: number | undefined; cache?: string } = {},
): Promise<Held> {
  const child = spawn(process.execPath, [program, mode], {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: folder,
    env: { ...process.env, FENCELINE_CACHE: cache },
    ...(uid !== undefined && { uid, gid: uid }),
  });
  for await (const line of createInterface({ input: child.stdout })) return { child, ...JSON.parse(line) };
  throw new Error('the server did not start');
}

const cases = users.flatMap((user) => modes.map((mode) => ({ user, mode })));

test.each(cases)('$mode programs serve $user.name over a socket, and go', async ({ user, mode }) => {
  const cache = await mkdtemp(join(folder, 'cache-'));
  chmodSync(cache, 0o777);
  const held = await holdServer(mode, { uid: user.uid, cache });
  expect(held.origin).toBe(`${mode} ${held.version}`);
  expect(existsSync(join(held.host, '.s.PGSQL.5432'))).toBe(process.platform !== 'win32');
  const pid = await postmaster(held.host);
  held.child.stdin?.end();
  expect(await once(held.child, 'exit')).toEqual([0, null]);
  expect(existsSync(held.host)).toBe(false);
  expect(await ended(pid)).toBe(true);
});

test('programs in a folder the server’s user cannot enter are copied', async () => {
  const cache = await mkdtemp(join(tmpdir(), 's-'));
  const held = await holdServer('pinned', { cache });
  held.child.stdin?.end();
  expect(await once(held.child, 'exit')).toEqual([0, null]);
  await rm(cache, { recursive: true });
});

test.each([
  { name: 'a signal', mode: 'auto', end: (child: ChildProcess) => child.kill('SIGTERM') },
  { name: 'process.exit', mode: 'exit', end: () => undefined },
])('a process that ends by $name takes its server along', async ({ mode, end }) => {
  const { child, host } = await holdServer(mode);
  end(child);
  if (child.exitCode === null) await once(child, 'exit');
  expect(existsSync(host)).toBe(false);
});

test('a process that is killed leaves nothing behind the next run', async () => {
  const { child, host } = await holdServer('auto');
  const pid = await postmaster(host);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(pid)).toBe(true);

  await using _server = await open();

  expect(existsSync(host)).toBe(false);
  expect(await ended(pid)).toBe(true);
});

test('a server of a process that lives is left alone', async () => {
  const { child, host } = await holdServer('auto');
  await (await open())[Symbol.asyncDispose]();
  expect(isAlive(await postmaster(host))).toBe(true);
  child.stdin?.end();
  await once(child, 'exit');
});

test('an abort stops the server at once', async () => {
  const stop = new AbortController();
  await using server = await open({}, { signal: stop.signal });
  await using client = await connect(server.connection);
  const asleep = client.query('select pg_sleep(30)');
  setTimeout(() => stop.abort(), 50);
  await expect(asleep).rejects.toThrow();
});

test.each([20, 300, 600])('an abort %i ms after the start leaves nothing', async (milliseconds) => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error('enough')), milliseconds);
  await expect(open({}, { signal: stop.signal })).rejects.toThrow('enough');
  expect(await ownDirectories()).toEqual([]);
});

async function ownDirectories(): Promise<readonly string[]> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith('fenceline-pg-'));
  const owners = await Promise.all(
    names.map((name) => readFile(join(tmpdir(), name, 'owner.json'), 'utf8').catch(() => '')),
  );
  return names.filter((_, index) => owners[index]?.includes(`"pid":${process.pid},`));
}

test('a version nobody has is an error that says what there is', async () => {
  const error = await failure(open({ version: 9 }));
  expect(error.message).toMatch(/^there is no Postgres 9: this machine has [\d, none]+, the npm registry \d+$/);
});

const setups = [
  {
    name: 'a word Postgres does not know',
    sql: 'select 1;\n\n  selec 2;',
    at: '3:3',
    says: 'at selec: syntax error (42601)',
  },
  {
    name: 'a column that is not there',
    sql: 'create table t (id int);\nselect id,\n  nmae from t;',
    at: '3:3',
    says: 'the column does not exist (42703)',
  },
  {
    name: 'characters beyond the basic plane before',
    sql: "select '😀', nope;",
    at: '1:14',
    says: 'the column does not exist (42703)',
  },
  {
    name: 'a value that breaks a constraint',
    sql: 'create table t (id int primary key);\ninsert into t values (1);\n-- again\ninsert into t values (1);',
    at: '4:1',
    says: 'Postgres refuses this statement on public.t, constraint t_pkey: unique violation (23505)',
  },
  {
    name: 'an error that calls itself a broken constraint',
    sql: "do $$ begin raise exception 'secret' using errcode = '23505', table = 'secret', constraint = 'secret'; end $$;",
    at: '1:1',
    says: 'Postgres refuses this statement: unique violation (23505)',
  },
  {
    name: 'a value of another type',
    sql: "create table t (id int);\ninsert into t values ('secret');",
    at: '2:23',
    says: 'invalid text for the type (22P02)',
  },
  {
    name: 'rows for psql',
    sql: 'create table t (id int);\ncopy t from stdin;\n1\n\\.\n',
    at: '2:1',
    says: 'COPY … FROM stdin works in psql only',
  },
  {
    name: 'a command of psql',
    sql: '\\set x 1\nselect 1;',
    at: '1:1',
    says: 'commands that begin with \\ work in psql only',
  },
];

/** Set-up SQL that a superuser may run and an owner may not: in statements, functions and blocks, and in what a reader runs. */
const privileged = [
  { name: 'a program that gets rows', sql: "copy (select 1) to program 'touch /tmp/x'", says: 'COPY may not' },
  {
    name: 'a program that gives rows',
    sql: "create table if not exists t (x text); copy t from program 'id'",
    says: 'COPY may not',
  },
  {
    name: 'a program in a block',
    sql: "do $$ begin execute 'copy (select 1) to program ''id'''; end $$",
    says: 'COPY may not',
  },
  {
    name: 'a program in a function that is called as its owner',
    sql: `create function f() returns void language plpgsql security definer as $$ begin copy (select 1) to program 'id'; end $$;
      select f()`,
    says: 'permission denied (42501)',
  },
  { name: 'a file that is written', sql: "copy (select 1) to '/tmp/x'", says: 'COPY may not' },
  {
    name: 'a file that is read by COPY',
    sql: "create table if not exists t (x text); copy t from '/etc/hostname'",
    says: 'COPY may not',
  },
  { name: 'a file that is read by a function', sql: "select pg_read_file('/etc/hostname')", says: 'permission denied' },
  {
    name: 'a file that is read as binary',
    sql: "select pg_read_binary_file('/proc/self/environ')",
    says: 'permission denied',
  },
  { name: 'a folder that is listed', sql: "select pg_ls_dir('/')", says: 'permission denied' },
  { name: 'a file that becomes a large object', sql: "select lo_import('/etc/hostname')", says: 'permission denied' },
  {
    name: 'a large object that becomes a file',
    sql: "select lo_export(lo_from_bytea(0, 'x'), '/tmp/x')",
    says: 'permission denied',
  },
  {
    name: 'code in C',
    sql: "create function f() returns int language c as 'libc.so.6', 'getpid'",
    says: 'extension or language',
  },
  { name: 'a library', sql: "load '/usr/lib/postgresql/x.so'", says: 'permission denied' },
  { name: 'an extension that reads files', sql: 'create extension file_fdw', says: 'extension or language' },
  { name: 'an extension that reaches other servers', sql: 'create extension dblink', says: 'extension or language' },
  {
    name: 'an extension beyond the list that Postgres trusts',
    sql: 'create extension tcn',
    says: 'extension or language',
  },
  {
    name: 'an extension beyond the list, without triggers',
    sql: 'set session_replication_role = replica; create extension tcn',
    says: 'extension or language',
  },
  {
    name: 'an extension in a block',
    sql: "do $$ begin execute 'create extension tcn'; end $$",
    says: 'extension or language',
  },
  { name: 'a setting of the server', sql: "alter system set archive_command = 'id'", says: 'permission denied' },
  { name: 'a role of the server', sql: 'grant pg_execute_server_program to postgres', says: 'permission denied' },
  { name: 'a superuser', sql: 'create role evil superuser', says: 'may not be done with a role' },
  { name: 'more rights of its own', sql: 'alter role postgres superuser', says: 'may not be done with a role' },
  { name: 'the role of the superuser', sql: 'set role fenceline', says: 'may not be done with a role' },
  { name: 'the session of the superuser', sql: 'set session authorization fenceline', says: 'permission denied' },
  { name: 'the watch over extensions', sql: 'drop event trigger require_listed_extension', says: '42501' },
  { name: 'the function of that watch', sql: 'drop schema fenceline cascade', says: '42501' },
  { name: 'a place for tables', sql: "create tablespace t location '/tmp'", says: 'permission denied' },
];

test.each(modes)('set-up SQL can do nothing to the machine (%s programs)', async (mode) => {
  const file = join(folder, 'setup.sql');
  await using server = await open({}, { mode });
  await using owner = await connect(server.connection);
  for (const { name, sql, says } of privileged) {
    await writeFile(file, sql);
    const setup = { owner, makeRole: () => Promise.reject(new Error('no role')), versionNumber: 150_000 };
    const error = await failure(runSetup(setup, file, folder, new AbortController().signal));
    expect({ name, message: error.message }).toEqual({ name, message: expect.stringContaining(says) });
    await owner.query('reset all');
  }
});

test('an older Postgres without GRANT SET refuses session_replication_role by name', async () => {
  const file = join(folder, 'setup.sql');
  await using server = await open();
  await using administrator = await connect({ ...server.connection, user: ADMINISTRATOR });
  await administrator.query('revoke set on parameter session_replication_role from postgres');
  await using owner = await connect(server.connection);
  const setup = { owner, makeRole: () => Promise.reject(new Error('no role')), versionNumber: 140_000 };
  for (const sql of [
    'set session_replication_role = replica',
    "select set_config('session_replication_role', 'replica', false)",
  ]) {
    await writeFile(file, sql);
    const error = await failure(runSetup(setup, file, folder, new AbortController().signal));
    expect(error.message).toContain('session_replication_role can be set on Postgres 15 and newer only');
    expect(error.message).toContain('set postgres.version to 15 or newer');
  }
});

test.each(modes)('set-up SQL can do what the owner of a database can (%s programs)', async (mode) => {
  const file = join(folder, 'setup.sql');
  await writeFile(
    file,
    `create role app with login password 'x;y'; create user "Odd role" nologin;
     create table given (id int); alter table given owner to app; insert into given values (1);
     create schema sales; create table sales.t (id int primary key, name text); grant select on sales.t to "Odd role";
     create type mood as enum ('good'); create domain d as int check (value > 0);
     create function f() returns trigger language plpgsql as $$ begin return new; end $$;
     create trigger tr before insert on sales.t for each row execute function f();
     set session_replication_role = replica; insert into sales.t values (1, 'a'); set session_replication_role = default;
     alter schema public owner to postgres; comment on schema public is 'x'; alter database postgres set timezone = 'UTC';
     create extension if not exists plpgsql; select set_config('search_path', '', false); set row_security = off`,
  );
  await using server = await open({ setup: [file] }, { mode });
  await using client = await connect(server.connection);
  expect((await client.query('select id from sales.t')).rows).toEqual([{ id: 1 }]);
  const { rows } = await client.query(
    'select rolname, rolsuper from pg_roles where rolsuper or rolname = current_user order by 1',
  );
  expect(rows).toEqual([
    { rolname: 'fenceline', rolsuper: true },
    { rolname: 'postgres', rolsuper: false },
  ]);
});

test.skipIf(process.platform !== 'linux')('the server has none of our variables', async () => {
  await using server = await open(
    {},
    { environment: { ...process.env, SECRET_OF_THE_JOB: 'pa55word', PGOPTIONS: '-c x' } },
  );
  const pid = await postmaster(String(server.connection.host));
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
  const names = environment.split('\0').map((variable) => variable.split('=')[0]);
  expect(environment).not.toContain('pa55word');
  expect(
    names.filter(
      (name) =>
        !/^(PATH|LC_|PG_GRANDPARENT_PID|PGDATA|PGLOCALEDIR|PGSYSCONFDIR|TMP|LD_LIBRARY_PATH|PWD|$)/.test(name ?? ''),
    ),
  ).toEqual([]);
});

test('set-up SQL that Postgres refuses is a mistake at its place, without a value', async () => {
  for (const { sql, at, says } of setups) {
    const file = join(folder, 'setup.sql');
    await writeFile(file, sql);
    const error = await failure(open({ setup: [file] }));
    expect(error.message).toMatch(new RegExp(`^setup\\.sql:${at} `));
    expect(error.message).toContain(says);
    expect(error.message).not.toContain('secret');
  }
});

test('set-up files run in their order, statement by statement', async () => {
  const files = ['one.sql', 'two.sql'].map((name) => join(folder, name));
  const sql = [
    "create table t (x text); vacuum; create function f() returns text language sql as $$ select 'a;b' $$",
    'insert into t values (f());',
  ];
  for (const [index, file] of files.entries()) await writeFile(file, sql[index] ?? '');
  await using server = await open({ setup: files });
  await using client = await connect(server.connection);
  expect((await client.query('select x from t')).rows).toEqual([{ x: 'a;b' }]);
});

test('the server of a URL is used and left alone', async () => {
  await using throwaway = await open();
  const url = `postgres://postgres@/postgres?host=${encodeURIComponent(String(throwaway.connection.host))}`;
  const server = await open({ url });
  expect(server.origin).toBe('url');
  expect(server.version).toBe(throwaway.version);
  await server[Symbol.asyncDispose]();
  await using client = await connect(throwaway.connection);
  expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});

test.skipIf(process.platform === 'win32')('a server that wants a password says so where there is none', async () => {
  await using throwaway = await open();
  const host = String(throwaway.connection.host);
  const rules = join(host, 'data/pg_hba.conf');
  await writeFile(rules, `local all shy scram-sha-256\n${await readFile(rules, 'utf8')}`);
  await using administrator = await connect({ ...throwaway.connection, user: ADMINISTRATOR });
  await administrator.query("create role shy login password 'pa55word'");
  await administrator.query('select pg_reload_conf()');
  const url = `postgres://shy@/postgres?host=${encodeURIComponent(host)}`;

  const error = await failure(open({ url: { text: url, location: { file: 'fenceline.yml', line: 2, column: 8 } } }));

  expect(error.message).toContain('it wants a password, and there is none');
});

const urls = [
  {
    name: 'nobody listens',
    url: 'postgres://me:pa55word@127.0.0.1:1/db',
    says: 'Postgres at 127.0.0.1:1 cannot be used: ECONNREFUSED',
  },
  {
    name: 'the host has no address',
    url: 'postgres://me:pa55word@nowhere.invalid/db',
    says: 'Postgres at nowhere.invalid:5432 cannot be used: ',
  },
  {
    name: 'the socket is not there',
    url: 'postgres://me:pa55word@/db?host=/nowhere',
    says: 'Postgres at /nowhere cannot be used: ENOENT',
  },
  {
    name: 'the password breaks the URL',
    url: 'postgres://me:pa55#word@host/db',
    says: 'percent-encode reserved characters',
  },
  { name: 'the URL is of another kind', url: 'mysql://me:pa55word@host/db', says: 'not one of the form postgres://' },
  {
    name: 'the mode of encryption is unknown',
    url: 'postgres://me:pa55word@host/db?sslmode=perhaps',
    says: 'use sslmode=verify-full',
  },
];

test('a variable in fenceline.yml that names a file of a certificate is not told', async () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: fenceline.yml writes variables like this
  const url = { text: '${NAME}', location: { file: 'fenceline.yml', line: 4, column: 8 } };
  const environment = { NAME: 'postgres://me@host/db?sslrootcert=pa55word.pem' };
  const error = await failure(open({ url }, { environment }));
  expect(error.message).toContain('the file that sslrootcert in the URL of Postgres names cannot be read');
  expect(error.message).not.toContain('pa55');
});

test.each(urls)('when $name, the mistake does not show the password', async ({ url, says }) => {
  const error = await failure(open({ url }));
  expect(error).toBeInstanceOf(UserError);
  expect(error.message).toContain(says);
  expect(error.message).not.toContain('pa55');
});

test('a server without encryption is refused unless the URL allows it', async () => {
  const plain = createServer((socket) => socket.once('data', () => socket.end('N')).on('error', () => undefined));
  plain.listen(0, '127.0.0.1');
  await once(plain, 'listening');
  const address = plain.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const error = await failure(open({ url: `postgres://me:pa55word@127.0.0.1:${port}/db?sslmode=verify-full` }));
  expect(error.message).toContain('it offers no encryption');
  plain.close();
});

async function postmaster(host: string): Promise<number> {
  return Number.parseInt(await readFile(join(host, 'data/postmaster.pid'), 'utf8'), 10);
}

/** The server removes its files a moment before its process ends. */
async function ended(pid: number): Promise<boolean> {
  for (let wait = 0; wait < 100 && isAlive(pid); wait++) await new Promise((resolve) => setTimeout(resolve, 20));
  return !isAlive(pid);
}
