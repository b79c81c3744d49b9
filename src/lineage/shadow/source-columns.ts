import { sameName } from '../../name.ts';
import { fileFolders } from '../../project/file-folders.ts';
import { Mistakes } from '../../project/load/mistakes.ts';
import type { Columns, Seed, Source } from '../../project/node.ts';
import type { Project } from '../../project/project.ts';
import type { Place } from '../../sql.ts';
import { type Catalog, readCatalog } from '../../warehouse/catalog.ts';
import { openReadOnly } from '../../warehouse/duckdb.ts';
import { openFileReader, readFileSource } from '../../warehouse/file-source.ts';
import { SqlError } from '../../warehouse/sql-error.ts';
import type { ColumnType, Warehouse } from '../../warehouse/warehouse.ts';
import { isRootNode } from '../root-node.ts';
import { type FileTable, requireSameMarks } from './file-marks.ts';

/**
 * Columns of every source and seed by unique id. A seed, or a source that is a file, has the columns of its file, since
 * each build loads that again. Any other source has those of its table in the warehouse, else the recorded ones, else those
 * that YAML declares, if each has a type. A source without any of these is left out. So is a source over the table of a
 * node, which has the columns of that node.
 * @throws {UserError} for each seed file that cannot be read, and for each source that marks fewer columns of its file
 *   than another source or seed
 */
export async function sourceColumns(
  project: Project,
  warehouse: Warehouse | undefined,
): Promise<ReadonlyMap<string, readonly ColumnType[]>> {
  const catalogs = [...(warehouse ? [await readCatalog(warehouse)] : []), ...(await attachedCatalogs(project))];
  const seeds = [...project.nodes.values()].filter(isRootNode);
  const columns = new Map([...(await seedColumns(seeds, project)), ...(await fileColumns(project))]);
  for (const source of project.sources.values()) {
    if (source.node !== undefined || columns.has(source.uniqueId)) continue;
    const [table] = catalogs.flatMap((catalog) => catalog.find(source) ?? []);
    const found = table?.columns ?? recorded(source) ?? declared(source.columns);
    if (found) columns.set(source.uniqueId, found);
  }
  return columns;
}

/** Catalogs of the DuckDB files that the profile attaches. They find a table by the name under which its file is attached. */
function attachedCatalogs({ target }: Project): Promise<readonly Pick<Catalog, 'find'>[]> {
  const files = (target.attached ?? []).filter((database) => database.kind === 'file');
  return Promise.all(files.map(attachedCatalog));
}

async function attachedCatalog({ path, alias }: { readonly path: string; readonly alias: string }) {
  await using opened = await openReadOnly(path);
  const { find, tables } = await readCatalog(opened);
  const [{ database } = { database: alias }] = tables;
  return { find: (place: Place) => (sameName(place.database, alias) ? find({ ...place, database }) : undefined) };
}

async function seedColumns(
  seeds: readonly Seed[],
  project: Project,
): Promise<ReadonlyMap<string, readonly ColumnType[]>> {
  const mistakes = new Mistakes();
  const columns = new Map<string, readonly ColumnType[]>();
  for (const seed of seeds) {
    const table = await mistakes.during(() => project.readSeed(seed));
    if (table) columns.set(seed.uniqueId, table.columns);
  }
  mistakes.throwIfAny();
  return columns;
}

/** Columns of the sources that are files. A file that cannot be read gives none, so the declared columns count. */
async function fileColumns(project: Project): Promise<ReadonlyMap<string, readonly ColumnType[]>> {
  const sources = [...project.sources.values()].filter(({ file }) => file?.kind === 'file');
  if (sources.length === 0) return new Map();
  const folders = fileFolders(project);
  const tables: FileTable[] = [];
  await using reader = await openFileReader(':memory:', folders);
  for (const source of sources) {
    try {
      const { query, files } = await readFileSource(source.file?.text ?? '', folders, reader);
      tables.push({ source, files, columns: await reader.describe(query) });
    } catch (cause) {
      if (!(cause instanceof SqlError)) throw cause;
    }
  }
  await requireSameMarks(tables, project);
  return new Map(tables.map(({ source, columns }) => [source.uniqueId, columns]));
}

/** Recorded columns of a source, and those that only YAML declares, with a type; `undefined` if none are recorded. */
function recorded({ recorded: columns, columns: written }: Source): readonly ColumnType[] | undefined {
  if (!columns) return undefined;
  const others = [...written.values()].flatMap(({ name, dataType, path }) =>
    path || dataType === undefined || columns.some((column) => sameName(column.name, name))
      ? []
      : [{ name, type: dataType }],
  );
  return [...columns, ...others];
}

function declared(columns: Columns): readonly ColumnType[] | undefined {
  const types: ColumnType[] = [];
  for (const { name, dataType, path } of columns.values()) {
    if (path) continue;
    if (dataType === undefined) return undefined;
    types.push({ name, type: dataType });
  }
  return types.length > 0 ? types : undefined;
}
