import { DuckDBInstance } from '@duckdb/node-api';

/**
 * Reads each table and view of a DuckDB file as goldens describe them: kind, rows, columns, and a hash of the rows in any
 * order.
 * @param {string} file
 * @returns {Promise<{ readonly [name: string]: import('./compare.mjs').Table }>}
 */
export async function readTables(file) {
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  const rows = async (/** @type {string} */ sql) => (await connection.runAndReadAll(sql)).getRowsJson();
  /** @type {{ [name: string]: import('./compare.mjs').Table }} */
  const tables = {};
  const listed = await rows(
    `select table_schema, table_name, table_type from information_schema.tables
     where table_catalog = current_database() order by all`,
  );
  for (const [schema, name, type] of listed) {
    const relation = `${quote(schema)}.${quote(name)}`;
    const columns = (await rows(`describe ${relation}`)).map(([column, columnType]) => [
      String(column),
      String(columnType),
    ]);
    const rounded = columns.map(([column, columnType]) =>
      columnType === 'DOUBLE' || columnType === 'FLOAT' ? `printf('%.9g', ${quote(column)})` : quote(column),
    );
    const [[count, hash, hashOfRounded] = []] = await rows(
      `select count(*), coalesce(bit_xor(hash(x)), 0), coalesce(bit_xor(hash(row(${rounded.join(', ')}))), 0) from ${relation} x`,
    );
    tables[`${schema}.${name}`] = {
      type: String(type),
      rows: Number(count),
      hash: String(hash),
      columns: columns.map(([column = '', columnType = '']) => [column, columnType]),
      rounded: String(hashOfRounded),
    };
  }
  connection.closeSync();
  instance.closeSync();
  return tables;
}

/**
 * Fills tables from CSV files, as a project's own loader does.
 * @param {string} file the DuckDB file
 * @param {string} schema
 * @param {readonly (readonly [string, string])[]} tables name and path of the CSV file
 */
export async function loadTables(file, schema, tables) {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  await connection.run(`create schema if not exists ${quote(schema)}`);
  for (const [name, csv] of tables) {
    const path = csv.replaceAll("'", "''");
    await connection.run(
      `create or replace table ${quote(schema)}.${quote(name)} as select * from read_csv_auto('${path}')`,
    );
  }
  connection.closeSync();
  instance.closeSync();
}

/** @param {unknown} name */
function quote(name) {
  return `"${String(name).replaceAll('"', '""')}"`;
}
