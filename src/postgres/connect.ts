import { Socket } from 'node:net';
import pg from 'pg';
import type { PostgresServer } from './server.ts';

/** An open connection, and the socket under it: its `bytesRead` show whether the server still sends. */
export interface ConnectedClient extends pg.Client, AsyncDisposable {
  readonly socket: Socket;
}

/**
 * Opens a connection. It is closed when it is disposed of. When `signal` aborts it is cut at once, also inside a
 * statement. A server that goes away makes statements reject and does not end the process.
 */
export async function connect(
  connection: PostgresServer['connection'],
  signal?: AbortSignal,
): Promise<ConnectedClient> {
  const socket = new Socket();
  const client = new pg.Client({
    connectionTimeoutMillis: 15_000,
    keepAlive: true,
    ...connection,
    stream: () => socket,
  });
  // Pending statements reject with the same error. Without a listener Node would end the process.
  client.on('error', () => undefined);
  const cut = () => socket.destroy();
  signal?.addEventListener('abort', cut, { once: true });
  try {
    signal?.throwIfAborted();
    await client.connect();
  } catch (cause) {
    signal?.removeEventListener('abort', cut);
    socket.destroy();
    throw cause;
  }
  return Object.assign(client, {
    socket,
    async [Symbol.asyncDispose]() {
      signal?.removeEventListener('abort', cut);
      if (!socket.destroyed) await client.end().catch(() => undefined);
    },
  });
}
