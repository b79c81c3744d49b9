import { Socket } from 'node:net';
import pg from 'pg';
import type { PostgresServer } from './server.ts';

/**
 * A connection that is closed when disposed of, and cut when `signal` aborts, whatever it is busy with. It never brings
 * the process down when the server goes away.
 */
export async function connect(
  connection: PostgresServer['connection'],
  signal?: AbortSignal,
): Promise<pg.Client & AsyncDisposable> {
  const socket = new Socket();
  const client = new pg.Client({
    connectionTimeoutMillis: 15_000,
    keepAlive: true,
    ...connection,
    stream: () => socket,
  });
  // What was asked for rejects with the same error; without a listener Node would end the process.
  client.on('error', () => undefined);
  const cut = () => socket.destroy();
  signal?.addEventListener('abort', cut, { once: true });
  try {
    await client.connect();
  } catch (cause) {
    signal?.removeEventListener('abort', cut);
    throw cause;
  }
  return Object.assign(client, {
    async [Symbol.asyncDispose]() {
      signal?.removeEventListener('abort', cut);
      if (!socket.destroyed) await client.end().catch(() => undefined);
    },
  });
}
