import { type Dirent, existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { UserError } from '../user-error.ts';

/** The files of one project; paths are below its folder, with `/` on every platform. */
export interface ProjectFiles {
  /** Absolute path of the project folder. */
  readonly directory: string;
  /** @throws {UserError} `file-not-found` */
  read(path: string): string;
  exists(path: string): boolean;
  /**
   * Paths of the files below a folder whose names end in one of the extensions (`.sql`), in any case, as dbt finds
   * them. They are sorted. Links to files are followed; a folder that does not exist has no files.
   * @throws {UserError} for a link that leads out of the project
   */
  list(folder: string, extensions: readonly string[]): readonly string[];
}

export function openProjectFiles(directory: string): ProjectFiles {
  const absolute = (path: string) => join(directory, path);
  return {
    directory,
    read(path) {
      try {
        return readFileSync(absolute(path), 'utf8');
      } catch (cause) {
        const mistake = {
          code: 'file-not-found',
          message: `${path} cannot be read`,
          fix: `create ${path}, or name another file`,
        };
        throw new UserError(mistake, { cause });
      }
    },
    exists: (path) => existsSync(absolute(path)),
    list(folder, extensions) {
      if (!statSync(absolute(folder), { throwIfNoEntry: false })?.isDirectory()) return [];
      return readdirSync(absolute(folder), { recursive: true, withFileTypes: true })
        .filter(({ name }) => extensions.some((extension) => name.toLowerCase().endsWith(extension)))
        .filter((entry) => entry.isFile() || (entry.isSymbolicLink() && isFileWithin(directory, entry)))
        .map((entry) => shortPath(directory, entry))
        .sort();
    },
  };
}

function shortPath(directory: string, { parentPath, name }: Dirent): string {
  return join(parentPath, name)
    .slice(directory.length + 1)
    .replaceAll('\\', '/');
}

/**
 * Whether a link leads to a file of the project. dbt follows such a link; one that leads out of the project could show
 * any file of the machine.
 * @throws {UserError} for a link that leads out
 */
function isFileWithin(directory: string, link: Dirent): boolean {
  const path = join(link.parentPath, link.name);
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return false;
  if (realpathSync(path).startsWith(`${realpathSync(directory)}${sep}`)) return true;
  throw new UserError({
    code: 'link-outside',
    message: `${shortPath(directory, link)} is a link to a file outside of the project`,
    fix: 'put the file itself there',
  });
}
