import type { Test } from '../project/node.ts';
import { literal, relation, sql } from '../sql.ts';
import { relationKind } from '../warehouse/catalog.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { type Statement, wrapSql } from './statement.ts';

/** The statement that keeps the failures of a test in a relation of its own (dbt: store_failures). */
export function storingStatement(test: Test, query: Statement, as: 'table' | 'view'): Statement {
  const { limit } = test.config;
  const place = relation(test);
  const end = limit === undefined ? sql`` : sql` limit ${literal(limit)}`;
  const before = as === 'view' ? sql`create view ${place} as ` : sql`create table ${place} as `;
  return wrapSql(sql`${before}select * from (`, query, sql`) as dbt_internal_test${end}`);
}

/** Removes the relation that an earlier run of a test left. */
export async function dropStored(test: Test, session: Warehouse): Promise<void> {
  const kind = await relationKind(test, session);
  if (kind === 'table') await session.run(sql`drop table ${relation(test)}`);
  if (kind === 'view') await session.run(sql`drop view ${relation(test)}`);
}
