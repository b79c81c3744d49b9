import { resolve } from 'node:path';
import { EnvironmentError } from '../../environment-error.ts';
import { fileExists } from '../../file-exists.ts';
import { type DuckDBOptions, openReadOnly } from '../../warehouse/duckdb.ts';

/**
 * Opens a warehouse, for reading only: the file that the user names, else that of the target if it exists.
 * @throws {EnvironmentError} when the named file does not exist, or the file cannot be opened
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
