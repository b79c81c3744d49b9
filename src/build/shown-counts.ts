import type { QueryNode } from '../project/node.ts';
import type { Sql } from '../sql.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** Decides which counts of a build may be shown, and which failures of tests are kept: a query can give as many rows as a personal number says. */
export interface ShownCounts {
  /** Whether the number of rows of a finished table may be shown. */
  ofRows(node: QueryNode): boolean;
  /** Whether the failures of a test may be shown: the first column of the test's statement. */
  ofTest(statement: Sql, session: Warehouse): Promise<boolean>;
  /** Whether the rows of a query may be kept in a table: no personal data is in any of its columns. */
  ofQuery(query: Sql, session: Warehouse): Promise<boolean>;
}
