import type { ColumnDrift } from './column-drift.ts';

/** The result of copying one table: names, types and counts, no values. */
export interface SyncedTable {
  /** Schema in the warehouse: `main`. */
  readonly schema: string;
  /** Relation in the warehouse: `raw_user`. */
  readonly table: string;
  /** Relation in Postgres: `public.accounts_user`. */
  readonly from: string;
  readonly rows: number;
  readonly milliseconds: number;
  readonly columns: readonly SyncedColumn[];
  /** Differences of the table in Postgres from the last copy. */
  readonly drift: readonly ColumnDrift[];
}

export interface SyncedColumn {
  readonly name: string;
  readonly postgresType: string;
  readonly type: string;
  /** True if no type of the warehouse fits, so that the column holds Postgres's text. */
  readonly keptAsText: boolean;
  /** How the values differ from Postgres's: `without trailing blanks`, `as JSON`; absent for equal values. */
  readonly change?: string;
  /** Values that became NULL, since they fit no type and `on_bad` says so; absent for none. */
  readonly nulled?: number;
}
