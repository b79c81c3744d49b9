import { resolve } from 'node:path';
import type { LimitsConfig } from '../config/fenceline-config.ts';
import { EnvironmentError } from '../environment-error.ts';
import { fileExists } from '../file-exists.ts';
import { openReadOnly } from '../warehouse/duckdb.ts';

/** The named warehouse, else the target's where it exists; read-only. */
export async function openExisting(named: string | undefined, target: string, limits: LimitsConfig) {
  if (named !== undefined && !(await fileExists(named))) {
    throw new EnvironmentError(
      `there is no warehouse ${named}`,
      'name an existing DuckDB file, or leave --warehouse away',
    );
  }
  const path = resolve(named ?? target);
  return (await fileExists(path)) ? openReadOnly(path, limits) : undefined;
}
