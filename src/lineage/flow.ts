import type { Location } from '../location.ts';
import type { Share } from './share.ts';

/** Ways in which a value itself travels (OpenLineage columnLineage 1-2-0). */
export type DirectSubtype = 'IDENTITY' | 'TRANSFORMATION' | 'AGGREGATION';
/** Ways in which a column shapes a result that does not hold its value (OpenLineage columnLineage 1-2-0). */
export type IndirectSubtype = 'JOIN' | 'GROUP_BY' | 'FILTER' | 'SORT' | 'WINDOW' | 'CONDITIONAL';

/**
 * How much of a source value a result still shows, strongest first. A value of which nothing is left has no flow, and
 * so no state.
 */
export type State = 'clear' | 'partial' | 'pseudonymous' | 'aggregate';
export const STATES: readonly State[] = ['clear', 'partial', 'pseudonymous', 'aggregate'];

export type FlowKind =
  | { readonly type: 'DIRECT'; readonly subtype: DirectSubtype }
  | { readonly type: 'INDIRECT'; readonly subtype: IndirectSubtype };

/** A number that an aggregate computes from several rows: their sum, their mean. */
export interface Summary {
  /**
   * Columns that group and filter the rows of the summary. If one is a key of the table with the values, the summary is
   * about one row.
   */
  readonly of: readonly Pin[];
  /** State of the value where the summary has only one row. */
  readonly alone: State;
  /** Set for a count. It shows something of a value only if that value is {@link Flow.shownBy} such a count. */
  readonly counts?: Counts;
}

/** The values that a count counts: all of them, or each different one once. */
export type Counts = 'values' | 'different values';

/** A column of a node or source: the name is spelled as in the warehouse. */
export interface ColumnRef {
  readonly uniqueId: string;
  readonly column: string;
}

/** A column that has one value, or one of a few, in all rows. */
export type Pin = ColumnRef & {
  /**
   * Set for a boolean column: the rows are those where it is true. Such a column pins a value if it is a test for one
   * value.
   */
  readonly isTested?: true;
};

/** One way from an input column of a model to an output column; in `dataset`, to the rows of the model. */
export type Flow = FlowKind & {
  readonly source: ColumnRef;
  readonly state: State;
  /** Whether the flow goes through a declared mask. */
  readonly masking: boolean;
  /** Names of the masks that the flow goes through, from the inside out. */
  readonly masks: readonly string[];
  /** Place in a template of the innermost expression on the way that the plan locates, else the model's first line. */
  readonly location: Location;
  /** The innermost expression as written in the compiled SQL, shortened; never a literal's content. */
  readonly expression: string;
  /**
   * Columns that the value was compared with, if that comparison gives the value away: the result has such a column. An
   * empty list stands for values that the query generates. Absent for any other flow.
   */
  readonly equals?: readonly ColumnRef[];
  /** The summary that the value went into. Absent for a value that no aggregate summarised. */
  readonly summary?: Summary;
  /** The part of the value that is left. Absent for a whole value. */
  readonly part?: Share;
  /**
   * Present if one expression computes its result from this value and others: two parts of a value may then be all of
   * it. `beside`: the values are only concatenated, as in the text of a key. `against`: the expression may compare them
   * with each other.
   */
  readonly assembled?: 'beside' | 'against';
  /** Columns that have the same value, or one of a few, in all rows that this value can come from: `where id = 3`. */
  readonly pinned?: readonly Pin[];
  /**
   * The count over one row of such values that shows something of the value. `values`: the value decides whether it is NULL
   * (`try_cast`). `different values`: it is put beside others, and may equal one of them (UNION). Absent: no count does.
   */
  readonly shownBy?: Counts;
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
  /** {@link Flow.equals}, and the columns that those columns take their values from. */
  readonly equals?: readonly ColumnRef[];
};

/** A flow through one node, and the column of that node in which it lands (none for a `dataset` flow). */
export type Step = FlowKind & {
  readonly uniqueId: string;
  readonly column: string | undefined;
  /** State that a whole value has after this step alone. */
  readonly state: State;
  readonly location: Location;
  readonly expression: string;
};

/**
 * Columns of a model whose names come from data: from values that a PIVOT turns on or that a template queries, in this
 * model or in one before.
 */
export interface NamesFromData {
  /** The model's columns with such a name; empty if no output column has one. */
  readonly columns: readonly string[];
  /** The names as the data spells them, without the prefix or suffix that a query adds. */
  readonly values: readonly string[];
  /**
   * Whether such a name also becomes a value (UNPIVOT, a whole row as JSON, a literal), and so flows wherever the
   * model's values flow.
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
      /** `UnknownFlow.advice`: how to mend the cause. */
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
