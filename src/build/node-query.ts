import type { CompiledNode } from '../project/project.ts';
import { projectSql } from '../sql.ts';
import { requireOneQuery } from '../warehouse/one-query.ts';
import { SqlError } from '../warehouse/sql-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { type Statement, sqlErrorText, wordsWithoutRows } from './statement.ts';

/** Thrown where the engine refuses a node's SQL. The message may be shown; the engine's own words are the cause. */
export class NodeFailed extends Error {}

/**
 * The SQL of a node as a statement.
 * @throws {NodeFailed} where it does more than one query does
 */
export async function requireNodeQuery(compiled: CompiledNode, session: Warehouse): Promise<Statement> {
  const { sql: own, readsRows } = compiled;
  try {
    return { sql: await requireOneQuery(projectSql(own.text), session), start: 0 };
  } catch (cause) {
    if (!(cause instanceof SqlError)) throw cause;
    // The query is parsed and bound, and not run: only what its template read can be in the words.
    const words = readsRows ? undefined : cause.message.split('\n')[0];
    throw new NodeFailed(sqlErrorText(cause, { start: 0 }, own, words), { cause });
  }
}

/** A statement that runs, and what to plan for the words of its error. */
interface RunningStatement {
  readonly compiled: CompiledNode;
  /** The statement that runs. */
  readonly statement: Statement;
  /** The statement that the engine plans without running it, so that the words of an error quote no row. */
  readonly planned: Statement;
  readonly warehouse: Warehouse;
}

/** @throws {NodeFailed} in the place of the engine's error */
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
