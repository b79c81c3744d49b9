import type { ColumnDrift } from './column-drift.ts';

/** The result of copying one table, with texts about what differs from Postgres: `kept as text: price`. */
export interface SyncedTable extends LoadedTable {
  readonly remarks: readonly string[];
}

/** The numbers of a copied table: names, types and counts, no values. */
export interface LoadedTable {
  /** Schema in the warehouse: `main`. */
  readonly schema: string;
  /** Relation in the warehouse: `raw_user`. */
  readonly table: string;
  /** Relation in Postgres: `public.accounts_user`, or `public.accounts_user of crm` in a database with a name. */
  readonly from: string;
  /** Rows of the table in the warehouse. */
  readonly rows: number;
  /** The change by an incremental copy; absent where all rows were copied. */
  readonly increment?: RowsChanged;
  readonly milliseconds: number;
  readonly columns: readonly SyncedColumn[];
  /** Differences of the table in Postgres from the last copy. */
  readonly drift: readonly ColumnDrift[];
}

/** Numbers of rows that an incremental copy read, and that it removed since Postgres has them no more. */
export interface RowsChanged {
  readonly read: number;
  readonly removed: number;
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
