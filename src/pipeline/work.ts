import type { Warehouse } from '../warehouse/warehouse.ts';
import type { OpenedProject } from './open-project.ts';
import type { PipelineOptions, RowOptions } from './options.ts';
import type { Stages } from './stages.ts';

/** What each stage of a call needs. */
export interface Work extends OpenedProject {
  /** Gives the sources their types; `undefined` leaves them to YAML. */
  readonly warehouse: Warehouse | undefined;
  readonly options: PipelineOptions;
  readonly stages: Stages;
}

/** What each stage that copies, builds or reads rows needs. */
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
