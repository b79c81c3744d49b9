import type { Placement } from '../project/node.ts';
import { quoteIdentifier } from '../warehouse/relation.ts';
import type { ColumnType, Warehouse } from '../warehouse/warehouse.ts';

/** The tables and views that are in the warehouse now. */
export interface WarehouseTables {
  /** Finds a table by its names, in any case; `undefined` when there is none. */
  find(place: Place): WarehouseTable | undefined;
}

export interface WarehouseTable {
  /** Name for SQL, quoted, with catalog and schema. */
  readonly relation: string;
  readonly columns: readonly ColumnType[];
}

type Place = Pick<Placement, 'database' | 'schema' | 'alias'>;

export async function readWarehouseTables(session: Warehouse): Promise<WarehouseTables> {
  const rows = await session.rows(
    `select database_name, schema_name, table_name, column_name, data_type
     from duckdb_columns() where not internal order by database_name, schema_name, table_name, column_index`,
  );
  const tables = new Map<string, { readonly relation: string; readonly columns: ColumnType[] }>();
  for (const row of rows) {
    const place = {
      database: String(row['database_name']),
      schema: String(row['schema_name']),
      alias: String(row['table_name']),
    };
    const table = tables.get(keyOf(place)) ?? { relation: relationOf(place), columns: [] };
    table.columns.push({ name: String(row['column_name']), type: String(row['data_type']) });
    tables.set(keyOf(place), table);
  }
  return { find: (place) => tables.get(keyOf(place)) };
}

function keyOf({ database, schema, alias }: Place): string {
  return [database, schema, alias].join('\u0000').toLowerCase();
}

function relationOf({ database, schema, alias }: Place): string {
  return [database, schema, alias].map(quoteIdentifier).join('.');
}
