import { createHash } from 'node:crypto';
import type { Row } from '../../warehouse/warehouse.ts';
import type { Schema, Table } from './random/random-schema.ts';

/**
 * A table of secret values, each in one row of one column. They are unlike any other value: a result that holds one of them
 * has it from that column, also if it is spelled letter by letter. Each text has the separator by which random queries
 * split texts. Without it a piece would be the whole text, which only `run` can see.
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
    ['1', "'qzvw@kxjy'", "'mbgr@phdt'", '418273'],
    ['2', "'wyxk@vqzj'", "'tdhp@grbm'", '927164'],
    ['3', "'jkzq@wvyx'", "'grmb@tdph'", '583649'],
    ['4', "'xvqy@jzwk'", "'phgt@mbrd'", '736518'],
  ],
};

/** The words of a dictionary: the secret texts among decoys, unsorted, and never the first or last word. */
const WORDS: readonly string[] = [
  ...[
    'aaaa@aaaa',
    'wwww@kxjy',
    'qzvw@vqzj',
    'wyxk@vqzj',
    'wyxk@wvyx',
    'jkzq@kxjy',
    'bggr@phdt',
    'tdhp@grbm',
    'tdhp@ggrb',
  ],
  ...[
    'xvqy@jzwk',
    'xvqy@kxjy',
    'jzwk@xvqy',
    'grmb@tdph',
    'grmb@hdpt',
    'qzvw@kxjy',
    'kxjy@qzvw',
    'vqzj@wyxk',
    'phgt@mbrd',
  ],
  ...['phgt@bmrd', 'mbgr@phdt', 'hdtm@bgrp', 'jkzq@wvyx', 'wvyx@jkzq', 'zzzz@zzzz'],
];

/** The table of secret values, a table to join it with, and a dictionary that has the secret texts. */
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

/** The secret values as texts, by `table.column`. */
export const SECRET_VALUES: ReadonlyMap<string, readonly string[]> = new Map(
  PEOPLE.columns.flatMap(({ name }, index) => {
    const values = PEOPLE.rows.map((row) => (row[index] ?? '').replaceAll("'", ''));
    return name === 'id' ? [] : [[`users.${name}`, values] as const];
  }),
);

const SECRET_TEXTS: ReadonlySet<string> = new Set([...SECRET_VALUES.values()].flat());

/** Dictionary words that are no secret: a result that has a decoy as well does not say which of its words are secret. */
const DECOYS: readonly string[] = WORDS.filter((word) => !SECRET_TEXTS.has(word));

/**
 * The number of values that can be read back from a result. A value counts if a cell has it, or the cells of a row or a
 * column spell it: as it is, reversed, hashed, with each letter replaced by the next one, or as character codes. Numbers
 * also count in a column that has them with one distance added to each. Texts do not count in a result that also has a decoy.
 */
export function readBack(rows: readonly Row[], values: readonly string[]): number {
  const cells = rows.map((row) => Object.values(row).map(String));
  const names = Object.keys(rows[0] ?? {});
  const columns = names.map((_, index) => cells.map((row) => row[index] ?? ''));
  const spelled = [...cells, ...columns];
  const texts = [...cells.flat(), ...spelled.map((list) => list.join('')), ...spelled.map(textOfCodes)];
  const text = texts.join('\n');
  const isReadable = (value: string): boolean => spellingsOf(value).some((spelling) => text.includes(spelling));
  const found = DECOYS.some(isReadable) ? 0 : values.filter(isReadable).length;
  return Math.max(found, ...columns.map((column) => countShifted(column, values)));
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

/** The text of the character codes in some cells; a cell may have a list of them. */
function textOfCodes(cells: readonly string[]): string {
  const numbers = cells.flatMap((cell) => cell.match(/\d+/g) ?? []).map(Number);
  return numbers.map((number) => (number < 128 ? String.fromCharCode(number) : ' ')).join('');
}

/** The largest number of values that a column has with one distance added to each. */
function countShifted(column: readonly string[], values: readonly string[]): number {
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
