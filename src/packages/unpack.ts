import { mkdir } from 'node:fs/promises';
import { posix } from 'node:path';
import { UserError } from '../user-error.ts';

/** Maximum size of an unpacked package: far more than real ones have, and too little to fill a disk. */
const MOST_BYTES = 256 * 1024 * 1024;
const MOST_FILES = 50_000;

/**
 * Unpacks the archive of a package: its one folder becomes `directory`. Archives are not trusted, so all entries are checked
 * before the first is written.
 * @throws {UserError} `bad-archive` for a link, a path that leads out of the folder, an archive that is too large, and
 * a file
 * that is no archive
 */
export async function unpackArchive(bytes: Buffer, directory: string, subject: string): Promise<void> {
  const { extract, list } = await import('tar');
  const refuse = (reason: string, cause?: unknown) =>
    new UserError(
      {
        code: 'bad-archive',
        message: `the archive of ${subject} ${reason}, so nothing of it was written.`,
        fix: 'use another version of the package, or tell its authors',
      },
      { cause },
    );
  let files = 0;
  let size = 0;
  let problem: string | undefined;
  const look = list({
    strict: true,
    onReadEntry(entry) {
      files++;
      size += entry.size;
      problem ??= problemOf(entry.path, entry.type);
      if (files > MOST_FILES) problem ??= `has more than ${MOST_FILES} files`;
      if (size > MOST_BYTES) problem ??= 'is larger than 256 MiB';
      // Without the abort, the parser would still unpack the rest of the archive.
      if (problem !== undefined) look.abort(new Error(problem));
    },
  });
  try {
    await drain(look, bytes);
  } catch (cause) {
    throw refuse(problem ?? 'cannot be read', cause);
  }
  await mkdir(directory, { recursive: true });
  await drain(extract({ cwd: directory, strip: 1, strict: true, preserveOwner: false }), bytes);
}

function drain(parser: NodeJS.EventEmitter & { end(bytes: Buffer): unknown }, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.on('end', resolve).on('close', resolve).on('error', reject).on('abort', reject);
    parser.end(bytes);
  });
}

function problemOf(path: string, type: string): string | undefined {
  const kind = type === 'SymbolicLink' || type === 'Link' ? 'a link' : 'a file of a special kind';
  if (type !== 'File' && type !== 'OldFile' && type !== 'Directory') return `holds ${kind}: ${path}`;
  const normal = posix.normalize(path.replaceAll('\\', '/'));
  const isOutside = posix.isAbsolute(normal) || /^[A-Za-z]:/.test(normal) || normal.split('/').includes('..');
  return isOutside ? `holds a path that leads out of its folder: ${path}` : undefined;
}
