import { EnvironmentError } from '../../environment-error.ts';
import { sql } from '../../sql.ts';
import type { Warehouse } from '../warehouse.ts';
import { EXPRESSION_FUNCTIONS, REFUSALS, TABLE_FUNCTIONS } from './judgements.ts';
import { refusedWords, unsafeMacros, userMacros } from './refused-call.ts';

/**
 * Refuses a file with a macro that hides a function or operator of the engine. This check must be the first query on a
 * file, since such a macro may change the meaning of any other query.
 * @throws {EnvironmentError}
 */
export async function refuseHidingMacros(session: Warehouse, path: string): Promise<void> {
  const own = await userMacros(session);
  const hiding = [...own].filter((name) => EXPRESSION_FUNCTIONS.has(name) || TABLE_FUNCTIONS.has(name));
  if (hiding.length === 0) return;
  throw new EnvironmentError(
    `the warehouse ${path} has macros that take the place of functions of the engine: ${hiding.sort().join(', ')}`,
    'remove them with DROP MACRO, or move the file away: the next run creates a new one',
  );
}

/**
 * Refuses a file with objects that contain a refused call: a query over them runs the SQL of views, generated columns,
 * checks, defaults and indexes.
 * @throws {EnvironmentError} for a call that no statement of a project may contain. Functions that read files are no
 *   error here, since the engine itself has no access to files.
 */
export async function requireHarmlessObjects(session: Warehouse): Promise<void> {
  const objects = await session.rows(OBJECTS);
  if (objects.length === 0) return;
  const unsafe = await unsafeMacros(session);
  for (const { object, text } of objects) {
    const refused = refusedWords(String(text), unsafe).find(({ reason }) => !ALLOWED_REASONS.has(reason));
    if (!refused) continue;
    throw new EnvironmentError(
      `${String(object)} of the warehouse calls ${refused.name}, which ${refused.reason}`,
      'drop it, or move the file away: the next run creates a new one',
    );
  }
}

/** Reasons that are allowed in objects. The default of a column may use a sequence. */
const ALLOWED_REASONS: ReadonlySet<string> = new Set([REFUSALS.files, REFUSALS.state]);

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
