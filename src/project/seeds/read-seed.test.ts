import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UserError } from '../../user-error.ts';
import type { Seed } from '../node.ts';
import { load, nodeOf } from '../testing/small-project.ts';
import { readSeed } from './read-seed.ts';

const { seeds } = await (async () => {
  const node = nodeOf(await load({ 'seeds/s.csv': '' }), 's');
  return { seeds: node.resourceType === 'seed' ? [node] : [] };
})();

/** A seed whose configuration has these keys. */
function seedOf(other: Seed['config']['other'] = {}): Seed {
  const [seed] = seeds;
  if (!seed) throw new Error('no seed');
  return { ...seed, config: { ...seed.config, other } };
}

function columnsOf(text: string): string {
  return readSeed(text, seedOf())
    .columns.map(({ name, type }) => `${name} ${type}`)
    .join(', ');
}

// dbt infers these types, too, and then fails to load the file: DuckDB cannot convert the cells.
test.each([
  { cells: ['$5', '-$6', '7%'], type: 'INTEGER' },
  { cells: ['"1,000"'], type: 'INTEGER' },
  { cells: ['3000000000'], type: 'INTEGER' },
  { cells: ['nan', 'Infinity'], type: 'INTEGER' },
  { cells: ['null', ''], type: 'INTEGER' },
  { cells: ['1234567890123456789012345678', '1.5'], type: 'INTEGER' },
  { cells: ['2024-01-01', 'NULL'], type: 'DATE' },
  { cells: ['20240101T1000Z', '2024-W01-1T10', '19T12'], type: 'TIMESTAMP' },
  { cells: ['"tr,ue"', ' false '], type: 'BOOLEAN' },
])('cells that only look like a type have it: $cells', ({ cells, type }) => {
  expect(columnsOf(`v,n\n${cells.map((cell) => `${cell},x\n`).join('')}`)).toBe(`v ${type}, n VARCHAR`);
});

test('an empty column has the type that every seed without values has', () => {
  expect(columnsOf('id,note\n1,\n2,\n')).toBe('id INTEGER, note INTEGER');
  expect(columnsOf('id,note\n')).toBe('id INTEGER, note INTEGER');
});

test.each([
  { name: 'no line', text: '', says: '1:1 the first line of the file names no column.' },
  { name: 'a first line that is blank', text: '\na\n1\n', says: '1:1 the first line of the file names no column.' },
  {
    name: 'names that are equal without case',
    text: 'id,ID\n1,2\n',
    says: "1:1 the columns 'id' and 'ID' of the file",
  },
  { name: 'a numbered name that is there without case', text: 'a,a,A_2\n1,2,3\n', says: "'a_2' and 'A_2'" },
  { name: 'a short line', text: 'a,b\n1,2\n3\n', says: '3:1 the line has more or fewer cells than the first.' },
  { name: 'a long line', text: 'a,b\n1,2,3\n', says: '2:1 the line has more or fewer cells than the first.' },
  { name: 'an open quote', text: 'a\n"ada@clinic.test\n', says: 'a cell begins with a quote that is never closed.' },
])('a file with $name is refused, and no cell is told', ({ text, says }) => {
  const read = () => readSeed(text, seedOf());
  expect(read).toThrow(UserError);
  expect(read).toThrow(says);
  expect(read).not.toThrow('ada@');
});

test('whatever the cells are, their order does not change the types', () => {
  const cell = fc.oneof(
    fc.constantFrom(
      '',
      'null',
      '1',
      '1.5',
      '27.0',
      '$5',
      '2024-01-01',
      '2024-01-01 10:00:00',
      '2024-01-01T10:00',
      'true',
    ),
    fc.stringMatching(/^[\w .:%+-]*$/),
  );
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 8 }), (cells) => {
      const file = (rows: readonly string[]) => `v,n\n${rows.map((row) => `${row},x\n`).join('')}`;
      expect(columnsOf(file([...cells].reverse()))).toBe(columnsOf(file(cells)));
    }),
  );
});
