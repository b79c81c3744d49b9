import type { ColumnType } from '../warehouse/warehouse.ts';
import type { Flow, NamesFromData } from './flow.ts';

/**
 * What one query of a model does with the tables it reads. A flow whose source is the column `ROWS` comes from which
 * rows a table has.
 */
export interface QueryTrace {
  readonly columns: readonly TracedOutput[];
  readonly dataset: readonly Flow[];
  /** Absent where no column name comes from data. */
  readonly names?: readonly QueryNames[];
}

/** {@link NamesFromData} with flows from the query's own inputs instead of the roots. */
export interface QueryNames extends Omit<NamesFromData, 'flows'> {
  readonly flows: readonly Flow[];
}

export interface TracedOutput extends ColumnType {
  readonly flows: readonly Flow[];
}
