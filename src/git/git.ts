import { spawn } from 'node:child_process';
import type { Environment } from '../environment.ts';
import { UserError } from '../user-error.ts';

export interface GitAnswer {
  readonly code: number;
  readonly output: Buffer;
  /** What git says about it, in English. */
  readonly errors: string;
}

/** Runs git in one folder; arguments go to it as they are, through no shell. */
export type Git = (args: readonly string[], input?: string) => Promise<GitAnswer>;

/**
 * Variables of a git that called us, such as a hook's, would point it at another repository; those that configure it
 * stay. It never asks anybody anything.
 */
export function openGit(directory: string, environment: Environment, signal: AbortSignal): Git {
  const inherited = Object.entries(environment).filter(
    ([name]) => !name.startsWith('GIT_') || name.startsWith('GIT_CONFIG_'),
  );
  const env = {
    ...Object.fromEntries(inherited),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LITERAL_PATHSPECS: '1',
  };
  return (args, input = '') =>
    new Promise((resolve, reject) => {
      const child = spawn('git', ['-C', directory, ...args], { env, signal, stdio: 'pipe' });
      const output: Buffer[] = [];
      const errors: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
      // A git that ends early closes its input: its exit code says more.
      child.stdin.on('error', () => {});
      child.on('error', (cause) => reject(signal.aborted ? signal.reason : notRunnable(cause)));
      child.on('close', (code) =>
        resolve({ code: code ?? 1, output: Buffer.concat(output), errors: Buffer.concat(errors).toString('utf8') }),
      );
      child.stdin.end(input);
    });
}

function notRunnable(cause: unknown): UserError {
  return new UserError(
    {
      code: 'no-git',
      message: 'git cannot be started, and without it nobody knows what the base holds.',
      fix: 'install git, or leave --base away',
    },
    { cause },
  );
}
