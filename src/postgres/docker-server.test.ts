import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from './connect.ts';
import { openPostgres, type PostgresRequest } from './open-postgres.ts';
import { type ContainerStandIn, openContainerStandIn } from './testing/fake-docker.ts';

let container: ContainerStandIn;
beforeAll(async () => {
  container = await openContainerStandIn();
});
afterAll(async () => {
  await container[Symbol.asyncDispose]();
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

const onUnix = test.skipIf(process.platform === 'win32');

onUnix('a container of the wanted version is started for this machine only, and removed afterwards', async () => {
  const docker = await container.fakeDocker(`[ "$1" = port ] && echo 127.0.0.1:${container.port}; exit 0`);
  const base = request({ ...process.env, PATH: docker.path });
  {
    await using opened = await openPostgres({ ...base, config: { ...base.config, version: 16 }, mode: 'docker' });
    await using client = await connect(opened.connection);
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    expect(opened.origin).toBe('docker postgres:16');
  }

  const [run = '', port, remove] = (await docker.calls()).split('\n');
  expect(run).toMatch(
    /^run --detach --rm --name fenceline-\S+ --env POSTGRES_USER=fenceline --env POSTGRES_PASSWORD --publish 127\.0\.0\.1::5432 postgres:16 /,
  );
  const name = /--name (\S+)/.exec(run)?.[1];
  expect([port, remove]).toEqual([`port ${name} 5432/tcp`, `rm --force --volumes ${name}`]);
});

onUnix('a server that makes its database first is waited for', async () => {
  const docker = await container.fakeDocker(`[ "$1" = port ] && echo 127.0.0.1:${container.port}; exit 0`);
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => void warnings.push(warning);
  process.on('warning', onWarning);
  container.refuse(12);

  await using opened = await openPostgres({ ...request({ ...process.env, PATH: docker.path }), mode: 'docker' });

  expect(opened.version).toMatch(/^\d+/);
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});

onUnix('a container that does not start is an error that says what to try, and is removed', async () => {
  const docker = await container.fakeDocker('[ "$1" = run ] && exit 125; exit 0');

  await expect(
    openPostgres({ ...request({ ...process.env, PATH: docker.path }), mode: 'docker' }),
  ).rejects.toMatchObject({
    name: 'EnvironmentError',
    message: 'docker run failed',
    fix: expect.stringContaining('mode auto'),
  });
  expect(await docker.calls()).toMatch(/^rm --force/m);
});

test('without docker the error names a way that needs none', async () => {
  await expect(openPostgres({ ...request({ PATH: tmpdir() }), mode: 'docker' })).rejects.toMatchObject({
    message: 'there is no docker on this machine',
    fix: expect.stringContaining('mode auto'),
  });
});
