import type { ColumnType } from '../warehouse/warehouse.ts';
import type { Flow, NamesFromData, RootFlow } from './flow.ts';

/**
 * Trace of one query of a model: its flows from the tables it reads. A flow whose source is the column `ROWS` comes
 * from which rows a table has.
 */
export interface QueryTrace {
  readonly columns: readonly TracedOutput[];
  readonly dataset: readonly Flow[];
  /** Values that say how many rows the query gives. The column `SIZE` of an input stands for the same of that one. */
  readonly size: ComparedFlows;
  /** Absent where no column name comes from data. */
  readonly names?: readonly QueryNames[];
}

/** {@link NamesFromData} with flows from the query's own inputs instead of the roots. */
export interface QueryNames extends Omit<NamesFromData, 'flows'> {
  readonly flows: readonly Flow[];
}

/** Flows into something, and those of the values that it was compared with. */
export interface ComparedFlows<F extends Flow | RootFlow = Flow> {
  readonly flows: readonly F[];
  /** Equalities (`equals`) that show as soon as the compared values choose rows, or are read beside. */
  readonly compared: readonly F[];
}

export type TracedOutput = ColumnType & ComparedFlows;
