import type { Location } from '../location.ts';
import type { Share } from './share.ts';

/** Ways in which a value itself travels (OpenLineage columnLineage 1-2-0). */
export type DirectSubtype = 'IDENTITY' | 'TRANSFORMATION' | 'AGGREGATION';
/** Ways in which a column shapes a result that does not hold its value (OpenLineage columnLineage 1-2-0). */
export type IndirectSubtype = 'JOIN' | 'GROUP_BY' | 'FILTER' | 'SORT' | 'WINDOW' | 'CONDITIONAL';

/** How much of a value is left, strongest first. A value that is gone has no flow, and so no state. */
export type State = 'clear' | 'partial' | 'pseudonymous' | 'aggregate';
export const STATES: readonly State[] = ['clear', 'partial', 'pseudonymous', 'aggregate'];

export type FlowKind =
  | { readonly type: 'DIRECT'; readonly subtype: DirectSubtype }
  | { readonly type: 'INDIRECT'; readonly subtype: IndirectSubtype };

/** A number about several rows. */
export interface Summary {
  /** Columns that group and choose its rows: of the table that the values are of, such a key leaves one row. */
  readonly of: readonly Pin[];
  /** State of a value whose summary has one row. */
  readonly alone: State;
}

/** A column of a node or source: the name is spelled as in the warehouse. */
export interface ColumnRef {
  readonly uniqueId: string;
  readonly column: string;
}

/** A column that has one value, or one of a few, in all rows. */
export type Pin = ColumnRef & {
  /**
   * Set for a yes or no: the rows are those with a yes, which is as good as a value where the test was for one value.
   */
  readonly isTested?: true;
};

/** One way from an input column of a model to an output column; in `dataset`, to the rows of the model. */
export type Flow = FlowKind & {
  readonly source: ColumnRef;
  readonly state: State;
  /** Whether it goes through a declared mask. */
  readonly masking: boolean;
  /** Names of the masks it goes through, from the inside out. */
  readonly masks: readonly string[];
  /** Place in a template of the innermost expression on the way that the plan locates, else the model's first line. */
  readonly location: Location;
  /** The innermost expression as written in the compiled SQL, shortened; never a literal's content. */
  readonly expression: string;
  /**
   * Columns that the value was compared with, where an influence gives the value away: the result shows this column, or
   * values that the query generates (none). Absent for any other flow.
   */
  readonly equals?: readonly ColumnRef[];
  /** Absent for any other value. */
  readonly summary?: Summary;
  /** The part that is left of the value, where it is not whole. */
  readonly part?: Share;
  /**
   * Present where it was put together with other values: two parts of a value may then be all of it. `beside` another one, as
   * in the text of a key, values are not compared with each other.
   */
  readonly assembled?: 'beside' | 'against';
  /** Columns of which all rows have the same value, or one of a few, from which this one can come: `where id = 3`. */
  readonly pinned?: readonly Pin[];
};

/**
 * A flow from a root column (of a source or seed) through every node on its way; `steps` lead from the root to the
 * output. A model's column to which YAML gives tags or meta is a root as well: a flow without steps begins there,
 * besides the flows from the roots below.
 */
export type RootFlow = FlowKind & {
  readonly source: ColumnRef;
  readonly state: State;
  readonly masking: boolean;
  readonly masks: readonly string[];
  readonly steps: readonly Step[];
  /** {@link Flow.equals}, with the columns whose values that one holds. */
  readonly equals?: readonly ColumnRef[];
};

/** A flow through one node, and the column of that node in which it lands (none for a `dataset` flow). */
export type Step = FlowKind & {
  readonly uniqueId: string;
  readonly column: string | undefined;
  /** State that this step alone leaves of a whole value. */
  readonly state: State;
  readonly location: Location;
  readonly expression: string;
};

/**
 * Columns of a model whose names come from data: from values that a PIVOT turns on or that a template queries, in this
 * model or in one before.
 */
export interface NamesFromData {
  /** The model's columns with such a name; empty where no name leaves the query. */
  readonly columns: readonly string[];
  /** The names as the data has them, without what a query puts around them. */
  readonly values: readonly string[];
  /**
   * Whether such a name is also a value (UNPIVOT, a whole row as JSON, a literal) and so goes where the model's values
   * go.
   */
  readonly inValues: boolean;
  /** Flows from the source columns whose values became names. Each step has the column `*`. */
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
      /** Absent where no column name comes from data. */
      readonly names?: readonly NamesFromData[];
    }
  | {
      readonly status: 'unknown';
      readonly reason: string;
      /** As in `UnknownFlow`. */
      readonly advice?: string;
      readonly location: Location;
      readonly names?: readonly NamesFromData[];
    };

/**
 * The lineage of each model (ephemeral ones too) and seed, in DAG order. A model that reads an unknown one is unknown.
 */
export interface Lineage {
  readonly nodes: ReadonlyMap<string, NodeLineage>;
  /** Texts of nodes that depend on the secret of a mask, beside what the mask prints; absent where none was searched. */
  readonly exposedSecrets?: readonly {
    readonly uniqueId: string;
    readonly secret: string;
    readonly location: Location;
  }[];
}
