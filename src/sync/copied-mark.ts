import { nameKey } from '../name.ts';
import { identifier, literal, type Sql, sql } from '../sql.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** A table of the warehouse. */
interface Target {
  readonly schema: string;
  readonly name: string;
}

/** What a copy notes about its table for the next one: names and types, no value. */
export interface CopiedState {
  /** The table in Postgres: `public.user`, or `public.user of crm` in a database with a name. */
  readonly from: string;
  /** The type in Postgres of each column there, also of excluded ones. New columns that were left out are missing. */
  readonly columns: { readonly [column: string]: string };
  /** Mark of the rules of an incremental copy; absent for a table that is always copied whole. */
  readonly rule?: string;
}

/** SQL that marks a table as copied for a project, in its comment, where people see it, too. */
export function markStatement({ schema, name }: Target, state: CopiedState, project: string): Sql {
  const mark = `${markOf(project)} from ${state.from}\n${JSON.stringify(state)}`;
  return sql`comment on table ${identifier(schema, name)} is ${literal(mark)}`;
}

function markOf(project: string): string {
  return `copied by fenceline sync of project ${project}`;
}

/** Finds the states of the tables that were copied for the project before. @returns them by the key of the table's name */
export async function readCopiedStates(
  warehouse: Warehouse,
  project: string,
): Promise<ReadonlyMap<string, CopiedState>> {
  const states = (await markedTables(warehouse, project)).flatMap(({ schema, name, comment }) => {
    const state = parseState(comment.slice(comment.lastIndexOf('\n') + 1));
    return state ? [[nameKey(schema, name), state] as const] : [];
  });
  return new Map(states);
}

function parseState(text: string): CopiedState | undefined {
  try {
    const state: unknown = JSON.parse(text);
    return isState(state) ? state : undefined;
  } catch {
    // An older version wrote no state.
    return undefined;
  }
}

function isState(state: unknown): state is CopiedState {
  if (typeof state !== 'object' || state === null || !('from' in state) || !('columns' in state)) return false;
  const { from, columns } = state;
  if ('rule' in state && typeof state.rule !== 'string') return false;
  return typeof from === 'string' && typeof columns === 'object' && columns !== null && areTexts(columns);
}

function areTexts(values: object): boolean {
  return Object.values(values).every((value) => typeof value === 'string');
}

/** Drops tables that were copied for the project before and are not among its targets any more. @returns their names */
export async function dropLeftTables(
  warehouse: Warehouse,
  project: string,
  targets: readonly Target[],
): Promise<readonly string[]> {
  const left = (await markedTables(warehouse, project)).filter(
    (table) => !targets.some(({ schema, name }) => schema === table.schema && name === table.name),
  );
  for (const { schema, name } of left) await warehouse.run(sql`drop table ${identifier(schema, name)}`);
  return left.map(({ name }) => name);
}

async function markedTables(warehouse: Warehouse, project: string) {
  const tables = await warehouse.rows(
    sql`select schema_name as schema, table_name as name, comment from duckdb_tables()
    where database_name = current_database() and starts_with(comment, ${literal(`${markOf(project)} from `)}) order by all`,
  );
  return tables.map(({ schema, name, comment }) => ({
    schema: String(schema),
    name: String(name),
    comment: String(comment),
  }));
}
