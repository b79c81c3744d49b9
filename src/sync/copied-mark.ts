import { identifier, literal, type Sql, sql } from '../sql.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** A table of the warehouse. */
interface Target {
  readonly schema: string;
  readonly name: string;
}

/** SQL that marks a table as copied for a project, in its comment, where people see it, too. */
export function markStatement({ schema, name }: Target, from: string, project: string): Sql {
  return sql`comment on table ${identifier(schema, name)} is ${literal(`${markOf(project)} from ${from}`)}`;
}

function markOf(project: string): string {
  return `copied by fenceline sync of project ${project}`;
}

/** Drops tables that were copied for the project before and are not among its targets any more. @returns their names */
export async function dropLeftTables(
  warehouse: Warehouse,
  project: string,
  targets: readonly Target[],
): Promise<readonly string[]> {
  const marked = await warehouse.rows(
    sql`select schema_name as schema, table_name as name from duckdb_tables()
    where database_name = current_database() and starts_with(comment, ${literal(`${markOf(project)} from `)}) order by all`,
  );
  const left = marked
    .map(({ schema, name }) => ({ schema: String(schema), name: String(name) }))
    .filter((table) => !targets.some(({ schema, name }) => schema === table.schema && name === table.name));
  for (const { schema, name } of left) await warehouse.run(sql`drop table ${identifier(schema, name)}`);
  return left.map(({ name }) => name);
}
