import type { Seed } from '../project/node.ts';
import type { SeedColumn, SeedTable } from '../project/seeds/read-seed.ts';
import { unknownSeedType } from '../project/seeds/unknown-type.ts';
import { identifier, literal, relation, type Sql, sql } from '../sql.ts';
import { UserError } from '../user-error.ts';
import { readType } from '../warehouse/one-type.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/**
 * Makes the table of a seed anew (dbt: seed). Gives the number of its rows.
 * @throws {UserError} for a type in `column_types` that is not one type
 */
export async function loadSeed(
  seed: Seed,
  { columns, rows }: SeedTable,
  session: Warehouse,
  existing: 'table' | 'view' | undefined,
): Promise<number> {
  const place = relation(seed);
  const typed = await Promise.all(
    columns.map(async (column) => ({ name: column.name, type: await typeOf(column, seed, session) })),
  );
  if (existing === 'view') await session.run(sql`drop view ${place}`);
  const definitions = typed.map(({ name, type }) => sql`${identifier(name)} ${type}`);
  await session.run(sql`create or replace table ${place} (${definitions})`);
  const values = typed.map(({ type }, index) => sql`cast(cells[${literal(index + 1)}] as ${type})`);
  // The rows are inserted as one JSON text: the engine may read no files here, and a statement for each row would take
  // minutes.
  await session.run(
    sql`insert into ${place} select ${values}
      from (select unnest(json_transform(?::json, '[["VARCHAR"]]')) as cells)`,
    [JSON.stringify(rows)],
  );
  return rows.length;
}

async function typeOf(column: SeedColumn, seed: Seed, session: Warehouse): Promise<Sql> {
  const type = await readType(column.type, session);
  if (!type) throw new UserError(unknownSeedType(seed, column));
  return type;
}
