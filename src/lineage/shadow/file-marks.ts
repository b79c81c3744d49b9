import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { sameName } from '../../name.ts';
import { isDeclared, type Seed, type Source } from '../../project/node.ts';
import { isPersonalColumn } from '../../project/personal.ts';
import type { Project } from '../../project/project.ts';
import { type Mistake, UserError } from '../../user-error.ts';
import type { ColumnType } from '../../warehouse/warehouse.ts';
import { isRootNode } from '../root-node.ts';

/** A source that is made of files. */
export interface FileTable {
  readonly source: Source;
  /** Absolute paths without links. */
  readonly files: readonly string[];
  readonly columns: readonly ColumnType[];
}

/**
 * Checks that all sources and seeds over the same file mark the same columns as personal. Each source must have a
 * column with the name of every marked column, since it might read that column under another name.
 * @throws {UserError} for a source that lacks a mark
 */
export async function requireSameMarks(tables: readonly FileTable[], project: Project): Promise<void> {
  const readers: readonly Reader[] = [
    ...tables.map(({ source, files }) => ({ table: source, files, name: nameOf(source) })),
    ...(await seedReaders(project)),
  ];
  const mistakes = tables.flatMap((table) =>
    readers
      .filter(({ table: other, files }) => other !== table.source && files.some((file) => table.files.includes(file)))
      .flatMap((other) => missingMarks(table, other, project)),
  );
  if (mistakes.length > 0) throw new UserError(mistakes);
}

interface Reader {
  readonly table: Source | Seed;
  readonly files: readonly string[];
  readonly name: string;
}

async function seedReaders({ nodes, directory }: Project): Promise<readonly Reader[]> {
  const seeds = [...nodes.values()].filter(isRootNode);
  return Promise.all(
    seeds.map(async (seed) => ({
      table: seed,
      files: [await realpath(resolve(directory, seed.location.file))],
      name: `the seed ${seed.name}`,
    })),
  );
}

function missingMarks({ source, columns }: FileTable, other: Reader, { isPersonal }: Project): readonly Mistake[] {
  const isMarked = (table: Source | Seed, column: string) => isPersonalColumn(table, column, isPersonal);
  // A source that SQL of the project makes gets the marks of the others by column name. They do not hold where SQL renames columns.
  const isRenamed = (column: string) =>
    !isDeclared(source) &&
    !isPersonal(source.tags, source.meta) &&
    columns.every(({ name }) => !sameName(name, column));
  const missing = [...other.table.columns.keys(), ...columns.map(({ name }) => name)].filter(
    (column) => isMarked(other.table, column) && (!isMarked(source, column) || isRenamed(column)),
  );
  return [...new Set(missing)].map((column) => ({
    code: 'tag-missing',
    message: `${nameOf(source)} reads a file that ${other.name} reads, too, where '${column}' is marked as personal.`,
    location: source.location,
    fix: fixOf(source, column, columns),
  }));
}

function fixOf(source: Source, column: string, columns: readonly ColumnType[]): string {
  if (!isDeclared(source)) {
    return `read it with source(), or list ${source.sourceName}.${source.name} with the column * in contract.personal.columns`;
  }
  return columns.some(({ name }) => sameName(name, column))
    ? `mark ${column} of the source, too`
    : `mark the whole source: its ${column} has another name`;
}

function nameOf(source: Source): string {
  return isDeclared(source) ? `source('${source.sourceName}', '${source.name}')` : `SQL that reads ${source.name}`;
}
