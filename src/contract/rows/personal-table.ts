import type { ParseNode } from '../../warehouse/parse-sql.ts';
import type { PersonalNames } from './personal-names.ts';

/** A table or model with personal values that a query can read. */
export type PersonalTable =
  /** A model: its query, and its own columns with a tag. */
  | { readonly kind: 'query'; readonly node: ParseNode; readonly tagged: readonly string[] }
  /** A table of origin, whose rows are the persons. */
  | { readonly kind: 'origin'; readonly origin: Origin }
  /** A table of personal values whose query cannot be read, so that nothing says whose they are. */
  | { readonly kind: 'opaque' };

/**
 * A table in which values become personal: a source, a seed, or a model that reads nothing personal. Its rows are the
 * persons.
 */
export interface Origin {
  readonly uniqueId: string;
  readonly database: string;
  readonly schema: string;
  readonly alias: string;
  readonly personal: PersonalNames;
  /** The column that identifies its rows; without one, the rows are numbered. */
  readonly key: string | undefined;
}

/** Finds a table by the names with which a query reads it; `undefined` for one that holds nothing personal. */
export type FindTable = (table: { catalog: string; schema: string; name: string }) => PersonalTable | undefined;
