import type { ColumnType } from '../warehouse/warehouse.ts';
import type { Flow, NamesFromData } from './flow.ts';

/** What one query of a model does with the tables it reads. Flows from {@link ROWS} are those of a table's rows. */
export interface QueryTrace {
  readonly columns: readonly TracedOutput[];
  readonly dataset: readonly Flow[];
  /** Absent where no PIVOT names columns. */
  readonly names?: readonly QueryNames[];
}

/** {@link NamesFromData}, as far as one query knows. */
export interface QueryNames extends Omit<NamesFromData, 'flows'> {
  readonly flows: readonly Flow[];
}

export interface TracedOutput extends ColumnType {
  readonly flows: readonly Flow[];
}
