import { constants } from 'node:fs';
import { lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { EnvironmentError } from '../../environment-error.ts';
import { isInsideFolder } from '../../inside-folder.ts';
import { UserError } from '../../user-error.ts';

/** Path below the folder → content. */
export type Files = ReadonlyMap<string, string>;

/**
 * Writes each file beside its place and renames it there, so that a reader never sees half of one. A repository can hold
 * links: none is followed, from the output folder itself downwards, and nothing is written outside of it.
 * @throws {UserError} for a link, and for a path that leads out of the folder
 * @throws {EnvironmentError} when the disk refuses
 */
export async function writeFiles(folder: string, files: Files): Promise<void> {
  const made = new Set<string>();
  try {
    for (const [path, text] of files) {
      const place = join(folder, path);
      if (!isInsideFolder(place, folder)) throw outside(`the output ${path} would lie outside of ${folder}`);
      await makeFolder(dirname(place), dirname(folder), made);
      await replaceFile(place, text);
    }
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new EnvironmentError(`${folder} cannot be written`, 'check its permissions and the space on the disk', {
      cause,
    });
  }
}

/** Makes one folder after the other, since `recursive` follows links. `root` exists, and may be or hold a link itself. */
async function makeFolder(folder: string, root: string, made: Set<string>): Promise<void> {
  if (made.has(folder)) return;
  let path = root;
  for (const name of relative(root, folder).split(sep)) {
    path = join(path, name);
    await mkdir(path).catch((error) => {
      if (error.code !== 'EEXIST') throw error;
    });
    if ((await lstat(path)).isSymbolicLink())
      throw outside(`${path} is a link, and outputs are not written through links`);
  }
  made.add(folder);
}

/** Writes one file. It replaces a link at that path; the file that the link leads to stays as it is. */
async function replaceFile(place: string, text: string): Promise<void> {
  const fresh = `${place}.new`;
  await rm(fresh, { force: true });
  const file = await open(fresh, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o666);
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
  await rename(fresh, place);
}

function outside(message: string): UserError {
  return new UserError({
    code: 'output-outside',
    message,
    fix: 'remove the link or the folder; outputs belong below the project’s own folder target/',
  });
}
