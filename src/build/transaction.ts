import { sql } from '../sql.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** Runs the work in a transaction: commits, or rolls back if the work throws. */
export async function inTransaction<Result>(session: Warehouse, work: () => Promise<Result>): Promise<Result> {
  await session.run(sql`begin transaction`);
  try {
    const result = await work();
    await session.run(sql`commit`);
    return result;
  } catch (error) {
    // A closed session has rolled back already and fails here; the first error is the one to throw.
    await session.run(sql`rollback`).catch(() => undefined);
    throw error;
  }
}
