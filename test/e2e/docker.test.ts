import { expect, test } from 'vitest';
import { openContainerStandIn } from '../../src/postgres/testing/fake-docker.ts';
import { copyExample, fenceline } from './cli.ts';

test.skipIf(process.platform === 'win32')('Postgres in Docker is waited for, used and removed', async () => {
  await using container = await openContainerStandIn();
  const docker = await container.fakeDocker(`[ "$1" = port ] && echo 127.0.0.1:${container.port}; exit 0`);
  await using project = await copyExample();
  container.refuse(12);

  const { code, stderr } = await fenceline(['run', project.directory, '--postgres', 'docker'], {
    env: { PATH: docker.path },
  });

  expect(stderr).toContain('✓ postgres  docker postgres:');
  expect(stderr).not.toContain('Warning');
  expect(code).toBe(0);
  expect(await docker.calls()).toMatch(/^rm --force --volumes fenceline-/m);
});
