import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Progress } from '../../progress.ts';
import { fileFolders } from '../../project/file-folders.ts';
import { isDeclared, type Source } from '../../project/node.ts';
import type { Project } from '../../project/project.ts';
import { identifier, literal, relation, sql } from '../../sql.ts';
import { makeTemporaryFolder } from '../../temporary-folder.ts';
import { type Mistake, mistakeText } from '../../user-error.ts';
import { openFileReader, readFileSource } from '../../warehouse/file-source.ts';
import { ownWords, SqlError } from '../../warehouse/sql-error.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';

/**
 * Makes a table of each source that is a file, before the warehouse is locked down. The files are read in a database of
 * its own, which may read the folders of `fileFolders` and nothing else, since the project itself names the files. A file
 * that cannot be read gives no table, so a model that reads it fails.
 * @param progress receives a warning for each file of a declared source that cannot be read
 */
export async function importFiles(project: Project, warehouse: Warehouse, progress: Progress): Promise<void> {
  const files = [...project.sources.values()].filter(({ file, node }) => file?.kind === 'file' && node === undefined);
  if (files.length === 0) return;
  await using folder = await makeTemporaryFolder(join(tmpdir(), 'fenceline-files-'));
  const copy = join(folder.path, 'files.duckdb');
  const read = await readAll(files, { project, copy, progress });
  await warehouse.run(sql`attach ${literal(copy)} as ${COPY} (read_only)`);
  for (const [index, { database, schema, alias }] of files.entries()) {
    const place = relation({ database, schema, alias });
    if (!read.has(index)) {
      // The rows of an earlier run must not take the place of a file that cannot be read now.
      await warehouse.run(sql`drop table if exists ${place}`);
      continue;
    }
    await warehouse.run(sql`create schema if not exists ${identifier(database, schema)}`);
    await warehouse.run(sql`create or replace table ${place} as from ${COPY}.main.${tableOf(index)}`);
  }
  await warehouse.run(sql`detach ${COPY}`);
}

const COPY = sql`fenceline_files`;

function tableOf(index: number) {
  return identifier(`t${index}`);
}

/** Reads the files into tables, and gives the indexes of the sources whose file could be read. */
async function readAll(
  files: readonly Source[],
  { project, copy, progress }: { readonly project: Project; readonly copy: string; readonly progress: Progress },
): Promise<ReadonlySet<number>> {
  const folders = fileFolders(project);
  const read = new Set<number>();
  await using reader = await openFileReader(copy, folders);
  for (const [index, source] of files.entries()) {
    try {
      const { query } = await readFileSource(source.file?.text ?? '', folders, reader);
      await reader.run(sql`create table main.${tableOf(index)} as ${query}`);
      read.add(index);
    } catch (cause) {
      if (!(cause instanceof SqlError) || cause.kind === 'interrupt') throw cause;
      if (!isDeclared(source)) continue;
      progress({ kind: 'step', stage: 'sync', text: mistakeText(unreadable(source, cause)), status: 'warn' });
    }
  }
  return read;
}

/** The warning about a file, without the engine's message, which may quote a row. */
function unreadable({ sourceName, name, location }: Source, cause: SqlError): Mistake {
  const reason = ownWords(cause) ?? (cause.kind === 'io' ? 'there is no such file' : `${cause.kind} error`);
  return {
    code: 'file-unreadable',
    message: `source('${sourceName}', '${name}') cannot be read from its external_location: ${reason}.`,
    location,
    fix: 'name a file below the project folder by a path, or by one call of a function that reads files',
  };
}
