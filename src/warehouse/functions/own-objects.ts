import { EnvironmentError } from '../../environment-error.ts';
import { sql } from '../../sql.ts';
import type { Warehouse } from '../warehouse.ts';
import { EXPRESSION_FUNCTIONS, REFUSALS, TABLE_FUNCTIONS } from './judgements.ts';
import { ownFunctions, refusedWords, unsafeMacros } from './refused-call.ts';

/**
 * A macro in a file counts more than the engine's own function of that name, operators included. So nothing else is asked
 * of a file before this: with such a macro every query may mean something else.
 * @throws {EnvironmentError}
 */
export async function requireOwnNames(session: Warehouse, path: string): Promise<void> {
  const own = await ownFunctions(session);
  const hiding = [...own].filter((name) => EXPRESSION_FUNCTIONS.has(name) || TABLE_FUNCTIONS.has(name));
  if (hiding.length === 0) return;
  throw new EnvironmentError(
    `the warehouse ${path} has macros that take the place of functions of the engine: ${hiding.sort().join(', ')}`,
    'remove them with DROP MACRO, or move the file away: the next run creates a new one',
  );
}

/**
 * Refuses a file with objects that call what is not allowed. A query over them runs the SQL of views, generated
 * columns, checks, defaults and indexes.
 * @throws {EnvironmentError} where it holds a call that no statement of a project may hold. What reads files is left to
 *   the engine, which is closed to them.
 */
export async function requireHarmlessObjects(session: Warehouse): Promise<void> {
  const objects = await session.rows(OBJECTS);
  if (objects.length === 0) return;
  const unsafe = await unsafeMacros(session);
  for (const { object, text } of objects) {
    const refused = refusedWords(String(text), unsafe).find(({ reason }) => !LEFT.has(reason));
    if (!refused) continue;
    throw new EnvironmentError(
      `${String(object)} of the warehouse calls ${refused.name}, which ${refused.reason}`,
      'drop it, or move the file away: the next run creates a new one',
    );
  }
}

/** A default may well count up a sequence. */
const LEFT: ReadonlySet<string> = new Set([REFUSALS.files, REFUSALS.state]);

const OBJECTS = sql`
  select 'the view ' || schema_name || '.' || view_name as object, sql as text from duckdb_views() where not internal
  union all
  select 'a check of the table ' || schema_name || '.' || table_name, expression from duckdb_constraints()
  where expression is not null
  union all
  select 'a column of the table ' || schema_name || '.' || table_name, column_default from duckdb_columns()
  where not internal and column_default is not null
  union all
  select 'the index ' || schema_name || '.' || index_name, expressions from duckdb_indexes()`;
