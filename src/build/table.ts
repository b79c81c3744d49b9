import { relation, sql } from '../sql.ts';
import type { Job, Materialization } from './materialization.ts';
import { wrapSql } from './statement.ts';

/** dbt: table. */
export const table: Materialization = { name: 'table', build: createTable };

/** Replaces the relation in the model's place; other sessions see the old one until the transaction ends. */
export async function createTable({ model, query, session, existing, run }: Job): Promise<void> {
  const place = relation(model);
  if (existing === 'view') await session.run(sql`drop view ${place}`);
  await run(wrapSql(sql`create or replace table ${place} as (`, query, sql`)`));
}
