// A library, since quotes and line ends of CSV are hard to get right; csv-parse has no dependencies and is well kept.
import { CsvError, parse } from 'csv-parse/sync';
import { UserError } from '../../user-error.ts';
import { asMapping } from '../mapping.ts';
import type { Seed } from '../node.ts';
import { inferType } from './infer-type.ts';
import { nameColumns } from './name-columns.ts';

/** The columns and rows of a seed, read from its file. */
export interface SeedTable {
  readonly columns: readonly SeedColumn[];
  /** Texts of the cells; null for an empty cell. */
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface SeedColumn {
  readonly name: string;
  /** Type as DuckDB spells it, or as `column_types` declares it. */
  readonly type: string;
}

/**
 * Reads a seed's file as dbt does: columns have the names and types that agate gives them, and cells are those that DuckDB's
 * COPY reads. A type in the config `column_types` overrides the inferred one.
 * @param text text of the file
 * @throws {UserError} for a file that is no CSV or has no columns, at its line
 */
export function readSeed(text: string, seed: Seed): SeedTable {
  const [header = []] = parseCsv(text, seed, { to: 1 });
  const names = nameColumns(header, seed.location);
  // A blank line is a row with an empty cell in a file with one column, and no row in a file with more columns.
  const [, ...records] = parseCsv(text, seed, { skip_empty_lines: names.length > 1 });
  const written = records.map((record) => record.map((cell) => (cell === '' ? null : cell)));
  const isApostrophed = !text.includes('"') && hasApostrophes([header, ...written]);
  const rows = isApostrophed ? written.map((row) => row.map(withoutApostrophes)) : written;
  const declared = asMapping(seed.config.other['column_types']);
  const columns = names.map((name, index) => {
    const type = declared?.get(name);
    return { name, type: type === undefined ? inferType(written.map((row) => row[index] ?? null)) : String(type) };
  });
  return { columns, rows };
}

/** Matches a cell in apostrophes; one inside of it is doubled or has a backslash in front. */
const APOSTROPHED = /^ *'((?:[^'\\]|''|\\.)*)' *$/s;

/**
 * Whether DuckDB takes apostrophes for the quotes of a file (DuckDB: the CSV sniffer). It does if each cell that begins with
 * one ends in one, and no other quotes are in the file. agate, which infers the types, does not.
 */
function hasApostrophes(rows: readonly (readonly (string | null)[])[]): boolean {
  const cells = rows.flat().filter((cell) => cell?.trimStart().startsWith("'"));
  return cells.length > 0 && cells.every((cell) => APOSTROPHED.test(cell ?? ''));
}

function withoutApostrophes(cell: string | null): string | null {
  const inside = APOSTROPHED.exec(cell ?? '')?.[1];
  if (inside === undefined) return cell;
  return inside === '' ? null : inside.replaceAll(/''|\\(.)/gs, (pair, escaped) => escaped ?? pair.slice(1));
}

function parseCsv(
  text: string,
  { config, location }: Seed,
  options: { readonly to?: number; readonly skip_empty_lines?: boolean },
): readonly (readonly string[])[] {
  const delimiter = String(config.other['delimiter'] ?? ',');
  try {
    return parse(text, {
      bom: true,
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      // A quote inside of an unquoted cell is part of the cell, as in dbt: 5" pipe.
      relax_quotes: true,
      ...options,
    });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = typeof cause['lines'] === 'number' ? cause['lines'] : 1;
    throw new UserError({ code: 'bad-seed', location: { ...location, line }, ...wordsOf(cause) }, { cause });
  }
}

/** The message of a CSV error. The message of the library is not used, since it may quote a cell. */
function wordsOf({ code }: CsvError): { readonly message: string; readonly fix: string } {
  switch (code) {
    case 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH':
      return {
        message: 'the line has more or fewer cells than the first.',
        fix: 'give every line as many cells as the first; a cell with a comma in it needs quotes',
      };
    case 'CSV_QUOTE_NOT_CLOSED':
      return { message: 'a cell begins with a quote that is never closed.', fix: 'close the quote' };
    default:
      return {
        message: 'the file is no CSV.',
        fix: 'write it as CSV: a cell with a quote in it needs quotes around it',
      };
  }
}
