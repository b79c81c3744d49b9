import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import type { ProjectFiles } from '../../config/project-files.ts';
import { readYaml } from '../../config/read-yaml.ts';
import { isInsideFolder } from '../../inside-folder.ts';
import type { Location } from '../../location.ts';
import { UserError } from '../../user-error.ts';
import { asMapping } from '../mapping.ts';

/** A personal column that a list outside of the YAML of dbt names. */
export interface ListedMark {
  /** `source.table`, or the name of a model, seed or snapshot. */
  readonly table: string;
  /** Name of the column; `*` for all columns. */
  readonly column: string;
  readonly piiType: string | undefined;
  readonly location: Location;
}

/**
 * Reads a list of personal columns that is kept outside of the YAML of dbt. A CSV has the columns `table` and `column`, and
 * perhaps `pii_type`; a YAML file has the tables as keys, each with a list of columns, or a mapping of columns to types.
 * @param path below the project folder
 * @throws {UserError} for a file outside of the project folder, and for a file that is no such list
 */
export function readMarkList(path: string, files: ProjectFiles): readonly ListedMark[] {
  const text = files.read(path);
  const real = realpathSync(join(files.directory, path));
  if (!isInsideFolder(real, realpathSync(files.directory))) {
    throw badList({ file: path, line: 1, column: 1 }, 'the list of personal columns is outside of the project folder.');
  }
  return /\.ya?ml$/i.test(path) ? readYamlList(path, text) : readCsvList(path, text);
}

function readCsvList(file: string, text: string): readonly ListedMark[] {
  const [header, ...records] = readRecords(file, text);
  const names = (header?.cells ?? []).map((name) => name.trim().toLowerCase());
  const [table, column, piiType] = ['table', 'column', 'pii_type'].map((name) => names.indexOf(name));
  if (table === undefined || column === undefined || table < 0 || column < 0) {
    throw badList({ file, line: 1, column: 1 }, 'the first line of the list must name the columns table and column.');
  }
  return records.map(({ cells, line }) => ({
    table: (cells[table] ?? '').trim(),
    column: (cells[column] ?? '').trim(),
    piiType: (piiType !== undefined && cells[piiType]?.trim()) || undefined,
    location: { file, line, column: 1 },
  }));
}

interface CsvRecord {
  readonly cells: readonly string[];
  readonly line: number;
}

function readRecords(file: string, text: string): readonly CsvRecord[] {
  try {
    const lines: number[] = [];
    const records: readonly (readonly string[])[] = parse(text, {
      bom: true,
      skip_empty_lines: true,
      on_record: (record: string[], { lines: line }) => {
        lines.push(line);
        return record;
      },
    });
    return records.map((cells, index) => ({ cells, line: lines[index] ?? 1 }));
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = typeof cause['lines'] === 'number' ? cause['lines'] : 1;
    throw badList({ file, line, column: 1 }, 'the list of personal columns is no CSV.');
  }
}

function readYamlList(file: string, text: string): readonly ListedMark[] {
  const document = readYaml(file, text);
  const tables = asMapping(document.value);
  if (!tables) throw badList(document.locate([]), 'the list of personal columns is no mapping of tables.');
  return [...tables].flatMap(([table, written]) => {
    const columns = asMapping(written);
    if (columns) {
      return [...columns].map(([column, type]) => ({
        table,
        column,
        piiType: typeof type === 'string' ? type : undefined,
        location: document.locate([table, column], 'key'),
      }));
    }
    if (!Array.isArray(written)) throw badList(document.locate([table], 'key'), `'${table}' has no list of columns.`);
    return written.map((column, index) => ({
      table,
      column: String(column),
      piiType: undefined,
      location: document.locate([table, index]),
    }));
  });
}

function badList(location: Location, message: string): UserError {
  return new UserError({
    code: 'bad-mark-list',
    message,
    location,
    fix: 'write a CSV with the columns table and column, or a YAML file of tables and their columns',
  });
}
