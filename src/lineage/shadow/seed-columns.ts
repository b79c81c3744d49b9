import { join } from 'node:path';
import type { Seed } from '../../project/node.ts';
import { openWithFiles } from '../../warehouse/duckdb.ts';
import { quoteLiteral } from '../../warehouse/relation.ts';
import { SqlError } from '../../warehouse/sql-error.ts';
import type { ColumnType, Warehouse } from '../../warehouse/warehouse.ts';

/**
 * Columns that CSV files of seeds would get when loaded, for seeds that are not in the warehouse yet. A file DuckDB
 * cannot read is left out.
 *
 * @param directory of the project
 */
export async function seedColumns(
  seeds: readonly Seed[],
  directory: string,
): Promise<ReadonlyMap<string, readonly ColumnType[]>> {
  const columns = new Map<string, readonly ColumnType[]>();
  if (seeds.length === 0) return columns;
  await using warehouse = await openWithFiles(':memory:', { threads: 1 });
  for (const seed of seeds) {
    const found = await describeFile(seed, directory, warehouse);
    if (found) columns.set(seed.uniqueId, found);
  }
  return columns;
}

async function describeFile(
  { originalFilePath, config }: Seed,
  directory: string,
  warehouse: Warehouse,
): Promise<readonly ColumnType[] | undefined> {
  const file = quoteLiteral(join(directory, originalFilePath));
  const types = declaredTypes(config.other['column_types']);
  try {
    const sniffed = await warehouse.describe(`from read_csv(${file}, header = true)`);
    return sniffed.map(({ name, type }) => ({ name, type: types.get(name.toLowerCase()) ?? type }));
  } catch (cause) {
    if (cause instanceof SqlError) return undefined;
    throw cause;
  }
}

/** dbt: `column_types`, a dict of names and types. */
function declaredTypes(value: unknown): ReadonlyMap<string, string> {
  return new Map(Object.entries(value ?? {}).map(([name, type]) => [name.toLowerCase(), String(type)]));
}
