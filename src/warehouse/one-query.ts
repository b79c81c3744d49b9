import { type ProjectSql, projectSql, type Sql } from '../sql.ts';
import { SqlText } from '../trusted-sql.ts';
import { requireAllowedCalls } from './functions/refused-call.ts';
import { SqlError } from './sql-error.ts';
import type { Warehouse } from './warehouse.ts';

/**
 * Checks that SQL of a project is exactly one query, so that it may run inside of a statement of Fenceline. A text that
 * closes the brackets around it could add a statement that writes. The result ends with a line break, since the text
 * may end in a comment.
 * @throws {SqlError} for anything but one query, and for a call that no statement of a project may contain
 */
export async function requireOneQuery(query: ProjectSql, session: Warehouse): Promise<Sql> {
  await requireAllowedCalls(query, session);
  if (await isOneQuery(query, session)) return new SqlText(`${query.text}\n`);
  // The engine's own error says what is wrong, and where.
  await session.describe(query);
  throw new SqlError('parser', 'this is not one query', undefined);
}

async function isOneQuery(query: ProjectSql, session: Warehouse): Promise<boolean> {
  const parsed = await session.parse(query);
  if (parsed.ok) return parsed.statements.length === 1;
  if (parsed.kind !== 'not implemented') return false;
  // The engine serializes neither a PIVOT over the data nor a statement that writes; only the first can be in brackets.
  const bracketed = await session.parse(projectSql(`select * from (\n${query.text}\n)`));
  return bracketed.ok || bracketed.kind === 'not implemented';
}
