import type { QueryNode } from '../project/node.ts';
import type { CompiledNode } from '../project/project.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { Statement } from './statement.ts';

/** What a materialization works with: one model or snapshot, its compiled SQL and a session of its own. */
export interface Job {
  readonly model: QueryNode;
  readonly sql: CompiledNode['sql'];
  readonly session: Warehouse;
  /** What stands in the model's place now. */
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
