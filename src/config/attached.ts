import { existsSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import type { Location } from '../location.ts';
import { sameName } from '../name.ts';
import { type Mistake, UserError } from '../user-error.ts';
import { isElsewhere } from './is-elsewhere.ts';
import { findWarehousePlace } from './warehouse-path.ts';

/** A database that a profile attaches beside the warehouse (dbt-duckdb: `attach`). Sources name it by `alias`. */
export type AttachedDatabase =
  /** A DuckDB file, by its absolute path. It is read only. */
  | { readonly kind: 'file'; readonly alias: string; readonly path: string }
  /** A Postgres, which is not attached: sync copies the tables that sources name. */
  | { readonly kind: 'postgres'; readonly alias: string };

interface AttachOptions {
  /** The value of `attach`, with Jinja rendered. */
  readonly written: unknown;
  readonly profileFile: string;
  readonly projectDirectory: string;
  /** Absolute path of the warehouse, or `:memory:`. */
  readonly warehouse: string;
  readonly locate: (index: number) => Location;
  /** Whether one variable of the environment is the whole path of an entry. */
  readonly isOneVariable: (index: number) => boolean;
}

/**
 * Reads which databases a profile attaches. One that cannot be read is left out with a remark: sources in it are then tables
 * of the warehouse, or known by their types.
 */
export function readAttached({ written, warehouse, locate, ...around }: AttachOptions): {
  readonly attached: readonly AttachedDatabase[];
  readonly remarks: readonly Mistake[];
} {
  const attached: AttachedDatabase[] = [];
  const remarks: Mistake[] = [];
  for (const [index, entry] of (Array.isArray(written) ? written : []).entries()) {
    const { path, alias = nameOf(path), type } = textsOf(entry);
    const location = locate(index);
    if (type === 'postgres' || path.startsWith('postgres:')) {
      attached.push({ kind: 'postgres', alias });
      continue;
    }
    const place = isElsewhere(path) || (type !== undefined && type !== 'duckdb') ? undefined : path;
    const read = place === undefined ? NO_FILE : findFile({ ...around, path: place, index, location });
    if (typeof read === 'string') remarks.push(notAttached(alias, read, location));
    // An entry for the warehouse itself is left out: under a second name its models would have no lineage.
    else if (read.path === warehouse || attached.some((other) => sameName(other.alias, alias))) continue;
    else attached.push({ kind: 'file', alias, path: read.path });
  }
  return { attached, remarks };
}

const NO_FILE = 'it is no file of DuckDB';

interface Entry {
  readonly path: string;
  readonly alias?: string;
  readonly type?: string;
}

function textsOf(entry: unknown): Entry {
  const mapping: { readonly [key: string]: unknown } = typeof entry === 'object' && entry !== null ? { ...entry } : {};
  const { path, alias, type } = mapping;
  return {
    path: String(path ?? ''),
    ...(typeof alias === 'string' && alias !== '' && { alias }),
    ...(typeof type === 'string' && { type: type.toLowerCase() }),
  };
}

/** Name of an attached database without an alias: DuckDB names it after its file. */
function nameOf(path: unknown): string {
  const name = basename(String(path));
  return basename(name, extname(name));
}

/** The file of an entry, or the reason why it is not attached. */
function findFile({
  path: written,
  index,
  location,
  profileFile,
  projectDirectory,
  isOneVariable,
}: Pick<AttachOptions, 'profileFile' | 'projectDirectory' | 'isOneVariable'> & {
  readonly path: string;
  readonly index: number;
  readonly location: Location;
}): { readonly path: string } | string {
  const path = resolve(projectDirectory, written);
  try {
    const place = { path, profileFile, projectDirectory, isOneVariable: isOneVariable(index), location };
    if (findWarehousePlace(place) !== path) return 'its path leads out of the repository, and the profile is in it';
  } catch (error) {
    if (error instanceof UserError) return error.mistakes[0]?.message ?? '';
    throw error;
  }
  return existsSync(path) ? { path } : 'there is no such file';
}

function notAttached(alias: string, reason: string, location: Location): Mistake {
  return {
    code: 'not-attached',
    message: `the database ${alias} is not attached: ${reason}. Its sources are read from the warehouse, or known by their types.`,
    location,
  };
}
