import { resolve } from 'node:path';
import { literalsIn } from '../load/external-location.ts';
import type { Source } from '../node.ts';
import type { ExternalFile } from './external-file.ts';

/**
 * Whether a source may read the file of an external model: the marks of the model's inputs would not reach it. Of a pattern
 * only the part before the first wildcard is compared.
 */
export function readsExternal(
  { file }: Pick<Source, 'file'>,
  externalFiles: ReadonlyMap<string, ExternalFile>,
  directory: string,
): boolean {
  if (file?.kind !== 'file') return false;
  // Options of a call are literals, too: a path may be in one of them.
  const read = literalsIn(file.text).map((path) => resolve(directory, path));
  return [...externalFiles.values()].some((written) => read.some((path) => mayReadFile(path, written)));
}

/** Whether a path, which may have wildcards, may be the written file, or a file in the written folder. */
function mayReadFile(path: string, { path: written }: ExternalFile): boolean {
  const fixed = path.split(/[*?[{]/)[0] ?? '';
  if (fixed.length < path.length) return written.startsWith(fixed) || fixed.startsWith(`${written}/`);
  return path === written || path.startsWith(`${written}/`);
}
