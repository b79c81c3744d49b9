import type { ColumnType } from '../warehouse/warehouse.ts';
import type { Lineage } from './flow.ts';
import type { ModelLineage } from './propagate/carried-flow.ts';
import type { QueryTrace } from './query-trace.ts';

/** The lineage of a project, with the results that later stages need, and that a trace after a change takes over. */
export interface TracedProject extends Lineage {
  /** Traces of the models' queries over their direct inputs, by unique id. */
  readonly queries: ReadonlyMap<string, QueryTrace>;
  /** Texts that each node's own template printed, without those of ephemeral models. */
  readonly texts: ReadonlyMap<string, ReadonlySet<string>>;
  /** Columns of sources and seeds by unique id, with types as the engine spells them. Those without known types are left out. */
  readonly sourceColumns: ReadonlyMap<string, readonly ColumnType[]>;
  /** Columns of the models with a PIVOT over the data, as they are if the data has all declared values and no other. */
  readonly declaredColumns: ReadonlyMap<string, readonly ColumnType[]>;
  /** Lineage and table columns of the models, as their downstream models read them, by unique id. */
  readonly models: ReadonlyMap<string, TracedModel>;
}

/** The lineage and columns of a model, as downstream models read them. */
export interface TracedModel {
  readonly lineage: ModelLineage;
  /** Columns of its table; `undefined` for a model whose query could not be planned. */
  readonly columns: readonly ColumnType[] | undefined;
}
