import { nameKey } from '../name.ts';
import { type Place, relation, type Sql, sql } from '../sql.ts';
import type { ColumnType, Row, Warehouse } from './warehouse.ts';

/** Tables and views of the warehouse at one moment. `find` compares names as DuckDB does, without case. */
export interface Catalog {
  find(place: Place): CatalogTable | undefined;
  readonly tables: readonly CatalogTable[];
}

export interface CatalogTable extends Place {
  readonly kind: 'table' | 'view';
  /** Columns in the order of the table. */
  readonly columns: readonly ColumnType[];
  readonly relation: Sql;
}

/** Reads all tables and views, except those that the engine itself has. */
export async function readCatalog(session: Warehouse): Promise<Catalog> {
  const tables = readTables(await session.rows(tablesWhere(sql`not internal`)));
  return { find: (place) => tables.get(keyOf(place)), tables: [...tables.values()] };
}

/** Reads one table or view, also one that the engine itself has. */
export async function readTable(place: Place, session: Warehouse): Promise<CatalogTable | undefined> {
  const rows = await session.rows(tablesWhere(AT_PLACE), [place.database, place.schema, place.alias]);
  return readTables(rows).get(keyOf(place));
}

/** Kind of a relation, read without its columns; `undefined` if there is none. */
export async function relationKind(place: Place, session: Warehouse): Promise<CatalogTable['kind'] | undefined> {
  const rows = await session.rows(
    sql`select database_name, schema_name, table_name, kind from (${TABLES}) where ${AT_PLACE}`,
    [place.database, place.schema, place.alias],
  );
  return readTables(rows).get(keyOf(place))?.kind;
}

const TABLES = sql`
  select database_name, schema_name, table_name, 'table' as kind, internal from duckdb_tables()
  union all
  select database_name, schema_name, view_name, 'view', internal from duckdb_views()`;

/** lower() treats more letters as equal than DuckDB does in names. `find` drops the rows that match only by lower(). */
const AT_PLACE = sql`
  lower(database_name) = lower(?) and lower(schema_name) = lower(?) and lower(table_name) = lower(?)`;

/** A view over a missing table has no columns, but it is still in the catalog: hence the outer join. */
function tablesWhere(condition: Sql): Sql {
  return sql`
    select database_name, schema_name, table_name, kind, column_name, data_type
    from (from (${TABLES}) where ${condition})
    left join (select database_name, schema_name, table_name, column_name, data_type, column_index from duckdb_columns())
      using (database_name, schema_name, table_name)
    order by database_name, schema_name, table_name, column_index`;
}

function readTables(rows: readonly Row[]): ReadonlyMap<string, CatalogTable> {
  const tables = new Map<string, CatalogTable & { readonly columns: ColumnType[] }>();
  for (const row of rows) {
    const place = {
      database: String(row['database_name']),
      schema: String(row['schema_name']),
      alias: String(row['table_name']),
    };
    const kind = row['kind'] === 'view' ? 'view' : 'table';
    const table = tables.get(keyOf(place)) ?? { ...place, kind, relation: relation(place), columns: [] };
    const { column_name: name, data_type: type } = row;
    if (typeof name === 'string') table.columns.push({ name, type: String(type) });
    tables.set(keyOf(place), table);
  }
  return tables;
}

function keyOf({ database, schema, alias }: Place): string {
  return nameKey(database, schema, alias);
}
