import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Environment } from '../environment.ts';
import { EnvironmentError } from '../environment-error.ts';
import { connect } from './connect.ts';
import { errorCode } from './error-kind.ts';
import { ADMINISTRATOR } from './owner.ts';
import type { PostgresServer } from './server.ts';
import type { ThrowawayServer } from './throwaway-server.ts';

export interface DockerOptions {
  /** Major version: the image is `postgres:<major>`. */
  readonly major: number;
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/** Settings of the server. Its data is thrown away with the container, so durability is off. */
const SETTINGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'timezone=UTC'];
const START_SECONDS = 60;

/**
 * Starts an empty server in a container. Only this machine can reach it, with a random password. The container is removed
 * when the result is disposed of, when `signal` aborts, and when this process exits.
 * @throws {EnvironmentError} when Docker is missing or cannot get the image, or the server does not answer
 */
export async function startInDocker({ major, environment, signal }: DockerOptions): Promise<ThrowawayServer> {
  const name = `fenceline-${randomBytes(8).toString('hex')}`;
  const password = randomBytes(24).toString('hex');
  const docker = (args: readonly string[]) => runDocker(args, { ...environment, POSTGRES_PASSWORD: password });

  const removeNow = () => void spawnSync('docker', removal(name), { env: environment, stdio: 'ignore' });
  process.on('exit', removeNow);
  let removed: Promise<unknown> | undefined;
  const remove = () => {
    removed ??= docker(removal(name))
      .catch(() => undefined)
      .finally(() => process.off('exit', removeNow));
    return removed;
  };
  const abort = () => void remove();
  signal.addEventListener('abort', abort, { once: true });
  const dispose = async () => {
    signal.removeEventListener('abort', abort);
    await remove();
  };
  try {
    // The password goes through the environment: every user of the machine can read a process's arguments.
    const settings = SETTINGS.flatMap((setting) => ['-c', setting]);
    const login = ['--env', `POSTGRES_USER=${ADMINISTRATOR}`, '--env', 'POSTGRES_PASSWORD'];
    const options = ['--detach', '--rm', '--name', name, ...login, '--publish', '127.0.0.1::5432'];
    await docker(['run', ...options, `postgres:${major}`, ...settings]);
    const administrator = { ...addressOf(await docker(['port', name, '5432/tcp'])), ...LOGIN, password };
    await waitForServer(administrator, signal);
    return { administrator, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    signal.throwIfAborted();
    throw error;
  }
}

const LOGIN = { user: ADMINISTRATOR, database: 'postgres' };

function removal(name: string): string[] {
  return ['rm', '--force', '--volumes', name];
}

async function runDocker(args: readonly string[], env: Environment): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('docker', [...args], { env, windowsHide: true });
    return stdout;
  } catch (cause) {
    const isMissing = errorCode(cause) === 'ENOENT';
    throw new EnvironmentError(
      isMissing ? 'there is no docker on this machine' : `docker ${args[0]} failed`,
      isMissing
        ? 'install Docker, or use the mode auto, which needs none'
        : 'check that Docker runs and may fetch the image, or use the mode auto, which needs no Docker',
      { cause },
    );
  }
}

/** Reads the first line that `docker port` prints, such as `127.0.0.1:49153`. */
function addressOf(printed: string): { readonly host: string; readonly port: number } {
  const port = Number(/:(\d+)\s*$/m.exec(printed)?.[1]);
  if (!Number.isInteger(port)) throw new Error('internal: docker port names no port');
  return { host: '127.0.0.1', port };
}

/**
 * Connects once. A function of its own, since esbuild (0.28.2) lowers `using` in a loop wrongly: it throws an earlier
 * round's error again.
 */
async function tryConnection(connection: PostgresServer['connection'], signal: AbortSignal): Promise<void> {
  await using _client = await connect(connection, signal);
}

/** Waits until the server accepts connections: the image does so only after it has made its database. */
async function waitForServer(connection: PostgresServer['connection'], signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + START_SECONDS * 1000;
  for (;;) {
    try {
      return await tryConnection(connection, signal);
    } catch (cause) {
      signal.throwIfAborted();
      if (performance.now() > deadline) {
        throw new EnvironmentError(
          `Postgres in Docker does not answer within ${START_SECONDS} s`,
          'look at it with docker logs, or use the mode auto, which needs no Docker',
          { cause },
        );
      }
      await wait(100);
    }
  }
}
