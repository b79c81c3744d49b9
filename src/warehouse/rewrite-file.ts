import { EnvironmentError } from '../environment-error.ts';
import { identifier, literal, type Sql, sql } from '../sql.ts';
import { openWithFiles } from './duckdb.ts';
import { SqlError } from './sql-error.ts';
import type { Warehouse } from './warehouse.ts';

/** Name of the old database while it is attached. */
const OLD = 'fenceline_old';

/** Whether a database file has free blocks: they may still contain deleted rows. */
export async function hasFreedBlocks(path: string): Promise<boolean> {
  await using warehouse = await openWithFiles(path);
  const [size] = await warehouse.rows(
    sql`select free_blocks from pragma_database_size() where database_name = current_database()`,
  );
  return Number(size?.['free_blocks']) > 0;
}

/**
 * Copies a database to a new file: all schemas, tables, views, macros, types and sequences, without the bytes of
 * replaced or deleted rows. It does not bind views, so a view over a missing table is kept.
 * @param to path of the new file. Its file name must be that of the old one, since views may name their database
 * @throws {EnvironmentError}
 */
export async function rewriteFile(from: string, to: string): Promise<void> {
  await using warehouse = await openWithFiles(to);
  try {
    await warehouse.run(sql`attach ${literal(from)} as ${identifier(OLD)} (read_only)`);
    const [{ name } = {}] = await warehouse.rows(sql`select current_database() as name`);
    await warehouse.run(sql`copy from database ${identifier(OLD)} to ${identifier(String(name))} (schema)`);
    await copyRows(warehouse, String(name));
    await warehouse.run(sql`detach ${identifier(OLD)}; checkpoint`);
  } catch (cause) {
    if (!(cause instanceof SqlError)) throw cause;
    throw new EnvironmentError(
      `the warehouse ${from} cannot be written anew: DuckDB says ${cause.kind}`,
      'check space on its disk, or move the file away: the next run creates a new one',
      { cause },
    );
  }
}

/** Copies the rows of all tables. A table comes after the tables that its foreign keys refer to. */
async function copyRows(warehouse: Warehouse, database: string): Promise<void> {
  const tables = await warehouse.rows(
    sql`select schema_name as schema, table_name as name,
      contains(upper(sql), 'GENERATED ALWAYS') as may_generate
    from duckdb_tables() where database_name = ${literal(OLD)} and not internal`,
  );
  const keys = await warehouse.rows(
    sql`select schema_name as schema, table_name as name, referenced_table as needed
    from duckdb_constraints() where database_name = ${literal(OLD)} and constraint_type = 'FOREIGN KEY' and table_name <> referenced_table`,
  );
  let waiting = tables;
  while (waiting.length > 0) {
    const ready = waiting.filter(
      (table) =>
        !keys.some(
          (key) =>
            key['schema'] === table['schema'] &&
            key['name'] === table['name'] &&
            waiting.some((other) => other['schema'] === key['schema'] && other['name'] === key['needed']),
        ),
    );
    if (ready.length === 0) throw new Error('internal: foreign keys in a circle, which DuckDB cannot make');
    for (const table of ready) {
      const place = [String(table['schema']), String(table['name'])] as const;
      const target = identifier(database, ...place);
      const columns = table['may_generate'] === true ? await storedColumns(warehouse, database, place) : sql`*`;
      const list = table['may_generate'] === true ? sql`(${columns})` : sql``;
      await warehouse.run(sql`insert into ${target} ${list} select ${columns} from ${identifier(OLD, ...place)}`);
    }
    waiting = waiting.filter((table) => !ready.includes(table));
  }
}

/**
 * The columns that can be inserted, which generated columns cannot. The catalog does not say which are generated, so it
 * plans an insert into each.
 */
async function storedColumns(warehouse: Warehouse, database: string, [schema, table]: readonly [string, string]) {
  const all = await warehouse.rows(
    sql`select column_name as name from duckdb_columns()
    where database_name = ${literal(OLD)} and schema_name = ${literal(schema)} and table_name = ${literal(table)}
    order by column_index`,
  );
  const stored = [];
  for (const { name } of all) {
    const column = identifier(String(name));
    const insert = sql`explain insert into ${identifier(database, schema, table)} (${column}) select null where false`;
    if (await isBound(insert, warehouse)) stored.push(column);
  }
  return sql`${stored}`;
}

/** Whether the engine binds a statement. Any other failure is thrown: a column must not be lost by it. */
async function isBound(explain: Sql, warehouse: Warehouse): Promise<boolean> {
  try {
    await warehouse.rows(explain);
    return true;
  } catch (cause) {
    if (cause instanceof SqlError && cause.kind === 'binder') return false;
    throw cause;
  }
}
