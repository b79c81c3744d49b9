import { identifier, type Sql, sql } from '../sql.ts';
import { readType } from '../warehouse/one-type.ts';
import type { ColumnType, Warehouse } from '../warehouse/warehouse.ts';

/** Gives a table more columns, with the types that the engine described. */
export async function addColumns(session: Warehouse, target: Sql, columns: readonly ColumnType[]): Promise<void> {
  for (const { name, type } of columns) {
    await session.run(sql`alter table ${target} add column ${identifier(name)} ${await storedType(type, session)}`);
  }
}

/** A type that the engine described, for a statement. */
export async function storedType(described: string, session: Warehouse): Promise<Sql> {
  const type = await readType(described, session);
  // The type is not shown: an ENUM is spelled by its values.
  if (!type) throw new Error('internal: the engine does not read a type that it described');
  return type;
}
