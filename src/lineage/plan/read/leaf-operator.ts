import type { TypeKey } from './expression.ts';

export interface TableName {
  readonly catalog: string;
  readonly schema: string;
  readonly name: string;
}

/** A column that a scan reads. `virtual` is a row id, or no column at all: DuckDB writes both in the same way. */
export type GetColumn =
  | { readonly kind: 'column'; readonly name: string; readonly type: TypeKey }
  | { readonly kind: 'virtual'; readonly type: TypeKey };

export interface DelimGet {
  readonly type: 'LOGICAL_DELIM_GET';
  readonly tableIndex: number;
  readonly types: readonly TypeKey[];
}

export interface CteRef {
  readonly type: 'LOGICAL_CTE_REF';
  readonly tableIndex: number;
  readonly cteIndex: number;
}

/** Rows of constants. A DUMMY_SCAN has one row, and no query reads its column by name. */
export interface ChunkGet {
  readonly type: 'LOGICAL_CHUNK_GET' | 'LOGICAL_DUMMY_SCAN';
  readonly tableIndex: number;
  readonly types: readonly TypeKey[];
}

export interface EmptyResult {
  readonly type: 'LOGICAL_EMPTY_RESULT';
  readonly types: readonly TypeKey[];
}
