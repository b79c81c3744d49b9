import { availableParallelism } from 'node:os';
import type { SourceClient } from '../postgres/source-client.ts';
import { identifier, literal, sql } from '../sql.ts';
import type { PlannedCopy } from './plan-copies.ts';
import type { RowCondition } from './row-condition.ts';

/** Size in bytes of the smallest table that two connections read: for a smaller one the second costs more than it gains. */
const BYTES_OF_RANGES = 32_000_000;

/**
 * Finds the table that two connections read side by side: a large one that has more than half of all bytes to copy. One process
 * of the server would take longer for it than for all other tables.
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
 * Two conditions that halve a table by the place of a row in its file. Each row, also one of a table that inherits, meets one
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
