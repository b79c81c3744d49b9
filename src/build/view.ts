import { relation, sql } from '../sql.ts';
import { requireContract } from './contract.ts';
import type { Materialization } from './materialization.ts';
import { wrapSql } from './statement.ts';

/** dbt: view. */
export const view: Materialization = {
  name: 'view',
  async build(job) {
    const { model, query, session, existing, run } = job;
    await requireContract(job);
    const place = relation(model);
    if (existing === 'table') await session.run(sql`drop table ${place}`);
    await run(wrapSql(sql`create or replace view ${place} as (`, query, sql`)`));
  },
};
