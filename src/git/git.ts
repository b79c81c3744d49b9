import { spawn } from 'node:child_process';
import type { Environment } from '../environment.ts';
import { UserError } from '../user-error.ts';

export interface GitAnswer {
  readonly code: number;
  readonly output: Buffer;
  /** Text that git printed on stderr, in English. */
  readonly errors: string;
}

/** Runs git in one folder. Arguments go to git as they are, without a shell. */
export type Git = (args: readonly string[], input?: string) => Promise<GitAnswer>;

/**
 * Makes a function that runs git in a folder, without prompts. Variables that a calling git sets, as in a hook, are
 * removed, since they name another repository; variables that configure git stay.
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
      // A git that ends early closes its input. Its exit code says why.
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
      message: 'git cannot be started, so the files of the base cannot be read.',
      fix: 'install git, or leave out --base',
    },
    { cause },
  );
}
