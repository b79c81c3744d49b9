import type { IndirectSelection } from '../../indirect-selection.ts';

/** One criterion of a selection (dbt): `@stg_users`, `2+tag:nightly+`, `config.materialized:view`. */
export interface Criterion {
  readonly written: string;
  /** Whether it begins with `@`: its children are selected, too, and all ancestors of both. */
  readonly hasChildrensParents: boolean;
  /** Numbers of steps upstream (`parents`) and downstream (`children`) that are selected, too. */
  readonly parents: number;
  readonly children: number;
  /** Name of an entry of `METHODS`. */
  readonly method: string;
  /** The text between the method and the colon: `materialized` of `config.materialized:view`. */
  readonly argument: string | undefined;
  readonly value: string;
}

/** A selection as criteria and the operations on them. */
export type SelectionTree =
  | { readonly kind: 'everything' }
  | { readonly kind: 'criterion'; readonly criterion: Criterion; readonly indirect?: IndirectSelection }
  | { readonly kind: 'union' | 'intersection'; readonly of: readonly SelectionTree[] }
  | { readonly kind: 'difference'; readonly from: SelectionTree; readonly without: SelectionTree };

/** An entry of selectors.yml. */
export interface Selector {
  readonly name: string;
  readonly isDefault: boolean;
  readonly tree: SelectionTree;
}
