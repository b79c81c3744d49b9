import { UserError } from '../user-error.ts';
import type { ProjectFiles } from './project-files.ts';

/**
 * The files of a project with some of them changed in memory; nothing is written.
 * @param changes path → the new text of the file, or `undefined` for a file that is removed
 */
export function overlayFiles(files: ProjectFiles, changes: ReadonlyMap<string, string | undefined>): ProjectFiles {
  return {
    directory: files.directory,
    read(path) {
      if (!changes.has(path)) return files.read(path);
      const text = changes.get(path);
      if (text === undefined) throw new UserError({ code: 'file-not-found', message: `${path} cannot be read` });
      return text;
    },
    exists: (path) => (changes.has(path) ? changes.get(path) !== undefined : files.exists(path)),
    list(folder, extensions) {
      const prefix = folder === '.' ? '' : `${folder}/`;
      const added = [...changes].flatMap(([path, text]) =>
        text !== undefined && path.startsWith(prefix) && extensions.some((extension) => path.endsWith(extension))
          ? [path]
          : [],
      );
      const kept = files.list(folder, extensions).filter((path) => !changes.has(path));
      return [...kept, ...added].sort();
    },
  };
}
