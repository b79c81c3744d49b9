import { readFileSync } from 'node:fs';
import { join } from 'node:path';
// A CSV reader of our own would be wrong at quotes and line ends; csv-parse has no dependencies and is well kept.
import { CsvError, parse } from 'csv-parse/sync';
import { nameKey } from '../name.ts';
import type { Seed } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import { UserError } from '../user-error.ts';
import { readType } from '../warehouse/one-type.ts';
import { identifier, literal, relation, type Sql, sql } from '../warehouse/sql.ts';
import type { ColumnType, Warehouse } from '../warehouse/warehouse.ts';

/** A CSV file as read: its columns with their types, and the text of its cells; an empty cell is null. */
export interface SeedFile {
  readonly columns: readonly ColumnType[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/**
 * Reads a seed and infers the types of its columns as dbt does (dbt.md 4.4); `column_types` of its configuration count more.
 * @throws {UserError} when the file is no CSV, at its line
 */
export function readSeed(project: Project, seed: Seed): SeedFile {
  const text = readFileSync(join(project.directory, seed.originalFilePath), 'utf8');
  const [header = [], ...records] = parseCsv(seed, text);
  const rows = records.map((record) => record.map((cell) => (cell === '' ? null : cell)));
  const declared = new Map(
    Object.entries(seed.config.other['column_types'] ?? {}).map(([name, type]) => [nameKey(name), String(type)]),
  );
  const columns = header.map((name, index) => ({
    name,
    type: declared.get(nameKey(name)) ?? inferType(rows.map((row) => row[index] ?? null)),
  }));
  return { columns, rows };
}

function parseCsv(seed: Seed, text: string): readonly (readonly string[])[] {
  const delimiter = seed.config.other['delimiter'] ?? ',';
  try {
    return parse(text, { bom: true, delimiter: String(delimiter), skip_empty_lines: true });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = typeof cause['lines'] === 'number' ? cause['lines'] : 1;
    const location = { file: seed.originalFilePath, line, column: 1 };
    // The reader's words may quote a cell.
    throw new UserError(
      {
        code: 'bad-seed',
        message: `the file is no CSV: ${cause.code.toLowerCase().replaceAll('_', ' ')}`,
        location,
        fix: 'give every line as many cells as the first, and close every quote',
      },
      { cause },
    );
  }
}

/** Tried in this order: the first that all cells fit is the type. */
const TYPES: readonly { readonly type: string; readonly fits: RegExp }[] = [
  { type: 'INTEGER', fits: /^[+-]?\d+$/ },
  { type: 'DOUBLE', fits: /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/ },
  { type: 'DATE', fits: /^\d{4}-\d{2}-\d{2}$/ },
  { type: 'TIMESTAMP', fits: /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/ },
  { type: 'BOOLEAN', fits: /^(true|false)$/i },
];

function inferType(cells: readonly (string | null)[]): string {
  const present = cells.filter((cell) => cell !== null && cell.toLowerCase() !== 'null');
  return TYPES.find(({ fits }) => present.every((cell) => fits.test(cell ?? '')))?.type ?? 'VARCHAR';
}

/**
 * dbt: seed. Gives the rows it has.
 * @throws {UserError} for a type in `column_types` that is not one type
 */
export async function loadSeed(
  seed: Seed,
  { columns, rows }: SeedFile,
  session: Warehouse,
  existing: 'table' | 'view' | undefined,
): Promise<number> {
  const place = relation(seed);
  const typed = await Promise.all(
    columns.map(async (column) => ({ name: column.name, type: await typeOf(column, seed, session) })),
  );
  if (existing === 'view') await session.run(sql`drop view ${place}`);
  const definitions = typed.map(({ name, type }) => sql`${identifier(name)} ${type}`);
  await session.run(sql`create or replace table ${place} (${definitions})`);
  const values = typed.map(({ type }, index) => sql`cast(cells[${literal(index + 1)}] as ${type})`);
  // As one JSON text: the engine reads no files any more, and a statement a row would take minutes.
  await session.run(
    sql`insert into ${place} select ${values}
      from (select unnest(json_transform(?::json, '[["VARCHAR"]]')) as cells)`,
    [JSON.stringify(rows)],
  );
  return rows.length;
}

async function typeOf({ name, type: written }: ColumnType, seed: Seed, session: Warehouse): Promise<Sql> {
  const type = await readType(written, session);
  if (type) return type;
  throw new UserError({
    code: 'unknown-type',
    message: `'${written}', which column_types gives the column ${name} of ${seed.name}, is no type DuckDB knows.`,
    location: seed.location,
    fix: 'Write one type as DuckDB spells it, such as varchar, bigint or timestamptz.',
  });
}
