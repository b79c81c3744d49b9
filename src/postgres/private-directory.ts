import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOpenToAll } from './server-user.ts';

const PREFIX = 'fenceline-pg-';
const OWNER = 'owner.json';
/** Bytes of the longest path of a socket, on the platform with the lowest limit. */
const LONGEST_SOCKET_PATH = 103;

/** Makes a temporary folder that only its owner may enter. Its path is short enough for a socket. */
export async function makePrivateDirectory(): Promise<string> {
  const directory = await mkdtemp(join(await temporaryFolder(), PREFIX));
  await signDirectory(directory);
  return directory;
}

/** Notes in a folder that this process uses it, for {@link findAbandoned}. */
export async function signDirectory(directory: string): Promise<void> {
  await writeFile(join(directory, OWNER), JSON.stringify({ pid: process.pid, host: hostname() }));
}

async function temporaryFolder(): Promise<string> {
  const folder = tmpdir();
  if (process.platform === 'win32') return folder;
  const socket = join(folder, `${PREFIX}XXXXXX`, '.s.PGSQL.5432');
  const isUsable = Buffer.byteLength(socket) <= LONGEST_SOCKET_PATH && (await isOpenToAll(folder));
  return isUsable ? folder : '/tmp';
}

/** The folders that killed runs left among the temporary ones of this machine. @param prefix with which their names begin */
export async function findAbandoned(prefix = PREFIX): Promise<readonly string[]> {
  const folders = new Set([tmpdir(), await temporaryFolder()]);
  const abandoned: string[] = [];
  for (const folder of folders) {
    for (const name of await readdir(folder).catch(() => [])) {
      const directory = join(folder, name);
      if (name.startsWith(prefix) && (await isAbandoned(directory))) abandoned.push(directory);
    }
  }
  return abandoned;
}

async function isAbandoned(directory: string): Promise<boolean> {
  try {
    const owner: unknown = JSON.parse(await readFile(join(directory, OWNER), 'utf8'));
    if (typeof owner !== 'object' || owner === null || !('pid' in owner) || !('host' in owner)) return false;
    // The host is compared, since containers can share the folder but have process ids of their own.
    return owner.host === hostname() && typeof owner.pid === 'number' && !isAlive(owner.pid);
  } catch {
    // No readable owner: another program's folder, or one of a run that is just starting, which is never old.
    return existsSync(directory) && (await stat(directory).then(isOld, () => false));
  }
}

function isOld({ mtimeMs, uid }: { readonly mtimeMs: number; readonly uid: number }): boolean {
  return uid === process.getuid?.() && Date.now() - mtimeMs > 3_600_000;
}

/** Whether a process runs. A zombie, which ended and whose parent has not read its status, does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // Only Linux has /proc: elsewhere a zombie counts as running.
    return true;
  }
}

export async function removeDirectory(directory: string): Promise<void> {
  // On Windows the files of an ended process stay locked for a moment, so removing is tried again.
  await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
