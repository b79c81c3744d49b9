import { nameKey } from '../../name.ts';
import type { ColumnType } from '../../warehouse/warehouse.ts';

/**
 * The columns as `create table … as` stores them: a repeated name gets a number, and a column of only NULL becomes an
 * INTEGER, also within another type. `"NULL"` is DuckDB's name for the type of NULL.
 */
export function storedColumns(columns: readonly ColumnType[]): readonly ColumnType[] {
  const seen = new Map<string, number>();
  return columns.map(({ name, type }) => ({
    name: storedName(name, seen),
    type: type.replaceAll('"NULL"', 'INTEGER'),
  }));
}

/** DuckDB: QueryResult::DeduplicateColumns. */
function storedName(name: string, seen: Map<string, number>): string {
  const count = (of: string): number => seen.get(nameKey(of)) ?? 0;
  const add = (of: string): void => {
    seen.set(nameKey(of), count(of) + 1);
  };
  if (count(name) === 0) {
    add(name);
    return name;
  }
  while (count(`${name}_${count(name)}`) > 0) add(name);
  const numbered = `${name}_${count(name)}`;
  add(numbered);
  add(name);
  return numbered;
}
