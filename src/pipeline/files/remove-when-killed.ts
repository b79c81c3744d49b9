import { spawn } from 'node:child_process';

/**
 * Removes the temporary folder of a run once this process is gone, also after a SIGKILL, which leaves no time for it: a
 * small process waits until the other end of a pipe closes. Disposing closes that end, so the folder is removed then, too. On Windows, which has no
 * such shell, and where the process cannot start, the next run removes the folder.
 */
export function removeWhenKilled(folder: string): Disposable {
  if (process.platform === 'win32') return { [Symbol.dispose]: () => undefined };
  // It has a session of its own, so that a signal to the group of this process does not reach it.
  const guard = spawn('/bin/sh', ['-c', 'read -r _; rm -rf -- "$1"', 'sh', folder], {
    detached: true,
    cwd: '/',
    env: { PATH: '/bin:/usr/bin' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.on('error', () => undefined);
  guard.stdin.on('error', () => undefined);
  guard.unref();
  return { [Symbol.dispose]: () => void guard.stdin.end() };
}
