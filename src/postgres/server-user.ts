import { chownSync, lstatSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EnvironmentError } from '../environment-error.ts';

/** The user that a throwaway server runs as, if that is another one than this process's. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The user for a throwaway server: `undefined` means this process's own. Postgres refuses to run as root, so root takes
 * the user postgres or nobody.
 * @throws {EnvironmentError} when neither exists
 */
export async function findServerUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] =
      users
        .split('\n')
        .find((line) => line.startsWith(`${name}:`))
        ?.split(':') ?? [];
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new EnvironmentError(
    'Postgres does not run as root, and neither a user postgres nor nobody exists',
    'run Fenceline as another user, or give it a server by `postgres.url`',
  );
}

/** Makes the user the owner of a file or folder. */
export function giveTo(path: string, user: ServerUser | undefined): void {
  if (user && lstatSync(path).uid !== user.uid) chownSync(path, user.uid, user.gid);
}

/** Whether every user can enter a folder: it and all folders above it must allow that. */
export async function isOpenToAll(directory: string): Promise<boolean> {
  for (let folder = directory; ; folder = dirname(folder)) {
    const { mode } = await stat(folder);
    if ((mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
