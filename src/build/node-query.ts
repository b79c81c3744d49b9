import type { CompiledNode } from '../project/project.ts';
import { projectSql } from '../sql.ts';
import { requireOneQuery } from '../warehouse/one-query.ts';
import { SqlError } from '../warehouse/sql-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { type Statement, sqlErrorText, wordsWithoutRows } from './statement.ts';

/** The SQL of a node, and whether it may hold values of rows. */
type QueryText = Pick<CompiledNode, 'sql' | 'readsRows'>;

/** The engine refuses a node's SQL. Its message holds no data; the engine's own error, which may, is the cause. */
export class NodeFailed extends Error {}

/**
 * The SQL of a node as a statement.
 * @throws {NodeFailed} for SQL that is not exactly one query
 */
export async function requireNodeQuery(compiled: QueryText, session: Warehouse): Promise<Statement> {
  const { sql: own, readsRows } = compiled;
  try {
    return { sql: await requireOneQuery(projectSql(own.text), session), start: 0 };
  } catch (cause) {
    if (!(cause instanceof SqlError)) throw cause;
    // The query is parsed and bound but not run: its message can quote only rows that its template has read.
    const words = readsRows ? undefined : cause.message.split('\n')[0];
    throw new NodeFailed(sqlErrorText(cause, { start: 0 }, own, words), { cause });
  }
}

/** A statement that runs, and the statement that is planned for its error message. */
interface RunningStatement {
  readonly compiled: QueryText;
  /** The statement that runs. */
  readonly statement: Statement;
  /** The statement that the engine plans again without running it: that error message quotes no row. */
  readonly planned: Statement;
  readonly warehouse: Warehouse;
}

/** Runs a statement of a node. @throws {NodeFailed} for an error of the engine, with its place in the template */
export async function runExplained<Result>(
  work: () => Promise<Result>,
  { compiled, statement, planned, warehouse }: RunningStatement,
): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof SqlError)) throw cause;
    const words = compiled.readsRows ? undefined : await wordsWithoutRows(planned.sql, warehouse);
    throw new NodeFailed(sqlErrorText(cause, statement, compiled.sql, words), { cause });
  }
}
