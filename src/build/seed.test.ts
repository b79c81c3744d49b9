import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Seed } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import { openDuckDB } from '../warehouse/duckdb.ts';
import { sql } from '../warehouse/sql.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { loadSeed, readSeed } from './seed.ts';

interface Case {
  readonly name: string;
  readonly cells: readonly string[];
  readonly config?: Readonly<Record<string, unknown>>;
  readonly column: string;
  readonly values: readonly unknown[];
}

const cases: readonly Case[] = [
  { name: 'whole numbers are INTEGER', cells: ['007', '8'], column: 'INTEGER', values: [7, 8] },
  { name: 'a decimal makes a DOUBLE', cells: ['1', '2.5'], column: 'DOUBLE', values: [1, 2.5] },
  { name: 'an ISO date is a DATE', cells: ['2024-02-29'], column: 'DATE', values: ['2024-02-29'] },
  {
    name: 'true and false are BOOLEAN in any case',
    cells: ['True', 'FALSE'],
    column: 'BOOLEAN',
    values: [true, false],
  },
  { name: 'yes and no stay text', cells: ['yes', 'no'], column: 'VARCHAR', values: ['yes', 'no'] },
  { name: 'an empty cell is null', cells: ['1', '""'], column: 'INTEGER', values: [1, null] },
  {
    name: 'column_types say more than the cells',
    cells: ['007', '008'],
    config: { column_types: { V: 'varchar' } },
    column: 'varchar',
    values: ['007', '008'],
  },
  {
    name: 'a quoted cell may hold quotes and line ends',
    cells: ['"a ""b""\n, c"'],
    column: 'VARCHAR',
    values: ['a "b"\n, c'],
  },
];

test.each(cases)('$name', async ({ cells, column, values, config = {} }) => {
  const directory = await mkdtemp(join(tmpdir(), 'seed-'));
  try {
    await writeFile(
      join(directory, 's.csv'),
      `\uFEFFv,n\n${cells.map((cell, index) => `${cell},${index}\n`).join('')}`,
    );
    await using warehouse = await openDuckDB(':memory:');
    const seed = {
      originalFilePath: 's.csv',
      database: 'memory',
      schema: 'main',
      alias: 's',
      config: { other: config },
    } as unknown as Seed;
    const file = readSeed({ directory } as Project, seed);
    await loadSeed(seed, file, warehouse, undefined);
    const rows = await warehouse.rows('select v from s order by n');
    expect({ column: file.columns[0]?.type, values: rows.flatMap(Object.values) }).toEqual({ column, values });
  } finally {
    await rm(directory, { recursive: true });
  }
});

const PLANT = "create macro main.reverse(x) as 'x'; create table main.planted (y int";

test.each([
  ['a type that is no type', { v: 'nosuch' }],
  ['a type and another statement', { v: `int); ${PLANT}` }],
  ['two types', { v: 'int, w int' }],
  ['a type with a default', { v: "int default getenv('HOME')" }],
])('%s in column_types is refused, and nothing runs', async (_, types) => {
  await using warehouse = await openDuckDB(':memory:');
  await expect(loadFile('v,n\n1,2\n', { column_types: types }, warehouse)).rejects.toThrow(/^seeds\/s.csv:1:1 '/);
  expect(await warehouse.rows(sql`select table_name from duckdb_tables()`)).toEqual([]);
});

test.each([`v" int); ${PLANT}); --`, "v'; drop table s; --", '"); ', 'é😀', ' '])(
  'the header %s is the name of a column and nothing else',
  async (header) => {
    await using warehouse = await openDuckDB(':memory:');
    await loadFile(`"${header.replaceAll('"', '""')}",n\n1,2\n`, {}, warehouse);
    expect((await warehouse.describe(sql`from s`)).map(({ name }) => name)).toEqual([header, 'n']);
    expect(await warehouse.rows(sql`select table_name from duckdb_tables()`)).toEqual([{ table_name: 's' }]);
  },
);

test('a header that holds NUL, or nothing, is refused', async () => {
  await using warehouse = await openDuckDB(':memory:');
  await expect(loadFile('a\u0000b,n\n1,2\n', {}, warehouse)).rejects.toThrow('holds the character NUL');
  await expect(loadFile('a,\n1,2\n', {}, warehouse)).rejects.toThrow('a name that becomes part of SQL is empty');
});

async function loadFile(text: string, config: Readonly<Record<string, unknown>>, warehouse: Warehouse) {
  const directory = await mkdtemp(join(tmpdir(), 'seed-'));
  try {
    await writeFile(join(directory, 's.csv'), text);
    const location = { file: 'seeds/s.csv', line: 1, column: 1 };
    const placed = { database: 'memory', schema: 'main', alias: 's', name: 's', location };
    const seed = { originalFilePath: 's.csv', ...placed, config: { other: config } } as unknown as Seed;
    await loadSeed(seed, readSeed({ directory } as Project, seed), warehouse, undefined);
  } finally {
    await rm(directory, { recursive: true });
  }
}
