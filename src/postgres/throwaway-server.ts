import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Environment } from '../environment.ts';
import { EnvironmentError } from '../environment-error.ts';
import { type Binaries, program } from './binaries.ts';
import { connect } from './connect.ts';
import { ADMINISTRATOR } from './owner.ts';
import { removeDirectory } from './private-directory.ts';
import type { PostgresServer } from './server.ts';
import { giveTo, type ServerUser } from './server-user.ts';

export interface ThrowawayOptions {
  readonly binaries: Binaries;
  /** A folder for the server's files. Stopping the server removes it with everything in it. */
  readonly directory: string;
  readonly user: ServerUser | undefined;
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

export interface ThrowawayServer extends AsyncDisposable {
  /** Connection of the superuser, which runs no word of a project. */
  readonly administrator: PostgresServer['connection'];
}

/** Settings of the server. Its data is thrown away, so durability is off. Statements are not logged: they hold values. */
const SETTINGS = `
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 4GB
checkpoint_timeout = 1h
autovacuum = off
shared_buffers = 128MB
max_connections = 20
timezone = 'UTC'
log_min_error_statement = panic
log_error_verbosity = terse
logging_collector = off
`;

/**
 * Starts a server with an empty database. It listens on a socket in its directory, which only the owner may enter. Windows
 * has no such sockets: there it listens on a port of 127.0.0.1, with a random password. The server stops and its files are
 * removed when it is disposed of, when `signal` aborts, and when this process exits.
 * @throws {EnvironmentError} when it does not start
 */
export async function startThrowaway(options: ThrowawayOptions): Promise<ThrowawayServer> {
  const { directory, user, signal } = options;
  const data = join(directory, 'data');
  giveTo(directory, user);
  const cluster: Cluster = { ...options, data };
  const access = process.platform === 'win32' ? await portAccess(directory) : socketAccess(directory);

  const stopNow = () => stopAtExit(cluster);
  process.on('exit', stopNow);
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= stopCluster(cluster).finally(() => process.off('exit', stopNow));
    return stopped;
  };
  try {
    const { initdb } = access;
    await run(cluster, 'initdb', [...INITDB, '-D', data, ...initdb], signal);
    signal.throwIfAborted();
    await appendFile(join(data, 'postgresql.conf'), SETTINGS + access.settings);
    // The start is not aborted: a server that is just starting has no pid file, so it could not be found and stopped.
    await run(cluster, 'pg_ctl', ['start', '-w', '-t', '30', '-s', '-D', data, '-l', join(directory, 'log')]);
    signal.throwIfAborted();
  } catch (error) {
    await stop();
    signal.throwIfAborted();
    throw error;
  }
  // Disposing waits for the same stop and gets its error, so it is ignored here.
  const abort = () => void stop().catch(() => undefined);
  signal.addEventListener('abort', abort, { once: true });
  return {
    administrator: access.connection,
    async [Symbol.asyncDispose]() {
      signal.removeEventListener('abort', abort);
      await stop();
    },
  };
}

const INITDB = ['-U', ADMINISTRATOR, '-E', 'UTF8', '--locale=C', '--no-sync'];

interface Cluster extends ThrowawayOptions {
  readonly data: string;
}

interface Access {
  readonly initdb: readonly string[];
  readonly settings: string;
  readonly connection: PostgresServer['connection'];
}

const CONNECTION = { user: ADMINISTRATOR, database: 'postgres' };

function socketAccess(directory: string): Access {
  return {
    initdb: ['--auth=trust'],
    settings: `listen_addresses = ''\nunix_socket_directories = '${directory.replaceAll("'", "''")}'\n`,
    connection: { ...CONNECTION, host: directory, port: 5432 },
  };
}

async function portAccess(directory: string): Promise<Access> {
  const password = randomBytes(24).toString('hex');
  const file = join(directory, 'password');
  await writeFile(file, password, { mode: 0o600 });
  const port = await freePort();
  return {
    initdb: ['--auth=scram-sha-256', `--pwfile=${file}`],
    settings: `listen_addresses = '127.0.0.1'\nport = ${port}\n`,
    connection: { ...CONNECTION, host: '127.0.0.1', port, password },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Variables that the server's programs need to start. They get no other, since SQL in a server can read them. */
const KEPT =
  /^(PATH|LD_LIBRARY_PATH|DYLD_(FALLBACK_)?LIBRARY_PATH|TMP|TEMP|TMPDIR|SYSTEMROOT|WINDIR|COMSPEC|PATHEXT)$/i;

/** The server's programs have an environment of their own, and speak English. */
function processOptions({ directory, user, environment }: ThrowawayOptions) {
  const kept = Object.entries(environment).filter(([name]) => KEPT.test(name));
  return { cwd: directory, env: { ...Object.fromEntries(kept), LC_ALL: 'C' }, windowsHide: true, ...user };
}

async function run(cluster: Cluster, name: string, args: readonly string[], signal?: AbortSignal): Promise<void> {
  const { binaries, directory } = cluster;
  const command = program(binaries.directory, name);
  try {
    await promisify(execFile)(command, args, { ...processOptions(cluster), ...(signal && { signal }) });
  } catch (cause) {
    const log = await readFile(join(directory, 'log'), 'utf8').catch(() => '');
    throw new EnvironmentError(
      `a throwaway Postgres ${binaries.version} does not start: ${command} failed`,
      'try another server by PGBIN or `postgres.url`, or let Fenceline fetch one (postgres mode `pinned`)',
      { cause: new Error(`${name} failed: ${log.trim().split('\n').slice(-5).join('\n')}`, { cause }) },
    );
  }
}

async function stopCluster(cluster: Cluster): Promise<void> {
  if (existsSync(join(cluster.data, 'postmaster.pid'))) {
    await promisify(execFile)(...stopCommand(cluster), processOptions(cluster)).catch(() => undefined);
  }
  await removeDirectory(cluster.directory);
}

/** Stops the server when the process exits without disposing of it: only synchronous work is possible then. */
function stopAtExit(cluster: Cluster): void {
  if (existsSync(join(cluster.data, 'postmaster.pid'))) spawnSync(...stopCommand(cluster), processOptions(cluster));
  rmSync(cluster.directory, { recursive: true, force: true });
}

function stopCommand({ binaries, data }: Cluster): [string, string[]] {
  return [program(binaries.directory, 'pg_ctl'), ['stop', '-w', '-s', '-m', 'immediate', '-D', data]];
}

/** Stops the server that a killed run left in a directory, if it still answers, and removes the files. */
export async function removeAbandoned(directory: string): Promise<void> {
  const isRunning = await answersAt(directory);
  if (isRunning) {
    const [pid] = (await readFile(join(directory, 'data/postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    // The pid is the server's: it answered just now, and only the server that owns the directory writes this file.
    if (Number(pid) > 1) process.kill(Number(pid), 'SIGQUIT');
    for (let wait = 0; wait < 50 && (await answersAt(directory)); wait++) await new Promise((go) => setTimeout(go, 20));
  }
  await removeDirectory(directory);
}

async function answersAt(directory: string): Promise<boolean> {
  if (process.platform === 'win32' || !existsSync(join(directory, '.s.PGSQL.5432'))) return false;
  try {
    await using _client = await connect(socketAccess(directory).connection);
    return true;
  } catch {
    return false;
  }
}
