import type { Draw } from '../draw.ts';
import type { Kind, Schema } from './random-schema.ts';

/** A column of a query or of an entry of FROM, with the SQL that an expression reads it by. */
export interface Column {
  readonly sql: string;
  readonly name: string;
  readonly kind: Kind;
}

/** The SQL of a query or of an entry of FROM, and the columns that it gives. */
export interface Relation {
  readonly sql: string;
  readonly columns: readonly Column[];
}

/**
 * With `all`, also shapes of SQL that only an attacker of the lineage writes: sizes computed from values, values put
 * together from parts.
 */
export type Shapes = 'ordinary' | 'all';

/** The draw, the tables and the limits of one random query, for every function that writes a part of it. */
export interface GeneratorContext {
  readonly draw: Draw;
  /** Tables and CTEs that FROM can name. */
  readonly tables: Schema;
  /** How many levels of nested queries and expressions may follow. */
  readonly depth: number;
  readonly shapes: Shapes;
  /** Whether expressions may call the macros that `macrosOf` creates. */
  readonly macros: boolean;
  /** Writes an entry of FROM. It is handed down, as `makeQuery` is: an import would close a circle of files. */
  readonly makeRelation: (context: GeneratorContext) => Relation;
  /** Writes a query. */
  readonly makeQuery: (context: GeneratorContext) => Relation;
}
