import { readFile } from 'node:fs/promises';
import { unescape as percentDecode } from 'node:querystring';
import { setSecret } from '@actions/core';
import type { Environment } from '../environment.ts';
import { UserError } from '../user-error.ts';
import { decodeEvent, malformed, type Trigger } from './event.ts';
import { decodeFinishedRun, type FinishedRun } from './finished-run.ts';
import type { Inputs } from './inputs.ts';

/** The environment that a runner gives a step. */
export interface Runner {
  /** Folder of the checkout. */
  readonly workspace: string;
  readonly apiUrl: string;
  /** Address of the page of this run, which shows the summary. */
  readonly runUrl: string;
  /** Address of the repository. */
  readonly repositoryUrl: string;
  /** The commit that started the run: for a pull request, the merge with its base that GitHub made for a test. */
  readonly sha: string;
  readonly trigger: Trigger;
  /** The run whose report becomes a comment, in `mode: comment`; absent where this run decides the contract. */
  readonly finishedRun?: FinishedRun;
}

/** @throws {UserError} when this is no workflow run, or one Fenceline must not run in */
export async function readRunner(environment: Environment, mode: Inputs['mode']): Promise<Runner> {
  const variable = (name: string): string => {
    const value = environment[name];
    if (value) return value;
    throw new UserError({
      code: 'no-runner',
      message: `the environment variable ${name} is not set`,
      fix: 'run the action in a GitHub workflow; elsewhere, use the command line: fenceline run',
    });
  };
  const payload = await readPayload(variable('GITHUB_EVENT_PATH'));
  const event = variable('GITHUB_EVENT_NAME');
  const server = environment['GITHUB_SERVER_URL'] || 'https://github.com';
  const repositoryUrl = `${server}/${variable('GITHUB_REPOSITORY')}`;
  return {
    workspace: environment['GITHUB_WORKSPACE'] || process.cwd(),
    apiUrl: environment['GITHUB_API_URL'] || 'https://api.github.com',
    runUrl: `${repositoryUrl}/actions/runs/${variable('GITHUB_RUN_ID')}`,
    repositoryUrl,
    sha: environment['GITHUB_SHA'] ?? '',
    ...(mode === 'comment'
      ? { trigger: { kind: 'other', event }, finishedRun: decodeFinishedRun(event, payload) }
      : { trigger: decodeEvent(event, payload, environment['GITHUB_ACTOR'] ?? '') }),
  };
}

/** @throws {UserError} where the runner's file about the event cannot be read */
async function readPayload(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    throw malformed('readable JSON');
  }
}

/**
 * The environment for the project: without the inputs, one of which is the token, and without the runner's own
 * credentials. The pull request writes `env:` in fenceline.yml, so a name in that list proves nothing.
 */
export function projectEnvironment(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(INPUT_|ACTIONS_)|^(GITHUB|GH)_TOKEN$/i.test(name)),
  );
}

/**
 * Has the runner replace secrets by `***` in the log, also those that are no secrets of the repository: addresses that are given
 * or in any variable, since fenceline.yml names the variable of each database.
 */
export function maskSecrets(environment: Environment, urls: readonly (string | undefined)[]): void {
  for (const [name, value] of Object.entries(environment)) {
    if (value && name.startsWith('DBT_ENV_SECRET_')) setSecret(value);
  }
  const addresses = Object.values(environment).filter((value) => /^postgres(ql)?:\/\//.test(value ?? ''));
  for (const url of new Set([...urls, ...addresses])) {
    if (!url) continue;
    setSecret(url);
    const { username, password } = URL.canParse(url) ? new URL(url) : { username: '', password: '' };
    // `postgres:postgres@localhost` is no secret, and hiding that word would make the log unreadable.
    if (password === '' || password === username) continue;
    setSecret(password);
    setSecret(percentDecode(password));
  }
}
