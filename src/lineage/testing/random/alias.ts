import type { Draw } from '../draw.ts';
import type { Column, Relation } from './generator-context.ts';
import { quoted, type Table } from './random-schema.ts';

/** A table as an entry of FROM, with an alias that the query does not have yet. */
export function tableWithAlias({ name, columns }: Table, draw: Draw): Relation {
  const alias = draw.fresh('t');
  return { sql: `${name} ${alias}`, columns: columnsOfAlias(columns, alias) };
}

/** Columns of a table or subquery, as a query names them by its alias. */
export function columnsOfAlias(columns: readonly Omit<Column, 'sql'>[], alias: string): readonly Column[] {
  return columns.map(({ name, kind }) => ({ sql: `${alias}.${quoted(name)}`, name, kind }));
}
