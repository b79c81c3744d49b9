import { resolve } from 'node:path';
import { EnvironmentError } from '../environment-error.ts';
import { fileExists } from '../file-exists.ts';
import { type DuckDBOptions, openReadOnly } from '../warehouse/duckdb.ts';

/**
 * Opens the warehouse that is named, else that of the target if it exists. It is only read.
 * @throws {EnvironmentError} when there is no such file, or it cannot be opened
 */
export async function openExisting(
  named: string | undefined,
  target: string,
  options: Pick<DuckDBOptions, 'statementSeconds' | 'parses'>,
) {
  if (named !== undefined && !(await fileExists(named))) {
    throw new EnvironmentError(
      `there is no warehouse ${named}`,
      'name an existing DuckDB file, or leave out --warehouse',
    );
  }
  const path = resolve(named ?? target);
  return (await fileExists(path)) ? openReadOnly(path, options) : undefined;
}
