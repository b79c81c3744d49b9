import type { PostgresConfig } from '../config/fenceline-config.ts';
import { fillUrl } from '../config/postgres-url.ts';
import type { Environment } from '../environment.ts';
import { EnvironmentError } from '../environment-error.ts';
import type { PostgresMode } from '../postgres-mode.ts';
import type { Progress } from '../progress.ts';
import { UserError } from '../user-error.ts';
import { type Binaries, findSystemBinaries, OLDEST_MAJOR, pinnedBinaries, pinnedMajor } from './binaries.ts';
import { connect } from './connect.ts';
import { startInDocker } from './docker-server.ts';
import { connectionFailed, namedServers, type Servers, serversOf } from './existing-server.ts';
import { makeOwner, makeRole } from './owner.ts';
import { makePrivateDirectory, removeDirectory } from './private-directory.ts';
import { removeAbandonedServers } from './remove-abandoned-servers.ts';
import { runSetup } from './run-setup.ts';
import type { PostgresServer } from './server.ts';
import { findServerUser } from './server-user.ts';
import { startThrowaway, type ThrowawayServer } from './throwaway-server.ts';

export interface PostgresRequest {
  readonly config: PostgresConfig;
  /** The project folder: messages show paths relative to it. */
  readonly directory: string;
  readonly mode: PostgresMode;
  readonly environment: Environment;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Opens the Postgres to copy from: an existing one, which is only read, or a throwaway one on which the set-up SQL has run.
 * @throws {UserError} when a variable of the URL is not set, its server cannot be used, or a set-up statement fails
 * @throws {EnvironmentError} when no server can be found, fetched or started
 */
export async function openPostgres(request: PostgresRequest): Promise<PostgresServer> {
  const { config, mode } = request;
  request.signal.throwIfAborted();
  if (mode === 'url' || (mode === 'auto' && config.url !== undefined)) return openExisting(request);
  return mode === 'docker' ? openInDocker(request) : openThrowaway(request);
}

async function openExisting({ config: { url }, environment }: PostgresRequest): Promise<PostgresServer> {
  if (url === undefined) {
    throw new UserError({
      code: 'postgres-url',
      message: 'Postgres is to be reached by its URL, and there is none',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: fenceline.yml writes variables like this
      fix: 'set postgres.url in fenceline.yml, as in url: ${DATABASE_URL}',
    });
  }
  const started = performance.now();
  const servers = typeof url === 'string' ? serversOf(url, environment) : namedServers(fillUrl(url, environment));
  const { connection, version } = await chooseServer(servers);
  return {
    origin: 'url',
    version,
    startMilliseconds: Math.round(performance.now() - started),
    connection,
    [Symbol.asyncDispose]: async () => {},
  };
}

async function openThrowaway(request: PostgresRequest): Promise<PostgresServer> {
  const { environment, signal } = request;
  const started = performance.now();
  const user = await findServerUser();
  await removeAbandonedServers();
  const directory = await makePrivateDirectory();
  const binaries = await chooseBinaries(request, directory).catch(async (error) => {
    await removeDirectory(directory);
    throw error;
  });
  const server = await startThrowaway({ binaries, directory, user, environment, signal });
  return fillServer(server, `${binaries.kind} ${binaries.version}`, started, request);
}

async function openInDocker(request: PostgresRequest): Promise<PostgresServer> {
  const { config, environment, signal } = request;
  const started = performance.now();
  const major = config.version ?? pinnedMajor() ?? OLDEST_MAJOR;
  const server = await startInDocker({ major, environment, signal });
  return fillServer(server, `docker postgres:${major}`, started, request);
}

/** Runs the set-up SQL on a throwaway server. `started` is the time (milliseconds) at which starting it began. */
async function fillServer(
  server: ThrowawayServer,
  origin: string,
  started: number,
  { config, directory, signal }: PostgresRequest,
): Promise<PostgresServer> {
  try {
    const owned = await makeOwner(server.administrator);
    const startMilliseconds = Math.round(performance.now() - started);
    if (config.setup.length > 0) {
      await using owner = await connect(owned.connection);
      await using administrator = await connect(server.administrator);
      const clients = { owner, makeRole: (name: string) => makeRole(administrator, name) };
      for (const file of config.setup) await runSetup({ ...owned, ...clients }, file, directory, signal);
    }
    return {
      origin,
      version: owned.version,
      startMilliseconds,
      connection: owned.connection,
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  } catch (error) {
    await server[Symbol.asyncDispose]();
    signal.throwIfAborted();
    throw error;
  }
}

/** The first server that answers and has the wanted role. @throws {UserError} */
async function chooseServer({ connections, role }: Servers) {
  let failure: unknown;
  let standIn: { readonly connection: PostgresServer['connection']; readonly version: string } | undefined;
  for (const connection of connections) {
    try {
      const { version, isStandby, isReadOnly } = await askServer(connection);
      const fits = { primary: !isStandby, standby: isStandby, 'read-write': !isReadOnly, 'read-only': isReadOnly };
      if (role === 'any' || (role === 'prefer-standby' ? isStandby : fits[role])) return { connection, version };
      if (role === 'prefer-standby') standIn ??= { connection, version };
      failure ??= wrongRole(role);
    } catch (cause) {
      failure = connectionFailed(connection, cause);
    }
  }
  if (standIn) return standIn;
  throw failure;
}

function wrongRole(role: string): UserError {
  return new UserError({
    code: 'postgres-unreachable',
    message: `no host in the URL of Postgres is ${role}`,
    fix: 'correct the hosts, or target_session_attrs',
  });
}

async function askServer(connection: PostgresServer['connection']) {
  await using client = await connect(connection);
  const { rows } = await client.query<{ version: string; isStandby: boolean; isReadOnly: boolean }>(
    `select pg_catalog.current_setting('server_version') as version, pg_catalog.pg_is_in_recovery() as "isStandby",
       pg_catalog.current_setting('transaction_read_only') = 'on' as "isReadOnly"`,
  );
  return {
    version: rows[0]?.version ?? '',
    isStandby: rows[0]?.isStandby ?? false,
    isReadOnly: rows[0]?.isReadOnly ?? false,
  };
}

async function chooseBinaries(request: PostgresRequest, privateDirectory: string): Promise<Binaries> {
  const { config, mode, environment, progress, signal } = request;
  const major = config.version;
  const installed = mode === 'pinned' ? [] : await findSystemBinaries(environment);
  const fitting = installed.find((binaries) => major === undefined || binaries.major === major);
  if (fitting) return fitting;
  if (mode !== 'system' && (major === undefined || major === pinnedMajor())) {
    return pinnedBinaries({ environment, stage: 'postgres', progress, signal }, privateDirectory);
  }
  const present = [...new Set(installed.map((binaries) => binaries.major))];
  const here = present.length > 0 ? `this machine has ${present.join(', ')}` : 'this machine has none';
  const pinned = mode === 'system' ? '' : `, the npm registry ${pinnedMajor() ?? 'none for this platform'}`;
  throw new EnvironmentError(
    major === undefined
      ? `there is no Postgres server of version ${OLDEST_MAJOR} or newer: ${here}`
      : `there is no Postgres ${major}: ${here}${pinned}`,
    'install the server, name the folder of its programs in PGBIN, or change `postgres.version`',
  );
}
