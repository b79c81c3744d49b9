import { type ProjectSql, projectSql, type Sql } from '../sql.ts';
import { SqlText } from '../trusted-sql.ts';
import { requireAllowedCalls } from './functions/refused-call.ts';
import { SqlError } from './sql-error.ts';
import type { Warehouse } from './warehouse.ts';

/**
 * SQL of a project that is one query, and so may be run and stand in a statement of ours. What closes our brackets and goes
 * on behind them would be run, too, and could write anywhere. It ends in a line of its own, since its last may be a comment.
 * @throws {SqlError} for anything but one query, and for a call that no statement of a project may hold
 */
export async function requireOneQuery(query: ProjectSql, session: Warehouse): Promise<Sql> {
  await requireAllowedCalls(query, session);
  if (await isOneQuery(query, session)) return new SqlText(`${query.text}\n`);
  // Says what is wrong, and where.
  await session.describe(query);
  throw new SqlError('parser', 'this is not one query', undefined);
}

async function isOneQuery(query: ProjectSql, session: Warehouse): Promise<boolean> {
  const parsed = await session.parse(query);
  if (parsed.ok) return parsed.statements.length === 1;
  if (parsed.kind !== 'not implemented') return false;
  // A PIVOT over the data cannot be serialized, nor can what writes; but only a query can stand in brackets.
  const bracketed = await session.parse(projectSql(`select * from (\n${query.text}\n)`));
  return bracketed.ok || bracketed.kind === 'not implemented';
}
