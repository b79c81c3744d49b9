import { readdirSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import type { Files } from '../../project/testing/small-project.ts';

/** A small project with the results of real dbt: dbt-core 1.11.16 with dbt-duckdb 1.10.1 on DuckDB 1.5.6. */
export interface DbtCase {
  /** A sentence about dbt. */
  readonly name: string;
  /** The reason why Fenceline gives another result; absent where it gives the same. */
  readonly differs?: string;
  readonly files: Files;
  /** Builds that run one after another in the same folder. */
  readonly builds: readonly DbtBuild[];
  readonly tables?: readonly DbtTable[];
}

/** One `dbt build` with its options. */
export interface DbtBuild {
  readonly vars?: { readonly [name: string]: unknown };
  readonly full_refresh?: boolean;
  readonly store_failures?: boolean;
  readonly event_time_start?: string;
  readonly event_time_end?: string;
  /** Lines `unique_id status`, with the failures of a test; `refused` where dbt builds nothing. */
  readonly dbt: 'refused' | readonly string[];
}

/** A query on the warehouse after all builds, and its rows as texts; `null` where the query fails. */
export interface DbtTable {
  readonly query: string;
  readonly rows: readonly (readonly (string | null)[])[] | null;
}

const FOLDER = new URL('../dbt-cases/', import.meta.url);

/** All cases, keyed by the name of their file without its ending. */
export function readDbtCases(): ReadonlyMap<string, readonly DbtCase[]> {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yml'));
  return new Map(
    files.map((file) => [
      file.replace('.yml', ''),
      // The files are our own; a test fails for a case of another shape.
      load(readFileSync(new URL(file, FOLDER), 'utf8')) as readonly DbtCase[],
    ]),
  );
}

/** Files of every case; a file of the case replaces the one of that name. */
export const COMMON_FILES: Files = {
  'dbt_project.yml': 'name: shop\nprofile: shop\n',
  'profiles.yml':
    'shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: wh.duckdb, schema: main, threads: 2}\n',
};
