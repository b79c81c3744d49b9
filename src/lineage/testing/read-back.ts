import type { Row } from '../../warehouse/warehouse.ts';
import type { Schema } from './random-schema.ts';

/**
 * Values that nobody meets by chance, so that whatever has one has it from its column: each stands in one row of one
 * column. A column of one letter or digit in many rows, or in many columns, still spells one.
 */
export const SECRETS: Schema = [
  {
    name: 'users',
    columns: [
      { name: 'id', kind: 'int', type: 'integer' },
      { name: 'email', kind: 'text', type: 'varchar' },
      { name: 'name', kind: 'text', type: 'varchar' },
      { name: 'pay', kind: 'int', type: 'integer' },
    ],
    rows: [
      ['1', "'qzvw@kxjy'", "'mbgrphdt'", '418273'],
      ['2', "'wyxk@vqzj'", "'tdhpgrbm'", '927164'],
      ['3', "'jkzq@wvyx'", "'grmbtdph'", '583649'],
      ['4', "'xvqy@jzwk'", "'phgtmbrd'", '736518'],
    ],
  },
  {
    name: 'orders',
    columns: [
      { name: 'id', kind: 'int', type: 'integer' },
      { name: 'uid', kind: 'int', type: 'integer' },
      { name: 'note', kind: 'text', type: 'varchar' },
    ],
    rows: [
      ['1', '1', "'lcns'"],
      ['2', '3', "'fuae'"],
      ['3', '2', "'oise'"],
    ],
  },
];

/** Columns whose values are meant to stay secret, with these values as text. */
export function secretValues(schema: Schema): ReadonlyMap<string, readonly string[]> {
  return new Map(
    schema.flatMap(({ name, columns, rows }) =>
      columns.flatMap((column, index) => {
        const values = rows.map((row) => (row[index] ?? '').replaceAll("'", ''));
        return values.every((value) => value.length >= 6) ? [[`${name}.${column.name}`, values] as const] : [];
      }),
    ),
  );
}

/**
 * How many of some values can be read back from a result: as they are, reversed, shifted by one number or letter, or
 * spelled over the rows of a column or the columns of a row.
 */
export function readBack(rows: readonly Row[], values: readonly string[]): number {
  const cells = rows.map((row) => Object.values(row).map(String));
  const names = Object.keys(rows[0] ?? {});
  const texts = [
    ...cells.flat(),
    ...cells.map((row) => row.join('')),
    ...names.map((_, index) => cells.map((row) => row[index] ?? '').join('')),
  ];
  const shown = (value: string): boolean =>
    DECODERS.some((decode) => texts.some((text) => text.includes(decode(value))));
  return Math.max(values.filter(shown).length, ...names.map((_, index) => shifted(cells, index, values)));
}

const DECODERS: readonly ((value: string) => string)[] = [
  (value) => value,
  (value) => [...value].reverse().join(''),
  (value) => [...value].map((letter) => String.fromCharCode(letter.charCodeAt(0) + 1)).join(''),
];

/** Numbers of a column that all are as far from a value. */
function shifted(cells: readonly (readonly string[])[], index: number, values: readonly string[]): number {
  const numbers = cells.map((row) => Number(row[index])).filter(Number.isSafeInteger);
  const distances = new Map<number, Set<string>>();
  for (const number of numbers) {
    for (const value of values.filter((text) => /^\d+$/.test(text))) {
      const distance = number - Number(value);
      distances.set(distance, (distances.get(distance) ?? new Set()).add(value));
    }
  }
  return Math.max(0, ...[...distances.values()].map(({ size }) => size));
}
