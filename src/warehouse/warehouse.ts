import type { ProjectSql, Sql } from '../sql.ts';
import type { ParseAnswer } from './parse-sql.ts';
import type { SqlErrorFact, SqlErrorKind } from './sql-error.ts';

/**
 * A session on a DuckDB database: Fenceline's only access to data. It runs only {@link Sql}. Statements of one session
 * run one after another, in the order given. Every method rejects with {@link SqlError}.
 */
export interface Warehouse extends AsyncDisposable {
  /**
   * Runs one or more statements. Returns the number of rows that the last one inserted, updated or deleted (0 for
   * others).
   */
  run(statements: Sql, parameters?: readonly Parameter[]): Promise<number>;
  /** Reads a whole result into memory: for catalogs, tests and plans, never for a user's table. */
  rows(query: Sql, parameters?: readonly Parameter[]): Promise<readonly Row[]>;
  /** Name and type of each column of a query, without running it. */
  describe(query: Sql | ProjectSql): Promise<readonly ColumnType[]>;
  /** The bound logical plan of each statement in the text, as the engine gives it (DuckDB: `json_serialize_plan`). */
  plan(query: Sql | ProjectSql): Promise<PlanAnswer>;
  /** The parse tree of each statement in the text; the same text is parsed once. */
  parse(query: Sql | ProjectSql): Promise<ParseAnswer>;
  /** Another session on the same database, to work beside this one. */
  session(): Promise<Warehouse>;
}

/** A value for a placeholder `?`: a text, or bytes as a BLOB. */
export type Parameter = string | Uint8Array;

/** Column name → value. Integers beyond 2^53 are bigint; dates, decimals, lists and structs are their DuckDB text. */
export type Row = { readonly [column: string]: Cell };
export type Cell = null | boolean | number | bigint | string;

export interface ColumnType {
  readonly name: string;
  /** Type as `DESCRIBE` spells it: `DECIMAL(10,2)`, `STRUCT(a INTEGER)`. */
  readonly type: string;
}

/**
 * Plans as the engine serializes them, still unchecked (`lineage/plan/read/read-plan.ts` decodes them), or the engine's
 * error.
 */
export type PlanAnswer =
  | { readonly ok: true; readonly plans: readonly unknown[] }
  | {
      readonly ok: false;
      readonly kind: SqlErrorKind;
      readonly message: string;
      readonly offset?: number;
      readonly fact?: SqlErrorFact;
    };
