import type { ColumnType } from '../warehouse/warehouse.ts';
import type { Lineage } from './flow.ts';
import type { ModelLineage } from './propagate/carried-flow.ts';
import type { QueryTrace } from './query-trace.ts';

/** The lineage of a project, and what the stages after the trace, and a trace after a change, need of it. */
export interface TracedProject extends Lineage {
  /** Traces of the models' queries over their direct inputs, by unique id. */
  readonly queries: ReadonlyMap<string, QueryTrace>;
  /** Texts that each node's own template printed, without those of ephemeral models. */
  readonly texts: ReadonlyMap<string, ReadonlySet<string>>;
  /** Columns of the models with a PIVOT over the data, if the data has all declared values and no other. */
  readonly declaredColumns: ReadonlyMap<string, readonly ColumnType[]>;
  /** Lineage of the models for the models after them, and the columns of their tables, by unique id. */
  readonly models: ReadonlyMap<string, TracedModel>;
}

/** A model for the models after it. */
export interface TracedModel {
  readonly lineage: ModelLineage;
  /** `undefined` for a model whose query could not be planned. */
  readonly columns: readonly ColumnType[] | undefined;
}
