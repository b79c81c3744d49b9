import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Seed } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import { openDuckDB } from '../warehouse/duckdb.ts';
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
