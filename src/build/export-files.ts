import { lstat, mkdir, readdir, realpath } from 'node:fs/promises';
import { dirname, extname, join, relative } from 'node:path';
import { EnvironmentError } from '../environment-error.ts';
import { isInsideFolder } from '../inside-folder.ts';
import { linkOnTheWay } from '../link-on-the-way.ts';
import { type ExternalFile, FILE_ENDINGS, type OptionValue } from '../project/external/external-file.ts';
import { isQueryNode, type TableNode } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import { identifier, literal, relation, type Sql, sql } from '../sql.ts';
import { unreachable } from '../unreachable.ts';
import { UserError } from '../user-error.ts';
import { openWithFiles } from '../warehouse/duckdb.ts';
import { SqlError } from '../warehouse/sql-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { NodeResult } from './node-result.ts';

/**
 * Writes the files of the external models that a build has made (dbt-duckdb: materialization `external`). The warehouse at
 * this path must be closed: it is opened again with access to files, and only statements of Fenceline run in it.
 * @throws {UserError} for a folder or link that is in the way, and for rows that do not fit the format
 * @throws {EnvironmentError} when a file cannot be written
 */
export async function exportFiles(project: Project, results: readonly NodeResult[], path: string): Promise<void> {
  const built = results.flatMap(({ uniqueId, status }) => {
    const [file, node] = [project.externalFiles.get(uniqueId), project.nodes.get(uniqueId)];
    return file && isQueryNode(node) && status === 'success' ? [{ file, node }] : [];
  });
  if (built.length === 0) return;
  await using warehouse = await openWithFiles(path);
  for (const { file, node } of built) await exportFile(file, node, warehouse);
}

async function exportFile(file: ExternalFile, node: TableNode, warehouse: Warehouse): Promise<void> {
  await prepareFolder(file, node);
  const table = relation(node);
  const [row] = await warehouse.rows(sql`select count(*) as count from ${table}`);
  // dbt-duckdb: a file without rows would have no columns in some formats, so it has one row of NULL.
  const rows =
    Number(row?.['count']) > 0
      ? sql`select * from ${table}`
      : sql`select t.* from (select 1) left join ${table} as t on true`;
  try {
    await warehouse.run(sql`copy (${rows}) to ${literal(file.path)} (${copyOptions(file)})`);
  } catch (cause) {
    if (!(cause instanceof SqlError) || cause.kind === 'interrupt') throw cause;
    if (cause.kind === 'io') throw notWritten(node, file, cause);
    // The message names only the kind of the engine's error, since its text may quote a row.
    throw refused(
      node,
      `cannot be written as ${file.format}: ${cause.kind} error`,
      'correct format and options',
      cause,
    );
  }
}

function copyOptions({ format, partitionBy, options }: ExternalFile): readonly Sql[] {
  const partitions = partitionBy.map((column) => identifier(column));
  return [
    sql`format ${identifier(format)}`,
    ...(partitions.length > 0 ? [sql`partition_by (${partitions})`] : []),
    ...[...options].map(([name, value]) => sql`${identifier(name)} ${optionSql(value)}`),
  ];
}

function optionSql(value: OptionValue): Sql {
  switch (value.kind) {
    case 'text':
      return literal(value.text);
    case 'word':
      return literal(value.word);
    case 'number':
      return literal(value.number);
    default:
      return unreachable(value);
  }
}

/** Makes the folder of a file. Fails for links on the way, and for a folder that is to be emptied but holds other files. */
async function prepareFolder({ path, within, options }: ExternalFile, node: TableNode): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
  } catch (cause) {
    throw notWritten(node, { path }, cause);
  }
  const link = linkOnTheWay(path, within);
  const real = join(await realpath(dirname(path)), '_');
  if (link !== undefined || !isInsideFolder(real, await realpath(within))) {
    throw refused(node, 'would be written through a link', 'write the path that the link leads to');
  }
  const overwrite = options.get('overwrite');
  if (overwrite?.kind !== 'number' || overwrite.number === 0) return;
  const other = await otherFile(path);
  if (other === undefined) return;
  const what = `would empty a folder with the file ${relative(within, other)}`;
  throw refused(node, what, 'write into a folder of its own');
}

/** A file in a folder whose ending is not one of files with rows; `undefined` if there is none, or no folder. */
async function otherFile(folder: string): Promise<string | undefined> {
  const stats = await lstat(folder).catch(() => undefined);
  if (!stats?.isDirectory()) return undefined;
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const other = entries.find((entry) => !entry.isDirectory() && !FILE_ENDINGS.includes(extname(entry.name)));
  return other && join(other.parentPath, other.name);
}

function refused({ name, location }: TableNode, what: string, fix: string, cause?: unknown): UserError {
  return new UserError({ code: 'external-model', message: `the file of ${name} ${what}`, location, fix }, { cause });
}

function notWritten({ name }: TableNode, { path }: Pick<ExternalFile, 'path'>, cause: unknown): EnvironmentError {
  return new EnvironmentError(
    `the file ${path} of the model ${name} cannot be written`,
    'check that its folder may be written and has space; a folder of partitions must be empty, or have the option overwrite',
    { cause },
  );
}
