import { createHash } from 'node:crypto';
import type { Row } from '../../warehouse/warehouse.ts';
import type { Schema, Table } from './random-schema.ts';

/**
 * Values that nobody meets by chance, so that whatever has one has it from its column: each stands in one row of one
 * column. A column of one letter or digit in many rows, or in many columns, still spells one.
 */
const PEOPLE: Table = {
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
};

/** Words among which are the secret texts, in no order and never first or last. */
const WORDS: readonly string[] = [
  ...['aaaa@aaaa', 'wwww@kxjy', 'qzvw@vqzj', 'wyxk@vqzj', 'wyxk@wvyx', 'jkzq@kxjy', 'bggrphdt', 'tdhpgrbm', 'tdhpggrb'],
  ...['xvqy@jzwk', 'xvqy@kxjy', 'jzwk@xvqy', 'grmbtdph', 'grmbhdpt', 'qzvw@kxjy', 'kxjy@qzvw', 'vqzj@wyxk', 'phgtmbrd'],
  ...['phgtbmrd', 'mbgrphdt', 'hdtmbgrp', 'jkzq@wvyx', 'wvyx@jkzq', 'zzzz@zzzz'],
];

export const SECRETS: Schema = [
  PEOPLE,
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
  {
    name: 'dict',
    columns: [{ name: 'word', kind: 'text', type: 'varchar' }],
    rows: WORDS.map((word) => [`'${word}'`]),
  },
];

/** Values of the columns that are meant to stay secret, as texts, by `table.column`. */
export const SECRET_VALUES: ReadonlyMap<string, readonly string[]> = new Map(
  PEOPLE.columns.flatMap(({ name }, index) => {
    const values = PEOPLE.rows.map((row) => (row[index] ?? '').replaceAll("'", ''));
    return name === 'id' ? [] : [[`users.${name}`, values] as const];
  }),
);

const SECRET_TEXTS: ReadonlySet<string> = new Set([...SECRET_VALUES.values()].flat());

/** Words that are nobody's: a result that has one of them, too, does not say which words are somebody's. */
const DECOYS: readonly string[] = WORDS.filter((word) => !SECRET_TEXTS.has(word));

/**
 * How many of some values can be read back from a result: as they are, reversed, hashed, as numbers of letters, shifted by
 * one number or letter, spelled over the rows of a column or the columns of a row, or by the words of a dictionary that the
 * result has.
 */
export function readBack(rows: readonly Row[], values: readonly string[]): number {
  const cells = rows.map((row) => Object.values(row).map(String));
  const names = Object.keys(rows[0] ?? {});
  const columns = names.map((_, index) => cells.map((row) => row[index] ?? ''));
  const spelled = [...cells, ...columns];
  const texts = [...cells.flat(), ...spelled.map((list) => list.join('')), ...spelled.map(fromLetterNumbers)];
  const text = texts.join('\n');
  const isShown = (value: string): boolean => spellingsOf(value).some((spelling) => text.includes(spelling));
  const found = DECOYS.some(isShown) ? 0 : values.filter(isShown).length;
  return Math.max(found, ...columns.map((column) => shifted(column, values)));
}

const SPELLINGS: ReadonlyMap<string, readonly string[]> = new Map(
  [...SECRET_TEXTS, ...DECOYS].map((value) => [
    value,
    [
      value,
      [...value].reverse().join(''),
      [...value].map((letter) => String.fromCharCode(letter.charCodeAt(0) + 1)).join(''),
      createHash('md5').update(value).digest('hex'),
      createHash('sha256').update(value).digest('hex'),
    ],
  ]),
);

function spellingsOf(value: string): readonly string[] {
  return SPELLINGS.get(value) ?? [value];
}

/** The text whose letters have these numbers, also where one cell has a list of them. */
function fromLetterNumbers(cells: readonly string[]): string {
  const numbers = cells.flatMap((cell) => cell.match(/\d+/g) ?? []).map(Number);
  return numbers.map((number) => (number < 128 ? String.fromCharCode(number) : ' ')).join('');
}

/** Numbers of a column that all are as far from a value. */
function shifted(column: readonly string[], values: readonly string[]): number {
  const numbers = column.map(Number).filter(Number.isSafeInteger);
  const distances = new Map<number, Set<string>>();
  for (const number of numbers) {
    for (const value of values.filter((text) => /^\d+$/.test(text))) {
      const distance = number - Number(value);
      distances.set(distance, (distances.get(distance) ?? new Set()).add(value));
    }
  }
  return Math.max(0, ...[...distances.values()].map(({ size }) => size));
}
