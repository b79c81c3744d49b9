import { appendFile, chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, connect as dial } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { connect } from '../connect.ts';
import { openPostgres } from '../open-postgres.ts';
import { ADMINISTRATOR } from '../owner.ts';
import type { PostgresServer } from '../server.ts';

/** A real server in the place of a container, behind a proxy as Docker's. */
export interface ContainerStandIn extends AsyncDisposable {
  readonly port: number;
  /** Closes the next connections at once, as Docker's proxy does while the server in the container does not listen. */
  refuse(connections: number): void;
  /**
   * Makes a program `docker` that runs `body`, a shell script whose `$1` is the command. `path` is a PATH with it,
   * `calls` its arguments so far, a call a line.
   */
  fakeDocker(body: string): Promise<{ readonly path: string; readonly calls: () => Promise<string> }>;
}

export async function openContainerStandIn(): Promise<ContainerStandIn> {
  const folder = await mkdtemp(join(tmpdir(), 'fenceline-docker-'));
  const server = await openPostgres({
    config: { version: undefined, url: undefined, setup: [] },
    directory: '/',
    mode: 'auto',
    environment: process.env,
    progress: () => undefined,
    signal: new AbortController().signal,
  });
  const { host = '' } = server.connection;
  let refused = 0;
  const proxy = createServer((socket) => {
    socket.on('error', () => undefined);
    if (refused > 0) {
      refused -= 1;
      socket.destroy();
      return;
    }
    const inside = dial(join(host, '.s.PGSQL.5432'));
    inside.on('error', () => undefined);
    socket.pipe(inside).pipe(socket);
  });
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
  const address = proxy.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    refuse: (connections) => {
      refused = connections;
    },
    async fakeDocker(body) {
      await forgetOwner({ ...server.connection, user: ADMINISTRATOR });
      const path = await mkdtemp(join(folder, 'bin-'));
      await writeFile(join(path, 'docker'), `#!/bin/sh\necho "$@" >> '${path}/calls'\n${body}\n`);
      await chmod(join(path, 'docker'), 0o755);
      await appendFile(join(path, 'calls'), '');
      return {
        path: `${path}${delimiter}${process.env['PATH'] ?? ''}`,
        calls: () => readFile(join(path, 'calls'), 'utf8'),
      };
    },
    async [Symbol.asyncDispose]() {
      proxy.close();
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Removes the owner of a server that Fenceline has filled: a container begins with an empty one. */
async function forgetOwner(administrator: PostgresServer['connection']): Promise<void> {
  await using client = await connect(administrator);
  await client
    .query(`
    drop schema ${ADMINISTRATOR} cascade;
    alter database postgres owner to ${ADMINISTRATOR};
    drop owned by postgres cascade;
    create schema if not exists public;
    drop role postgres;
  `)
    .catch(() => undefined);
}
