import { createHmac } from 'node:crypto';
import type { IncrementalRule, SyncTable } from '../config/fenceline-config.ts';
import { sameName } from '../name.ts';
import { identifier, joinSql, literal, type Sql, sql } from '../sql.ts';
import type { Mistake } from '../user-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { TableCopy } from './copy-table.ts';
import type { RowCondition } from './row-condition.ts';
import type { SourceColumn } from './source-table.ts';

/**
 * A mark of all that decides what a row of an incremental table looks like. With another mark than at the last copy, the
 * rows that are there cannot be kept.
 * @param maskKey the mark is a hash with it, where a mask uses it
 */
export function ruleMark(config: SyncTable, columns: readonly SourceColumn[], maskKey: string | undefined): string {
  const { from, where, sample, mask = {}, values, incremental } = config;
  const types = columns.map(({ name, postgresType, transfer }) => [name, postgresType, transfer.type.text]);
  const key = Object.values(mask).includes('hash') ? maskKey : undefined;
  const texts = JSON.stringify([from, where, sample, mask, values, incremental, types]);
  return createHmac('sha256', key ?? '')
    .update(texts)
    .digest('hex');
}

/** Finds columns of an incremental rule that cannot serve: not copied, masked, or a cursor without an order. */
export function ruleMistakes({ from, location, incremental, mask = {} }: SyncTable, columns: readonly SourceColumn[]) {
  if (!incremental) return [];
  const { cursor, key, overlap } = incremental;
  const find = (name: string) => columns.find((column) => column.name === name && !Object.hasOwn(mask, name));
  const missing = [cursor, ...key]
    .filter((name) => !find(name))
    .map((name): Mistake => {
      const message = `${from.schema}.${from.table} has no copied column ${name} without a mask, which its incremental copy needs`;
      return { code: 'incremental-column', message, location, fix: 'correct the name under `cursor` or `key`' };
    });
  const column = find(cursor);
  if (!column) return missing;
  const name = `${from.schema}.${from.table}.${cursor}`;
  const kind = cursorKind(column);
  if (!kind) {
    const message = `${name} is ${column.postgresType}, and no cursor`;
    return [...missing, { code: 'incremental-column', message, location, fix: 'use a number, date or timestamp' }];
  }
  if (overlap === undefined || kind.overlap.test(overlap)) return missing;
  const message = `the overlap ${overlap} is none for ${name}, which is ${column.postgresType}`;
  return [...missing, { code: 'incremental-overlap', message, location, fix: `write it as ${kind.example}` }];
}

/** How a cursor of some types is compared in Postgres. */
interface CursorKind {
  readonly type: Sql;
  readonly overlap: RegExp;
  readonly overlapType: Sql;
  readonly example: string;
  /** Whether it has infinite values. */
  readonly hasInfinity: boolean;
}

const WHOLE: CursorKind = {
  type: sql`pg_catalog.int8`,
  overlap: /^\d+$/,
  overlapType: sql`pg_catalog.int8`,
  example: 'a whole number',
  hasInfinity: false,
};
const DECIMAL: CursorKind = {
  type: sql`pg_catalog.numeric`,
  overlap: /^\d+(\.\d+)?$/,
  overlapType: sql`pg_catalog.numeric`,
  example: 'a number',
  hasInfinity: false,
};
const MOMENT: CursorKind = {
  type: sql`pg_catalog.timestamp`,
  overlap: / /,
  overlapType: sql`pg_catalog.interval`,
  example: 'an interval: 1 hour',
  hasInfinity: true,
};

const KINDS: { readonly [type: string]: CursorKind } = {
  SMALLINT: WHOLE,
  INTEGER: WHOLE,
  BIGINT: WHOLE,
  DATE: MOMENT,
  TIMESTAMP: MOMENT,
  'TIMESTAMP WITH TIME ZONE': { ...MOMENT, type: sql`pg_catalog.timestamptz` },
};

function cursorKind({ transfer: { type } }: SourceColumn): CursorKind | undefined {
  return type.text.startsWith('DECIMAL(') && !type.text.endsWith(']') ? DECIMAL : KINDS[type.text];
}

/**
 * The condition on rows that may have changed since the last copy; `undefined` where all have to be copied, since there are
 * no rows yet, or the table has other columns.
 */
export async function changedRows(
  { columns, target }: TableCopy,
  { cursor, overlap }: IncrementalRule,
  warehouse: Warehouse,
): Promise<RowCondition | undefined> {
  const table = identifier(target.schema, target.name);
  const there = await warehouse.describe(sql`from ${table}`);
  const isSame =
    there.length === columns.length &&
    columns.every(({ name, transfer }, index) => {
      const column = there[index];
      return column !== undefined && sameName(column.name, name) && column.type === transfer.type.text;
    });
  const column = columns.find(({ name }) => name === cursor);
  const kind = column && cursorKind(column);
  if (!isSame || !kind) return undefined;
  const name = identifier(cursor);
  const finite = kind.hasInfinity ? sql`filter (where isfinite(${name}))` : sql``;
  const [row] = await warehouse.rows(sql`select (max(${name}) ${finite})::varchar as highest from ${table}`);
  const highest = row?.['highest'];
  // DuckDB writes a year before Christ in another way than Postgres.
  if (typeof highest !== 'string' || highest.includes('BC')) return undefined;
  const from = sql`${literal(highest)}::${kind.type}`;
  const lowest =
    overlap === undefined ? from : sql`${from} operator(pg_catalog.-) ${literal(overlap)}::${kind.overlapType}`;
  return (alias) => {
    const own = identifier(alias, cursor);
    return sql`(${own} >= ${lowest} or ${own} is null)`;
  };
}

/** SQL that counts rows whose key is NULL or not the only one. */
export function countBadKeys(table: Sql, key: readonly string[]): Sql {
  const names = key.map((name) => identifier(name));
  const isNull = joinSql(
    names.map((name) => sql`${name} is null`),
    sql` or `,
  );
  return sql`select (select count(*) from ${table} where ${isNull})
    + (select count(*) from (select 1 from ${table} group by ${names} having count(*) > 1)) as bad`;
}

/** SQL that deletes the rows of a table whose key is, or is not, in another one. */
export function deleteByKey(table: Sql, key: readonly string[], which: 'in' | 'not in', other: Sql): Sql {
  const same = joinSql(
    key.map((name) => sql`other.${identifier(name)} = own.${identifier(name)}`),
    sql` and `,
  );
  return sql`delete from ${table} as own where ${which === 'in' ? sql`exists` : sql`not exists`} (select 1 from ${other} as other where ${same})`;
}
