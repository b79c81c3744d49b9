import { readdirSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import type { Files } from '../../project/testing/small-project.ts';

/** A small project with what real dbt made of it: dbt-core 1.11.16 with dbt-duckdb 1.10.1 on DuckDB 1.5.6. */
export interface DbtCase {
  /** A sentence about dbt. */
  readonly name: string;
  /** Why Fenceline does otherwise; absent where it does as dbt. */
  readonly differs?: string;
  readonly files: Files;
  /** One after another in the same folder. */
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
  /** `unique_id status`, and the failures of a test; `refused` where nothing was built. */
  readonly dbt: 'refused' | readonly string[];
}

/** A query on the warehouse behind all builds, and its rows as texts; `null` where it fails. */
export interface DbtTable {
  readonly query: string;
  readonly rows: readonly (readonly (string | null)[])[] | null;
}

const FOLDER = new URL('../dbt-cases/', import.meta.url);

/** All cases by the name of their file. */
export function readDbtCases(): ReadonlyMap<string, readonly DbtCase[]> {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yml'));
  return new Map(
    files.map((file) => [
      file.replace('.yml', ''),
      // The cases are ours, and their test fails where they have another shape.
      load(readFileSync(new URL(file, FOLDER), 'utf8')) as readonly DbtCase[],
    ]),
  );
}

/** Files that each case has unless it writes its own. */
export const COMMON_FILES: Files = {
  'dbt_project.yml': 'name: shop\nprofile: shop\n',
  'profiles.yml':
    'shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: wh.duckdb, schema: main, threads: 2}\n',
};
