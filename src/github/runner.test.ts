import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { captureStdout } from '../../test/github/capture-stdout.ts';
import { maskSecrets, projectEnvironment, readRunner } from './runner.ts';

test('the runner says where the run is, and what started it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fenceline-runner-'));
  const event = join(folder, 'event.json');
  await writeFile(event, '{}');
  const runner = await readRunner(
    {
      GITHUB_EVENT_PATH: event,
      GITHUB_EVENT_NAME: 'push',
      GITHUB_REPOSITORY: 'clinic/analytics',
      GITHUB_RUN_ID: '42',
      GITHUB_SERVER_URL: 'https://github.example',
      GITHUB_API_URL: 'https://github.example/api/v3',
      GITHUB_WORKSPACE: '/checkout',
    },
    'run',
  );
  await rm(folder, { recursive: true });

  expect(runner).toEqual({
    workspace: '/checkout',
    apiUrl: 'https://github.example/api/v3',
    runUrl: 'https://github.example/clinic/analytics/actions/runs/42',
    repositoryUrl: 'https://github.example/clinic/analytics',
    sha: '',
    trigger: { kind: 'other', event: 'push' },
  });
});

test.each([
  { what: 'is not there', text: undefined },
  { what: 'is empty', text: '' },
  { what: 'is cut', text: '{"pull_request": {' },
])('a file about the event that $what is named as the mistake it is', async ({ text }) => {
  const folder = await mkdtemp(join(tmpdir(), 'fenceline-runner-'));
  const event = join(folder, 'event.json');
  if (text !== undefined) await writeFile(event, text);
  const environment = { GITHUB_EVENT_PATH: event, GITHUB_EVENT_NAME: 'push', GITHUB_REPOSITORY: 'clinic/analytics' };

  await expect(readRunner(environment, 'run')).rejects.toThrow('the event file has no readable JSON');
  await rm(folder, { recursive: true });
});

test('outside of a workflow the command line is the way', async () => {
  await expect(readRunner({}, 'run')).rejects.toThrow('use the command line: fenceline run');
});

test('the project sees neither inputs nor what the runner authenticates with', () => {
  const environment = {
    PATH: '/usr/bin',
    DBT_TARGET: 'ci',
    RUNNER_TOOL_CACHE: '/cache',
    GITHUB_SHA: 'abc',
    'INPUT_GITHUB-TOKEN': 'secret',
    'input_postgres-url': 'secret',
    ACTIONS_RUNTIME_TOKEN: 'secret',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret',
    GITHUB_TOKEN: 'secret',
    GH_TOKEN: 'secret',
  };
  expect(Object.keys(projectEnvironment(environment))).toEqual([
    'PATH',
    'DBT_TARGET',
    'RUNNER_TOOL_CACHE',
    'GITHUB_SHA',
  ]);
});

describe('secrets the runner cannot know are masked in the log', () => {
  const cases = [
    {
      name: 'the address of a server, and its password both as written and as it is',
      environment: {},
      urls: ['postgres://ana:p%40ss@db/clinic', undefined],
      masked: ['postgres://ana:p%40ss@db/clinic', 'p%40ss', 'p@ss'],
    },
    {
      name: 'a password that is the name of the user is none',
      environment: {},
      urls: ['postgres://postgres:postgres@localhost/x'],
      masked: ['postgres://postgres:postgres@localhost/x'],
    },
    { name: 'an address that is none', environment: {}, urls: ['host=db password=x'], masked: ['host=db password=x'] },
    {
      name: 'the address in a variable of any name, once',
      environment: { CRM_URL: 'postgresql://ana:p%40ss@crm/clinic', SITE: 'https://clinic.test' },
      urls: ['postgresql://ana:p%40ss@crm/clinic'],
      masked: ['postgresql://ana:p%40ss@crm/clinic', 'p%40ss', 'p@ss'],
    },
    {
      name: 'the variables dbt calls secret',
      environment: { DBT_ENV_SECRET_SALT: 'salt', DBT_TARGET: 'ci' },
      urls: [],
      masked: ['salt'],
    },
  ];
  test.each(cases)('$name', async ({ environment, urls, masked }) => {
    const written = await captureStdout(() => maskSecrets(environment, urls));
    // The runner decodes %25 again.
    expect(written.map((line) => line.replace('::add-mask::', '').replaceAll('%25', '%'))).toEqual(masked);
  });
});
