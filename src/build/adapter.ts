import type { Adapter } from '../project/project.ts';
import { UserError } from '../user-error.ts';
import { SqlError } from '../warehouse/sql-error.ts';
import type { Row, Warehouse } from '../warehouse/warehouse.ts';

/**
 * What templates reach of the warehouse while they are rendered. They may query and nothing else: a statement that
 * writes could put personal data where no trace looks.
 */
export function warehouseAdapter(warehouse: Warehouse, database: string): Adapter {
  return {
    async query(sql) {
      const columns = await describeQuery(warehouse, sql);
      const rows = await readRows(warehouse, sql);
      return { columns, rows: rows.map((row) => Object.values(row)) };
    },
    async relationType(schema, name) {
      const [found] = await warehouse.rows(
        `select table_type from information_schema.tables
         where lower(table_catalog) = lower(?) and lower(table_schema) = lower(?) and lower(table_name) = lower(?)`,
        [database, schema, name],
      );
      if (!found) return undefined;
      return found['table_type'] === 'VIEW' ? 'view' : 'table';
    },
    async columns(schema, name) {
      const rows = await warehouse.rows(
        `select column_name, data_type from duckdb_columns()
         where lower(database_name) = lower(?) and lower(schema_name) = lower(?) and lower(table_name) = lower(?)
         order by column_index`,
        [database, schema, name],
      );
      return rows.map((row) => ({ name: String(row['column_name']), type: String(row['data_type']) }));
    },
  };
}

/** What the engine says of a query that ran may quote rows. */
async function readRows(warehouse: Warehouse, sql: string): Promise<readonly Row[]> {
  try {
    return await warehouse.rows(sql);
  } catch (cause) {
    if (!(cause instanceof SqlError) || cause.kind === 'interrupt') throw cause;
    throw new UserError(
      {
        code: 'bad-query',
        message: `a query of a template fails: ${cause.kind} error on the data; its text may quote a value, so it is not shown`,
        fix: 'run the query where you may see the data',
      },
      { cause },
    );
  }
}

async function describeQuery(warehouse: Warehouse, sql: string): Promise<readonly string[]> {
  try {
    return (await warehouse.describe(sql)).map(({ name }) => name);
  } catch (cause) {
    if (!(cause instanceof SqlError)) throw cause;
    // Nothing was run, so the engine's words quote no data.
    throw new UserError(
      {
        code: 'bad-query',
        message: `a query of a template cannot run: ${cause.message.split('\n')[0]}`,
        fix: 'run_query and statement may hold one query each; what writes belongs into a model',
      },
      { cause },
    );
  }
}
