import type { Materialization } from './materialization.ts';
import { relationOf } from './relation-of.ts';
import { wrapSql } from './statement.ts';

/** dbt: view. */
export const view: Materialization = {
  name: 'view',
  async build({ model, sql, session, existing, run }) {
    const relation = relationOf(model);
    if (existing === 'table') await session.run(`drop table ${relation}`);
    await run(wrapSql(`create or replace view ${relation} as (\n`, sql, ')'));
  },
};
