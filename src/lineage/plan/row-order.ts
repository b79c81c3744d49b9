import type { Operator } from './read/operator.ts';

/**
 * The effect of an operator on the order of rows. `extends`: its rows still show the order of all its inputs, and the
 * sort keys that it adds. That holds for most operators, even if DuckDB hashes: groups, distinct rows and join partners
 * come in the order of their first row. `replaces`: only the function that traces the operator says which flows decide
 * the order.
 */
export const ORDER: Readonly<Record<Operator['type'], 'extends' | 'replaces'>> = {
  LOGICAL_GET: 'extends',
  LOGICAL_PROJECTION: 'extends',
  LOGICAL_FILTER: 'extends',
  // Without groups there is one row, which has no order.
  LOGICAL_AGGREGATE_AND_GROUP_BY: 'replaces',
  LOGICAL_WINDOW: 'extends',
  LOGICAL_UNNEST: 'extends',
  LOGICAL_COMPARISON_JOIN: 'extends',
  LOGICAL_ASOF_JOIN: 'extends',
  LOGICAL_DELIM_JOIN: 'extends',
  LOGICAL_ANY_JOIN: 'extends',
  LOGICAL_CROSS_PRODUCT: 'extends',
  LOGICAL_POSITIONAL_JOIN: 'extends',
  // Its order is that of the rows of the enclosing DELIM_JOIN, which are not its input.
  LOGICAL_DELIM_GET: 'replaces',
  LOGICAL_UNION: 'extends',
  LOGICAL_EXCEPT: 'extends',
  LOGICAL_INTERSECT: 'extends',
  LOGICAL_DISTINCT: 'extends',
  LOGICAL_ORDER_BY: 'extends',
  LOGICAL_LIMIT: 'extends',
  LOGICAL_SAMPLE: 'extends',
  // A CTE's order shows where it is read.
  LOGICAL_MATERIALIZED_CTE: 'replaces',
  LOGICAL_CTE_REF: 'replaces',
  LOGICAL_RECURSIVE_CTE: 'extends',
  LOGICAL_PIVOT: 'extends',
  LOGICAL_EXPRESSION_GET: 'extends',
  LOGICAL_CHUNK_GET: 'extends',
  LOGICAL_DUMMY_SCAN: 'extends',
  LOGICAL_EMPTY_RESULT: 'extends',
  unrecognized: 'extends',
};
