import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, connect as dial, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostgresServer } from '../../postgres/server.ts';

/** What happens to a connection after some bytes of answers: no byte comes any more, or it is closed or reset. */
export type Fault = 'silence' | 'end' | 'reset';

export interface FaultyServer extends AsyncDisposable {
  readonly server: PostgresServer;
  /** Connections that broke so far. */
  readonly broken: () => number;
}

/**
 * A server behind a network that breaks.
 * @param afterBytes bytes that reach the client of each connection before it breaks
 * @param connections connections that break; later ones are whole
 */
export async function openFaultyServer(
  server: PostgresServer,
  {
    fault,
    afterBytes,
    connections,
  }: { readonly fault: Fault; readonly afterBytes: number; readonly connections: number },
): Promise<FaultyServer> {
  const folder = await mkdtemp(join(tmpdir(), 'fault-'));
  const sockets = new Set<Socket>();
  let broken = 0;
  const proxy = createServer((socket) => {
    const behind = dial(join(server.connection.host ?? '', '.s.PGSQL.5432'));
    let [sent, isBroken] = [0, false];
    for (const end of [socket, behind]) {
      sockets.add(end);
      end.on('error', () => undefined);
    }
    socket.on('data', (bytes) => void (isBroken && fault === 'silence' ? undefined : behind.write(bytes)));
    socket.on('close', () => behind.destroy());
    behind.on('close', () => void (isBroken ? undefined : socket.destroy()));
    behind.on('data', (bytes) => {
      sent += bytes.length;
      if (isBroken) return;
      if (sent <= afterBytes || broken >= connections) {
        if (!socket.write(bytes)) {
          behind.pause();
          socket.once('drain', () => behind.resume());
        }
        return;
      }
      isBroken = true;
      broken += 1;
      if (fault === 'silence') behind.pause();
      else socket[fault === 'end' ? 'end' : 'destroy']();
    });
  });
  await new Promise<void>((listening) => proxy.listen(join(folder, '.s.PGSQL.5432'), listening));
  return {
    server: { ...server, connection: { ...server.connection, host: folder } },
    broken: () => broken,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => proxy.close(closed));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
