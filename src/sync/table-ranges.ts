import { availableParallelism } from 'node:os';
import type { SourceClient } from '../postgres/source-client.ts';
import { identifier, literal, sql } from '../sql.ts';
import type { PlannedCopy } from './plan-copies.ts';
import type { RowCondition } from './row-condition.ts';

/** Bytes of a table below which a second connection costs more than it gains. */
const BYTES_OF_RANGES = 32_000_000;

/**
 * Finds the table that two connections read side by side: one that is large and most of all that is copied, so that the server's
 * one process for it would be the slowest part.
 */
export function findDominating(copies: readonly PlannedCopy[]): PlannedCopy | undefined {
  const all = copies.reduce((sum, { bytes }) => sum + bytes, 0);
  return availableParallelism() < 2
    ? undefined
    : copies.find(
        ({ table, bytes, condition, isIncrement }) =>
          ['r', 'm'].includes(table.kind) &&
          bytes >= BYTES_OF_RANGES &&
          bytes > all / 2 &&
          condition === undefined &&
          !isIncrement,
      );
}

/**
 * The conditions of two halves of a table by the place of a row in its file. Each row, also one of a table that inherits, is in one
 * of them. `undefined` where a server would read the whole table for each (before PostgreSQL 14), where the role may not read a row's
 * place, which needs the right to read all columns, and where an extension stores the table in a way of its own.
 * @param client in the snapshot
 */
export async function halvesOf(
  { table: { oid } }: PlannedCopy,
  client: SourceClient,
): Promise<readonly [RowCondition, RowCondition] | undefined> {
  const [row] = await client.query<{ middle: number }>(
    `select (pg_catalog.pg_relation_size($1::oid) / pg_catalog.current_setting('block_size')::int8 / 2)::float8 as middle
     where pg_catalog.has_table_privilege($1::oid, 'select') and pg_catalog.current_setting('server_version_num')::int4 >= 140000
       and exists (select from pg_catalog.pg_class c join pg_catalog.pg_am m on m.oid = c.relam where c.oid = $1::oid and m.amname = 'heap')`,
    [oid],
  );
  if (!row || row.middle < 1) return undefined;
  const middle = sql`${literal(`(${Math.floor(row.middle)},0)`)}::pg_catalog.tid`;
  return [
    (alias) => sql`${identifier(alias, 'ctid')} operator(pg_catalog.<) ${middle}`,
    (alias) => sql`${identifier(alias, 'ctid')} operator(pg_catalog.>=) ${middle}`,
  ];
}
