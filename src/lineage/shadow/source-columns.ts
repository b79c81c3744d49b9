import type { Columns, Placement } from '../../project/node.ts';
import type { Project } from '../../project/project.ts';
import type { ColumnType, Warehouse } from '../../warehouse/warehouse.ts';
import { isRootNode } from '../root-node.ts';
import { seedColumns } from './seed-columns.ts';

/**
 * Columns of every source and seed by unique id: of the table in the warehouse, where there is one; else of the seed's
 * file, also for a source over its table, or as YAML declares them when each has a type. A source without any is left out.
 */
export async function sourceColumns(
  project: Project,
  warehouse: Warehouse | undefined,
): Promise<Map<string, readonly ColumnType[]>> {
  const tables = warehouse ? await readTables(warehouse) : new Map<string, readonly ColumnType[]>();
  const seeds = [...project.nodes.values()].filter(isRootNode);
  const columns = new Map<string, readonly ColumnType[]>();
  for (const root of [...project.sources.values(), ...seeds]) {
    const found = tables.get(keyOf(root)) ?? (root.resourceType === 'source' ? declared(root.columns) : undefined);
    if (found) columns.set(root.uniqueId, found);
  }
  const missing = seeds.filter(({ uniqueId }) => !columns.has(uniqueId));
  const known = new Map([...columns, ...(await seedColumns(missing, project.directory))]);
  for (const source of project.sources.values()) {
    const seed = seeds.find((candidate) => keyOf(candidate) === keyOf(source));
    const loaded = seed && known.get(seed.uniqueId);
    if (loaded && !known.has(source.uniqueId)) known.set(source.uniqueId, loaded);
  }
  return known;
}

async function readTables(warehouse: Warehouse): Promise<ReadonlyMap<string, readonly ColumnType[]>> {
  const rows = await warehouse.rows(
    `select database_name, schema_name, table_name, column_name, data_type
     from duckdb_columns() where not internal order by database_name, schema_name, table_name, column_index`,
  );
  const tables = new Map<string, ColumnType[]>();
  for (const row of rows) {
    const key = keyOf({
      database: String(row['database_name']),
      schema: String(row['schema_name']),
      alias: String(row['table_name']),
    });
    const columns = tables.get(key) ?? [];
    columns.push({ name: String(row['column_name']), type: String(row['data_type']) });
    tables.set(key, columns);
  }
  return tables;
}

function declared(columns: Columns): readonly ColumnType[] | undefined {
  const types: ColumnType[] = [];
  for (const { name, dataType } of columns.values()) {
    if (dataType === undefined) return undefined;
    types.push({ name, type: dataType });
  }
  return types.length > 0 ? types : undefined;
}

function keyOf({ database, schema, alias }: Pick<Placement, 'database' | 'schema' | 'alias'>): string {
  return [database, schema, alias].join('\u0000').toLowerCase();
}
