import { projectSql, type Sql } from '../sql.ts';
import { EXPRESSION_FUNCTIONS, TABLE_FUNCTIONS } from './functions/judgements.ts';
import { requireOneQuery } from './one-query.ts';
import { objectsIn, type ParseNode, textOf } from './parse-sql.ts';
import { SqlError } from './sql-error.ts';
import type { Warehouse } from './warehouse.ts';

/**
 * A constant query: it reads no table and no property of the database (as the arithmetic of a calendar), so it gives
 * the same rows in any database on the same day. An empty database may answer it. `undefined` for any other text.
 */
export async function readConstantQuery(text: string, session: Warehouse): Promise<Sql | undefined> {
  const query = projectSql(text);
  const parsed = await session.parse(query);
  if (!parsed.ok || parsed.statements.length !== 1) return undefined;
  // The calls are checked first, since binding alone may run a function. Then the plan shows what macros and views
  // contain.
  if (![...objectsIn(parsed.statements)].every(hasConstantCall)) return undefined;
  const planned = await session.plan(query);
  if (!planned.ok || ![...objectsIn(planned.plans)].every(isConstantStep)) return undefined;
  try {
    return await requireOneQuery(query, session);
  } catch (cause) {
    if (cause instanceof SqlError) return undefined;
    throw cause;
  }
}

function hasConstantCall(node: ParseNode): boolean {
  const name = textOf(node['function_name']).toLowerCase();
  return name === '' || isConstantFunction(name) || TABLE_FUNCTIONS.get(name) === 'pure';
}

/**
 * Whether an operator or expression of a bound plan reads no table, and depends neither on the database nor on chance.
 */
function isConstantStep(node: ParseNode): boolean {
  const name = textOf(node['name']).toLowerCase();
  switch (node['type']) {
    case 'LOGICAL_GET':
      return TABLE_FUNCTIONS.get(name) === 'pure';
    case 'LOGICAL_SAMPLE':
      return false;
    default:
      return !BOUND_CALLS.has(node['expression_class']) || isConstantFunction(name);
  }
}

const BOUND_CALLS: ReadonlySet<unknown> = new Set(['BOUND_FUNCTION', 'BOUND_AGGREGATE', 'BOUND_WINDOW']);

function isConstantFunction(name: string): boolean {
  return EXPRESSION_FUNCTIONS.get(name) === 'pure' || CLOCK.has(name);
}

/** Functions of the current time that count as constant: a calendar often ends today. */
const CLOCK = new Set(['current_date', 'today', 'now', 'get_current_timestamp', 'transaction_timestamp', 'ago']);
