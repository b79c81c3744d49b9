import { type ProjectSql, projectSql, type Sql } from '../sql.ts';
import { EXPRESSION_FUNCTIONS, type Judgement, TABLE_FUNCTIONS } from './functions/judgements.ts';
import { requireOneQuery } from './one-query.ts';
import { objectsIn, type ParseNode, textOf } from './parse-sql.ts';
import { SqlError } from './sql-error.ts';
import type { Warehouse } from './warehouse.ts';

/**
 * What decides the rows of a query. `text`: its text alone, and the day on which it runs. `chance`: also chance, the exact
 * time, or names in the database; no row of a table. `tables`: rows of tables, or something that is not known.
 */
export type RowSource = 'text' | 'chance' | 'tables';

/** Finds what decides the rows of a query. Nothing of it runs. */
export async function readRowSource(query: ProjectSql, session: Warehouse): Promise<RowSource> {
  const parsed = await session.parse(query);
  if (!parsed.ok || parsed.statements.length !== 1) return 'tables';
  // The calls are checked first, since binding alone may run a function. Then the plan shows what macros and views
  // contain.
  const nodes = [...objectsIn(parsed.statements)];
  const ofCalls = weakest(nodes.map(sourceOfCall));
  if (ofCalls === 'tables') return 'tables';
  const planned = await session.plan(query);
  if (planned.ok) return weakest([ofCalls, ...[...objectsIn(planned.plans)].map(sourceOfStep)]);
  // Rows to insert may hold the word DEFAULT, which no query can be planned with.
  return nodes.some(namesTable) ? 'tables' : ofCalls;
}

/**
 * A query whose text alone decides its rows (as the arithmetic of a calendar), so that it gives the same rows in any
 * database on the same day. An empty database may answer it. `undefined` for any other text.
 */
export async function readConstantQuery(text: string, session: Warehouse): Promise<Sql | undefined> {
  const query = projectSql(text);
  if ((await readRowSource(query, session)) !== 'text') return undefined;
  try {
    return await requireOneQuery(query, session);
  } catch (cause) {
    if (cause instanceof SqlError) return undefined;
    throw cause;
  }
}

/**
 * Whether an expression reads no rows but the one for which it is evaluated, such as the condition of a DELETE. A macro of the
 * warehouse may hold a query.
 */
export async function readsOnlyItsRow(expression: string, session: Warehouse): Promise<boolean> {
  const parsed = await session.parse(projectSql(`select ${expression}`));
  if (!parsed.ok || parsed.statements.length !== 1) return false;
  const nodes = [...objectsIn(parsed.statements)];
  return !nodes.some(namesTable) && weakest(nodes.map(sourceOfCall)) !== 'tables';
}

function weakest(sources: readonly RowSource[]): RowSource {
  if (sources.includes('tables')) return 'tables';
  return sources.includes('chance') ? 'chance' : 'text';
}

function namesTable(node: ParseNode): boolean {
  return node['type'] === 'BASE_TABLE' || node['show_type'] !== undefined;
}

function sourceOfCall(node: ParseNode): RowSource {
  const name = textOf(node['function_name']).toLowerCase();
  if (name === '' || TABLE_FUNCTIONS.get(name) === 'pure') return 'text';
  return sourceOfFunction(name);
}

/** What an operator or an expression of a bound plan adds to what decides the rows. */
function sourceOfStep(node: ParseNode): RowSource {
  const name = textOf(node['name']).toLowerCase();
  switch (node['type']) {
    case 'LOGICAL_GET':
      return TABLE_FUNCTIONS.get(name) === 'pure' ? 'text' : 'tables';
    case 'LOGICAL_SAMPLE':
      return 'chance';
    default:
      return BOUND_CALLS.has(node['expression_class']) ? sourceOfFunction(name) : 'text';
  }
}

const BOUND_CALLS: ReadonlySet<unknown> = new Set(['BOUND_FUNCTION', 'BOUND_AGGREGATE', 'BOUND_WINDOW']);

function sourceOfFunction(name: string): RowSource {
  const judgement = EXPRESSION_FUNCTIONS.get(name);
  if (judgement === 'pure' || CLOCK.has(name)) return 'text';
  return judgement !== undefined && WITHOUT_ROWS.has(judgement) ? 'chance' : 'tables';
}

/** Functions of the current time whose day alone counts: a calendar often ends today. */
const CLOCK = new Set(['current_date', 'today', 'now', 'get_current_timestamp', 'transaction_timestamp', 'ago']);

/** Judgements of functions that read no row. The binder adds functions of the judgement `internal` itself. */
const WITHOUT_ROWS: ReadonlySet<Judgement> = new Set(['chance', 'names', 'internal']);
