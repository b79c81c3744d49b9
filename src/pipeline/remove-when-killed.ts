import { spawn } from 'node:child_process';

/**
 * Removes a folder once this process is gone, however it ends: a kill leaves no time to. A small process waits for the
 * other end of a pipe to close. Disposing ends it, and it removes the folder then, too. Windows has no shell for it, and
 * where it cannot start, the next run finds the folder.
 */
export function removeWhenKilled(folder: string): Disposable {
  if (process.platform === 'win32') return { [Symbol.dispose]: () => undefined };
  // In a session of its own, so that what kills the group of this process does not kill it.
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
