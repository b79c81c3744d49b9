import type { QueryNode } from '../project/node.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { Statement } from './statement.ts';

/** The work of a materialization: a model or snapshot, its query and a session of its own. */
export interface Job {
  readonly model: QueryNode;
  readonly query: Statement;
  readonly session: Warehouse;
  /** The relation that has the model's place now. */
  readonly existing: 'table' | 'view' | undefined;
  readonly fullRefresh: boolean;
  /** Runs a statement around the model's SQL; an error says where in the template it is. */
  run(statement: Statement): Promise<void>;
}

/** How a model becomes a relation (dbt: materializations). Runs inside a transaction. */
export interface Materialization {
  readonly name: string;
  build(job: Job): Promise<void>;
}
