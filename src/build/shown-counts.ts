import type { QueryNode } from '../project/node.ts';
import type { Sql } from '../sql.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** Says which counts of a build may be shown. A query can make any number that it reads a count of rows. */
export interface ShownCounts {
  /** Whether the number of rows of a finished table may be shown. */
  ofRows(node: QueryNode): boolean;
  /** Whether the number may be shown that is the first column of this statement, which counts for a test. */
  ofTest(statement: Sql, session: Warehouse): Promise<boolean>;
}
