import { tableContract } from '../project/contract.ts';
import { relation, sql } from '../sql.ts';
import { createContracted, requireContract } from './contract.ts';
import { createIndexes } from './indexes.ts';
import type { Job, Materialization } from './materialization.ts';
import { wrapSql } from './statement.ts';

/** dbt: table. */
export const table: Materialization = { name: 'table', build: createTable };

/**
 * Makes the table of a model, in place of any relation of its name; other sessions see the old one until the
 * transaction ends.
 */
export async function createTable(job: Job): Promise<void> {
  const { model, query, session, existing, run } = job;
  const place = relation(model);
  await requireContract(job);
  if (existing === 'view') await session.run(sql`drop view ${place}`);
  const contract = tableContract(model);
  if (contract) await createContracted(job, contract, place);
  else await run(wrapSql(sql`create or replace table ${place} as (`, query, sql`)`));
  await createIndexes(job);
}
