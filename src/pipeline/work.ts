import type { Warehouse } from '../warehouse/warehouse.ts';
import type { OpenedProject } from './open-project.ts';
import type { PipelineOptions, RowOptions } from './options.ts';
import type { Stages } from './stages.ts';

/** What the stages of one call work on. */
export interface Work extends OpenedProject {
  /** Has the sources with their types; `undefined` where there is none, and the types that YAML declares count. */
  readonly warehouse: Warehouse | undefined;
  readonly options: PipelineOptions;
  readonly stages: Stages;
}

/** The same where rows are copied, built and looked at. */
export interface RowWork extends Work {
  readonly warehouse: Warehouse;
  readonly rows: RowPlan;
}

export interface RowPlan extends RowOptions {
  /** Of the file that rows are copied into. */
  readonly path: string;
  /** Unique ids of the nodes that are built and tested. */
  readonly selected: ReadonlySet<string>;
}
