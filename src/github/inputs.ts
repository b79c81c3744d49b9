import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { getInput, getMultilineInput } from '@actions/core';
import { didYouMean } from '../nearest-name.ts';
import { type Mistake, UserError } from '../user-error.ts';

/** What `with:` says; paths are absolute, and what was left empty is `undefined`. */
export interface Inputs {
  readonly projectDirectory: string;
  readonly configFile: string | undefined;
  readonly select: readonly string[];
  readonly postgres: {
    readonly mode: (typeof POSTGRES_MODES)[number];
    readonly url: string | undefined;
    readonly version: number | undefined;
    readonly setup: readonly string[] | undefined;
  };
  readonly baseRef: string | undefined;
  readonly failOn: (typeof FAIL_ON)[number];
  readonly comment: boolean;
  readonly commentKey: string;
  readonly annotations: boolean;
  readonly token: string;
}

const POSTGRES_MODES = ['auto', 'url', 'system', 'pinned', 'docker'] as const;
const FAIL_ON = ['error', 'warning', 'never'] as const;

/**
 * Reads the inputs of the step.
 * @param workspace what relative paths are relative to
 * @throws {UserError} with every input that is wrong
 */
export function readInputs(workspace: string): Inputs {
  const mistakes: Mistake[] = [];
  const refuse = (name: string, must: string): void => {
    mistakes.push({
      code: 'wrong-input',
      message: `the input ${name} ${must}`,
      fix: `correct ${name} below with: of the step`,
    });
  };
  const choice = <const Choice extends string>(name: string, choices: readonly Choice[], standard: Choice): Choice => {
    const given = getInput(name) || standard;
    const chosen = choices.find((candidate) => candidate === given);
    if (chosen === undefined) refuse(name, `must be one of ${choices.join(', ')}.${didYouMean(given, choices)}`);
    return chosen ?? standard;
  };
  const path = (name: string): string | undefined => {
    const given = getInput(name);
    return given === '' ? undefined : existing(name, given);
  };
  const existing = (name: string, given: string): string => {
    const absolute = resolve(workspace, given);
    if (!existsSync(absolute)) refuse(name, `names ${given}, which is not there; was the repository checked out?`);
    return absolute;
  };
  const version = getInput('postgres-version');
  if (version !== '' && !/^[1-9]\d?$/.test(version)) refuse('postgres-version', 'must be a major version such as 16');
  const commentKey = getInput('comment-key') || 'default';
  if (!/^[\w.-]+$/.test(commentKey)) refuse('comment-key', 'may have letters, digits, ".", "_" and "-" only');
  const setup = getMultilineInput('seed-sql').map((file) => existing('seed-sql', file));

  const inputs: Inputs = {
    projectDirectory: path('project-dir') ?? workspace,
    configFile: path('config'),
    select: getInput('select').split(/\s+/).filter(Boolean),
    postgres: {
      mode: choice('postgres', POSTGRES_MODES, 'auto'),
      url: getInput('postgres-url') || undefined,
      version: version === '' ? undefined : Number(version),
      setup: setup.length === 0 ? undefined : setup,
    },
    baseRef: getInput('base-ref') || undefined,
    failOn: choice('fail-on', FAIL_ON, 'error'),
    comment: choice('comment', ['true', 'false'], 'true') === 'true',
    commentKey,
    annotations: choice('annotations', ['true', 'false'], 'true') === 'true',
    token: getInput('github-token'),
  };
  if (mistakes.length > 0) throw new UserError(mistakes);
  return inputs;
}
