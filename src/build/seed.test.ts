import { expect, test } from 'vitest';
import seedCases from '../project/testing/seed-cases.json' with { type: 'json' };
import { loadFrom, nodeOf, writeProject } from '../project/testing/small-project.ts';
import { identifier, joinSql, sql } from '../sql.ts';
import { UserError } from '../user-error.ts';
import { openDuckDB } from '../warehouse/duckdb.ts';
import { SqlError } from '../warehouse/sql-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { loadSeed } from './seed.ts';

interface Loaded {
  /** `name TYPE` */
  readonly columns: readonly string[];
  /** Cells as text. */
  readonly rows: readonly (readonly unknown[])[];
}

// `dbt` is the table that dbt-core 1.11.16 with dbt-duckdb 1.10.1 on DuckDB 1.5.6 makes of the file; `ours` is the table of
// Fenceline where it differs.
test.each(seedCases)('a seed is the table that dbt makes of it: $name', async ({ csv, config = {}, dbt, ours }) => {
  expect(await loaded(csv, config)).toEqual(ours ?? dbt);
});

async function loaded(csv: string, config: object): Promise<Loaded | 'error'> {
  await using warehouse = await openDuckDB(':memory:');
  try {
    await loadFile(csv, config, warehouse);
  } catch (error) {
    if (error instanceof SqlError || error instanceof UserError) return 'error';
    throw error;
  }
  const columns = await warehouse.describe(sql`select * from s`);
  const texts = columns.map(({ name }, index) => sql`${identifier(name)}::varchar as ${identifier(`c${index}`)}`);
  const rows = await warehouse.rows(sql`select ${joinSql(texts, sql`, `)} from s`);
  return {
    columns: columns.map(({ name, type }) => `${name} ${type}`),
    rows: rows.map((row) => Object.values(row)),
  };
}

const PLANT = "create macro main.reverse(x) as 'x'; create table main.planted (y int";

test.each([
  ['a type that is no type', { v: 'nosuch' }],
  ['a type and another statement', { v: `int); ${PLANT}` }],
  ['two types', { v: 'int, w int' }],
  ['a type with a default', { v: "int default getenv('HOME')" }],
])('%s in column_types is refused, and nothing runs', async (_, types) => {
  await using warehouse = await openDuckDB(':memory:');
  await expect(loadFile('v,n\n1,2\n', { column_types: types }, warehouse)).rejects.toThrow(/^seeds\/s.yml:1:48 '/);
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

test('a header that holds NUL is refused', async () => {
  await using warehouse = await openDuckDB(':memory:');
  await expect(loadFile('a\u0000b,n\n1,2\n', {}, warehouse)).rejects.toThrow('holds the character NUL');
});

async function loadFile(text: string, config: object, warehouse: Warehouse): Promise<void> {
  using folder = writeProject({
    'seeds/s.csv': text,
    'seeds/s.yml': `seeds: [{name: s, config: ${JSON.stringify(config)}}]`,
  });
  const project = await loadFrom(folder);
  const seed = nodeOf(project, 's');
  if (seed.resourceType !== 'seed') throw new Error('no seed');
  await loadSeed({ ...seed, database: 'memory' }, project.readSeed(seed), warehouse, undefined);
}
