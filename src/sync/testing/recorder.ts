import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, connect as dial, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostgresServer } from '../../postgres/server.ts';

/** A server behind a wire that keeps what passes. */
export interface RecordedServer extends AsyncDisposable {
  readonly server: PostgresServer;
  /** All bytes that passed in both directions, as Latin-1, so that none is lost. */
  wire(): string;
}

export async function openRecordedServer(server: PostgresServer): Promise<RecordedServer> {
  const folder = await mkdtemp(join(tmpdir(), 'wire-'));
  const sockets = new Set<Socket>();
  const passed: Buffer[] = [];
  const proxy = createServer((socket) => {
    const behind = dial(join(server.connection.host ?? '', '.s.PGSQL.5432'));
    for (const [end, other] of [
      [socket, behind],
      [behind, socket],
    ] as const) {
      sockets.add(end);
      end.on('error', () => undefined);
      end.on('data', (bytes) => passed.push(bytes));
      end.pipe(other);
    }
  });
  await new Promise<void>((listening) => proxy.listen(join(folder, '.s.PGSQL.5432'), listening));
  return {
    server: { ...server, connection: { ...server.connection, host: folder } },
    wire: () => Buffer.concat(passed).toString('latin1'),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => proxy.close(closed));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
