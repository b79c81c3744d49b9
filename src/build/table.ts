import type { Job, Materialization } from './materialization.ts';
import { relationOf } from './relation-of.ts';
import { wrapSql } from './statement.ts';

/** dbt: table. */
export const table: Materialization = { name: 'table', build: createTable };

/** Replaces what stands in the model's place; other sessions see the old one until the transaction ends. */
export async function createTable({ model, sql, session, existing, run }: Job): Promise<void> {
  const relation = relationOf(model);
  if (existing === 'view') await session.run(`drop view ${relation}`);
  await run(wrapSql(`create or replace table ${relation} as (\n`, sql, ')'));
}
