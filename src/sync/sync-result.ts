/** What sync did for one table. Counts only. */
export interface SyncedTable {
  /** Relation in the warehouse: `raw_user`. */
  readonly table: string;
  /** Relation in Postgres: `public.accounts_user`. */
  readonly from: string;
  readonly rows: number;
  readonly milliseconds: number;
  readonly columns: readonly SyncedColumn[];
}

export interface SyncedColumn {
  readonly name: string;
  readonly postgresType: string;
  readonly type: string;
  /** No type of the warehouse fits: its Postgres text is kept. */
  readonly keptAsText: boolean;
}
