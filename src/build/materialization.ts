import type { QueryNode } from '../project/node.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { Statement } from './statement.ts';

/** The arguments of a materialization: a model or snapshot, its query, and the session that builds it. */
export interface Job {
  readonly model: QueryNode;
  readonly query: Statement;
  readonly session: Warehouse;
  /** Type of the relation that has the model's name before the build; `undefined` where there is none. */
  readonly existing: 'table' | 'view' | undefined;
  readonly fullRefresh: boolean;
  /** Runs a statement that contains the model's SQL; its errors name the place in the template. */
  run(statement: Statement): Promise<void>;
  /** Renders a template in the context of the model, and runs its statements, which may write rows into its table only. */
  runTemplate(template: string): Promise<void>;
}

/** How a model becomes a relation (dbt: materializations). Runs inside a transaction. */
export interface Materialization {
  readonly name: string;
  build(job: Job): Promise<void>;
}
