import { appendFile, chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, connect as dial, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from './connect.ts';
import { openPostgres, type PostgresRequest } from './open-postgres.ts';
import type { PostgresServer } from './server.ts';

// A real server stands in for the container; a program named docker writes down what it is told, and gives its port.
let folder: string;
let server: PostgresServer;
let proxy: Server;
let port: number;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fenceline-docker-'));
  server = await openPostgres({ ...request(process.env), mode: 'auto' });
  const { host = '' } = server.connection;
  proxy = createServer((socket) => {
    const inside = dial(join(host, '.s.PGSQL.5432'));
    socket.pipe(inside).pipe(socket);
    for (const end of [socket, inside]) end.on('error', () => undefined);
  });
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
  const address = proxy.address();
  port = typeof address === 'object' && address ? address.port : 0;
});
afterAll(async () => {
  proxy.close();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

function request(environment: PostgresRequest['environment']): Omit<PostgresRequest, 'mode'> {
  return {
    config: { version: undefined, url: undefined, setup: [] },
    directory: '/',
    environment,
    progress: () => undefined,
    signal: new AbortController().signal,
  };
}

/** A folder with a program `docker` for PATH, and what it was told. */
async function fakeDocker(body: string): Promise<{ readonly path: string; readonly told: () => Promise<string> }> {
  const path = await mkdtemp(join(folder, 'bin-'));
  await writeFile(join(path, 'docker'), `#!/bin/sh\necho "$@" >> '${path}/told'\n${body}\n`);
  await chmod(join(path, 'docker'), 0o755);
  await appendFile(join(path, 'told'), '');
  return {
    path: `${path}${delimiter}${process.env['PATH'] ?? ''}`,
    told: () => readFile(join(path, 'told'), 'utf8'),
  };
}

const onUnix = test.skipIf(process.platform === 'win32');

onUnix('a container of the wanted version is started for this machine only, and removed afterwards', async () => {
  const docker = await fakeDocker(`[ "$1" = port ] && echo 127.0.0.1:${port}; exit 0`);
  const asked = request({ ...process.env, PATH: docker.path });
  {
    await using opened = await openPostgres({ ...asked, config: { ...asked.config, version: 16 }, mode: 'docker' });
    await using client = await connect(opened.connection);
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    expect(opened.origin).toBe('docker postgres:16');
  }

  const [run = '', asking, removing] = (await docker.told()).split('\n');
  expect(run).toMatch(
    /^run --detach --rm --name fenceline-\S+ --env POSTGRES_PASSWORD --publish 127\.0\.0\.1::5432 postgres:16 /,
  );
  const name = /--name (\S+)/.exec(run)?.[1];
  expect([asking, removing]).toEqual([`port ${name} 5432/tcp`, `rm --force --volumes ${name}`]);
});

onUnix('a container that does not start is an error that says what to try, and is removed', async () => {
  const docker = await fakeDocker('[ "$1" = run ] && exit 125; exit 0');

  await expect(
    openPostgres({ ...request({ ...process.env, PATH: docker.path }), mode: 'docker' }),
  ).rejects.toMatchObject({
    name: 'EnvironmentError',
    message: 'docker run failed',
    fix: expect.stringContaining('mode auto'),
  });
  expect(await docker.told()).toMatch(/^rm --force/m);
});

test('without docker the error names a way that needs none', async () => {
  await expect(openPostgres({ ...request({ PATH: folder }), mode: 'docker' })).rejects.toMatchObject({
    message: 'there is no docker on this machine',
    fix: expect.stringContaining('mode auto'),
  });
});
