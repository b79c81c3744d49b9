import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { OpenedProject } from '../open/open-project.ts';
import type { PipelineOptions, RowOptions } from '../options.ts';
import type { Stages } from './stages.ts';

/** The values that each stage of a call needs. */
export interface Work extends OpenedProject {
  /** Gives the sources their types; `undefined` leaves them to YAML. */
  readonly warehouse: Warehouse | undefined;
  readonly options: PipelineOptions;
  readonly stages: Stages;
}

/** The values that each stage needs which copies, builds or reads rows. */
export interface RowWork extends Work {
  readonly warehouse: Warehouse;
  readonly rows: RowPlan;
}

export interface RowPlan extends RowOptions {
  /** Path of the file that rows are copied into. */
  readonly path: string;
  /** Unique ids of the nodes that are built and tested. */
  readonly selected: ReadonlySet<string>;
}
