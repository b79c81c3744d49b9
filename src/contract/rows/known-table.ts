import type { ParseNode } from '../../warehouse/parse-sql.ts';
import type { PersonalNames } from './personal-names.ts';

/** The table, CTE or model that a name in a FROM stands for. */
export type KnownTable =
  /** A model, by the query that it is of, and its own columns with a tag. */
  | { readonly kind: 'query'; readonly node: ParseNode; readonly tagged: readonly string[] }
  /** A table of origin, whose rows are the persons. */
  | { readonly kind: 'origin'; readonly origin: Origin }
  /** A table that holds personal values, of which no query is to be had. */
  | { readonly kind: 'opaque' };

export interface Origin {
  readonly uniqueId: string;
  readonly database: string;
  readonly schema: string;
  readonly alias: string;
  readonly personal: PersonalNames;
  /** The column that tells its persons apart; without one they are numbered. */
  readonly key: string | undefined;
}

/** Finds what another query reads by these names; `undefined` for what holds nothing personal. */
export type FindTable = (table: { catalog: string; schema: string; name: string }) => KnownTable | undefined;
