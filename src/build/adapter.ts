import type { Adapter } from '../project/project.ts';
import { projectSql, type Sql } from '../sql.ts';
import { UserError } from '../user-error.ts';
import { readTable, relationKind } from '../warehouse/catalog.ts';
import { readConstantQuery } from '../warehouse/constant-query.ts';
import { requireOneQuery } from '../warehouse/one-query.ts';
import { ownWords, SqlError } from '../warehouse/sql-error.ts';
import type { ColumnType, Row, Warehouse } from '../warehouse/warehouse.ts';

/**
 * The adapter that templates query while they are rendered (dbt: `run_query`, `adapter`). It refuses a statement that
 * writes: its rows would be in a table without column lineage.
 */
export function warehouseAdapter(warehouse: Warehouse, database: string): Adapter {
  return {
    async query(text) {
      const { query, columns } = await describeQuery(warehouse, text);
      const isConstant = (await readConstantQuery(text, warehouse)) !== undefined;
      const rows = await readRows(warehouse, query);
      const [names, types] = [columns.map(({ name }) => name), columns.map(({ type }) => type)];
      return { columns: names, types, rows: rows.map((row) => Object.values(row)), isConstant };
    },
    relationType: (schema, alias) => relationKind({ database, schema, alias }, warehouse),
    async columns(schema, alias) {
      return (await readTable({ database, schema, alias }, warehouse))?.columns ?? [];
    },
  };
}

/** Runs a template's query. The error of one that fails leaves out the engine's message, which may quote rows. */
async function readRows(warehouse: Warehouse, query: Sql): Promise<readonly Row[]> {
  try {
    return await warehouse.rows(query);
  } catch (cause) {
    if (!(cause instanceof SqlError) || cause.kind === 'interrupt') throw cause;
    throw new UserError(
      {
        code: 'bad-query',
        message: `a query of a template fails: ${ownWords(cause) ?? `${cause.kind} error on the data; its text may quote a value, so it is not shown`}`,
        fix: 'run the query where you may see the data',
      },
      { cause },
    );
  }
}

async function describeQuery(
  warehouse: Warehouse,
  text: string,
): Promise<{ readonly query: Sql; readonly columns: readonly ColumnType[] }> {
  try {
    const query = await requireOneQuery(projectSql(text), warehouse);
    return { query, columns: await warehouse.describe(query) };
  } catch (cause) {
    if (!(cause instanceof SqlError)) throw cause;
    // The query was only planned, so the engine's message quotes no data.
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
