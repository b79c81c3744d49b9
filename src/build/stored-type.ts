import { identifier, type Sql, sql } from '../sql.ts';
import { readType } from '../warehouse/one-type.ts';
import type { ColumnType, Warehouse } from '../warehouse/warehouse.ts';

/** Adds columns to a table. Their types are texts of DESCRIBE. */
export async function addColumns(session: Warehouse, target: Sql, columns: readonly ColumnType[]): Promise<void> {
  for (const { name, type } of columns) {
    await session.run(sql`alter table ${target} add column ${identifier(name)} ${await storedType(type, session)}`);
  }
}

/** The SQL of a type, read from a text of DESCRIBE. */
export async function storedType(described: string, session: Warehouse): Promise<Sql> {
  const type = await readType(described, session);
  // The message leaves out the type: an ENUM is spelled with its values.
  if (!type) throw new Error('internal: the engine does not read a type that it described');
  return type;
}
