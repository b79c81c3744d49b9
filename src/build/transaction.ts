import { sql } from '../sql.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** Commits what the work did, or undoes it where the work throws. */
export async function inTransaction<Result>(session: Warehouse, work: () => Promise<Result>): Promise<Result> {
  await session.run(sql`begin transaction`);
  try {
    const result = await work();
    await session.run(sql`commit`);
    return result;
  } catch (error) {
    // A closed session has rolled back already; what went wrong first is what counts.
    await session.run(sql`rollback`).catch(() => undefined);
    throw error;
  }
}
