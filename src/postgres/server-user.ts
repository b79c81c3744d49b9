import { chownSync, lstatSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EnvironmentError } from '../environment-error.ts';

/** Whom a throwaway server runs as, where that is not us. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root: it gets a user that has a name and owns nothing else of ours. */
export async function serverUser(): Promise<ServerUser | undefined> {
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

export function giveTo(path: string, user: ServerUser | undefined): void {
  if (user && lstatSync(path).uid !== user.uid) chownSync(path, user.uid, user.gid);
}

/** Whether somebody who owns nothing can get into a folder: each one above it lets strangers pass. */
export async function isOpenToAll(directory: string): Promise<boolean> {
  for (let folder = directory; ; folder = dirname(folder)) {
    const { mode } = await stat(folder);
    if ((mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
