import type { Draw } from '../draw.ts';
import { type Kind, quoted, type Schema, type TableColumn } from './random-schema.ts';

/** Rows of all tables of a schema, and other values for each of their columns. */
export interface VariedRows {
  readonly tables: Schema;
  /** Expressions over a row that give a column other values: in all rows, in some of them or in one. */
  readonly changesOf: (column: TableColumn) => readonly string[];
}

/**
 * Values as SQL, by kind. They are few, so that joins find rows and rows tie. The literals of the generator are among
 * them, and texts that can be cast to a number or a date.
 */
const POOLS: Readonly<Record<Kind, readonly string[]>> = {
  text: ["'k'", "'p'", "'ann@x.test'", "'2024-01-31'", "'7'", "'Ann'", "'red'", "'b@y'", "'x'", "''"],
  int: ['2', '1', '3', '5', '0', '4', '7', '31', '-3', '12'],
  bool: ['true', 'false'],
  date: ["'2024-01-31'", "'2023-07-04'", "'2024-02-29'", "'2024-02-01'"],
  list: ["['p', 'q']", "['red', 'k', 'b']", '[]', "['k']", "['x', '7', 'p']"],
  struct: ["{'a': 's', 'b': 3}", "{'a': 'k', 'b': 2}", "{'a': 'Oak', 'b': 1}", "{'a': 'p', 'b': 2}"],
  json: [
    `'{"a": "k"}'`,
    `'{"a": "Oak", "b": [1, 2]}'`,
    `'{"b": {"a": "p", "c": [2]}}'`,
    `'["red"]'`,
    `'{"a": null, "b": [3]}'`,
  ],
};

/**
 * Draws rows for a schema. Sets of rows differ in what makes a flow show: in some there are few rows, in some there is
 * no NULL, in some each column has only two values, and in some the first column is a key.
 */
export function variedRows(schema: Schema, draw: Draw): VariedRows {
  const count = draw.pick([11, 4, 7, 3]);
  const timesWithoutNull = draw.pick([6, 6, 0, 16]);
  const size = draw.pick([3, 10, 2, 2]);
  const first = draw.below(10);
  const value = (kind: Kind): string => {
    if (timesWithoutNull > 0 && draw.once(timesWithoutNull)) return 'null';
    return at(POOLS[kind], first + draw.below(size));
  };
  const tables = schema.map(({ name, columns }) => {
    const isKeyed = draw.once(2);
    const rows = Array.from({ length: count }, (_, row) =>
      columns.map(({ kind }, index) => (index === 0 && isKeyed ? String(row + 1) : value(kind))),
    );
    return { name, columns, rows };
  });
  const salt = draw.below(256);
  return { tables, changesOf: (column) => changesOf(column, count, salt) };
}

function changesOf({ name, kind, type }: TableColumn, rowCount: number, salt: number): readonly string[] {
  const own = quoted(name);
  const pool = POOLS[kind].map((value) => `${value}::${type}`).join(', ');
  const other = (number: number): string =>
    `([${pool}])[1 + (hash(rowid * 7 + ${salt + number}) % ${POOLS[kind].length})::int]`;
  const inOneRow = (number: number): string => `if(rowid = ${(salt + number) % rowCount}, ${other(number)}, ${own})`;
  return [
    other(1),
    'null',
    `if(hash(rowid + ${salt}) % 2 = 0, ${other(2)}, ${own})`,
    inOneRow(3),
    other(4),
    inOneRow(5),
  ];
}

function at(values: readonly string[], index: number): string {
  return values[index % values.length] ?? 'null';
}
