import type { Location } from '../location.ts';

/** OpenLineage 1-2-0 column lineage: how a value travels … */
export type DirectSubtype = 'IDENTITY' | 'TRANSFORMATION' | 'AGGREGATION';
/** … and how a column shapes a result without its value being in it. */
export type IndirectSubtype = 'JOIN' | 'GROUP_BY' | 'FILTER' | 'SORT' | 'WINDOW' | 'CONDITIONAL';

/** How much of the value is left, strongest first; `none` is no flow at all and never written down. */
export type State = 'clear' | 'partial' | 'pseudonymous' | 'aggregate';
export const STATES: readonly State[] = ['clear', 'partial', 'pseudonymous', 'aggregate'];

export type FlowKind =
  | { readonly type: 'DIRECT'; readonly subtype: DirectSubtype }
  | { readonly type: 'INDIRECT'; readonly subtype: IndirectSubtype };

/** A column of a node or source, by unique id and name as the warehouse spells it. */
export interface ColumnRef {
  readonly uniqueId: string;
  readonly column: string;
}

/** One way from an input column of a model to an output column (or, in `dataset`, to which rows there are). */
export type Flow = FlowKind & {
  readonly source: ColumnRef;
  readonly state: State;
  /** Went through a declared mask. */
  readonly masking: boolean;
  /** Names of the masks it went through, inside out. */
  readonly masks: readonly string[];
  /** Where in a template the step is written: the innermost expression of it the plan locates, else the model's first line. */
  readonly location: Location;
  /** The expression at that step as written in the compiled SQL, shortened; never a literal's content. */
  readonly expression: string;
};

/**
 * A flow from a root column (of a source or seed) over every node on its way; `steps` from the root to the output. A
 * model's column to which YAML gives tags or meta is a root as well, besides the roots it comes from: with no steps in
 * that model itself.
 */
export type RootFlow = FlowKind & {
  readonly source: ColumnRef;
  readonly state: State;
  readonly masking: boolean;
  readonly masks: readonly string[];
  readonly steps: readonly Step[];
};

/** A flow through one node: the column it lands in there (none for a `dataset` flow), and how. */
export type Step = FlowKind & {
  readonly uniqueId: string;
  readonly column: string | undefined;
  /** What this step alone leaves of a value it is given whole. */
  readonly state: State;
  readonly location: Location;
  readonly expression: string;
};

/** Columns of a model named by data: by what a PIVOT turns on or a template asks for, there or in a model before. */
export interface NamesFromData {
  /** Of those of the model's columns that bear such a name; none where no name leaves the query. */
  readonly columns: readonly string[];
  /** What the names say, without what a query puts around it. */
  readonly values: readonly string[];
  /** What names columns is also a value (UNPIVOT, a whole row as JSON, a literal): it goes where values of the model go. */
  readonly inValues: boolean;
  /** Whose values the names are. Each step has the column `*`. */
  readonly flows: readonly RootFlow[];
}

export type NodeLineage =
  | {
      readonly status: 'traced';
      readonly columns: readonly {
        readonly name: string;
        readonly type: string;
        readonly flows: readonly RootFlow[];
      }[];
      readonly dataset: readonly RootFlow[];
      /** Absent where data names nothing. */
      readonly names?: readonly NamesFromData[];
    }
  | {
      readonly status: 'unknown';
      readonly reason: string;
      readonly location: Location;
      readonly names?: readonly NamesFromData[];
    };

/** The whole graph: an entry for each model (ephemeral ones too) and seed, in DAG order. A model that reads an unknown one is unknown. */
export interface Lineage {
  readonly nodes: ReadonlyMap<string, NodeLineage>;
}
