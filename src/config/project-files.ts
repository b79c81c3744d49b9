import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../user-error.ts';

/** The files of one project; paths are below its folder, with `/` on every platform. */
export interface ProjectFiles {
  /** Absolute. */
  readonly directory: string;
  /** @throws {UserError} `file-not-found` */
  read(path: string): string;
  exists(path: string): boolean;
  /** Files below the folder whose names end in one of the extensions (`.sql`), in order of their paths; none when there is no such folder. */
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
        .filter((entry) => entry.isFile() && extensions.some((extension) => entry.name.endsWith(extension)))
        .map((entry) =>
          join(entry.parentPath, entry.name)
            .slice(directory.length + 1)
            .replaceAll('\\', '/'),
        )
        .sort();
    },
  };
}
