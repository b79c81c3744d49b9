import type { ColumnType } from '../warehouse/warehouse.ts';
import type { Flow, NamesFromData, RootFlow } from './flow.ts';

/**
 * Trace of one query of a model: its flows from the tables it reads. A flow from the column `ROWS` of a table comes
 * from the set of its rows.
 */
export interface QueryTrace {
  readonly columns: readonly TracedOutput[];
  readonly dataset: readonly Flow[];
  /**
   * Flows of values that set the number of rows of the query. The column `SIZE` of an input stands for its number of
   * rows.
   */
  readonly size: ComparedFlows;
  /** Absent where no column name comes from data. */
  readonly names?: readonly QueryNames[];
}

/** {@link NamesFromData} with flows from the query's own inputs instead of the roots. */
export interface QueryNames extends Omit<NamesFromData, 'flows'> {
  readonly flows: readonly Flow[];
}

/** Flows into a column or a number of rows, and flows of the values that it was compared with. */
export interface ComparedFlows<F extends Flow | RootFlow = Flow> {
  readonly flows: readonly F[];
  /** Comparisons (`equals`) that give a value away as soon as a later query also filters by it or reads it. */
  readonly compared: readonly F[];
}

export type TracedOutput = ColumnType & ComparedFlows;
