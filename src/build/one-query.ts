import { SqlError } from '../warehouse/sql-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/**
 * The SQL of a node stands in a statement of ours: what closes our brackets and goes on behind them would be run, too,
 * and could write anywhere.
 * @throws {SqlError} for anything but one query
 */
export async function requireOneQuery(text: string, session: Warehouse): Promise<void> {
  const parsed = await parse(text, session);
  if (parsed.kind === undefined && parsed.statements === 1) return;
  // A PIVOT over the data cannot be serialized, nor can what writes; but only a query can stand in brackets.
  if (parsed.kind === 'not implemented') {
    const bracketed = await parse(`select * from (\n${text}\n)`, session);
    if (bracketed.kind === undefined || bracketed.kind === 'not implemented') return;
  }
  // Says what is wrong, and where.
  await session.describe(text);
  throw new SqlError('parser', 'this is not one query', undefined);
}

interface Parsed {
  /** Of the error, if there is one. */
  readonly kind: string | undefined;
  readonly statements: number;
}

async function parse(text: string, session: Warehouse): Promise<Parsed> {
  const [row] = await session.rows('select json_serialize_sql(?::varchar) as tree', [text]);
  const tree = JSON.parse(String(row?.['tree'])) as {
    readonly error_type?: string;
    readonly statements?: readonly unknown[];
  };
  return { kind: tree.error_type, statements: tree.statements?.length ?? 0 };
}
