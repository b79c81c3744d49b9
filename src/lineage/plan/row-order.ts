import type { Operator } from './operator.ts';

/**
 * The effect of an operator on the order of the rows below it. `hands-on`: its rows come in an order that shows those of all
 * its inputs, and what it adds itself. That holds for most, also where DuckDB hashes: groups, distinct rows and partners
 * come in the order they were met. `decides`: the operator's own function gives the order.
 */
export const ORDER: Readonly<Record<Operator['type'], 'hands-on' | 'decides'>> = {
  LOGICAL_GET: 'hands-on',
  LOGICAL_PROJECTION: 'hands-on',
  LOGICAL_FILTER: 'hands-on',
  // Without groups there is one row, which has no order.
  LOGICAL_AGGREGATE_AND_GROUP_BY: 'decides',
  LOGICAL_WINDOW: 'hands-on',
  LOGICAL_UNNEST: 'hands-on',
  LOGICAL_COMPARISON_JOIN: 'hands-on',
  LOGICAL_ASOF_JOIN: 'hands-on',
  LOGICAL_DELIM_JOIN: 'hands-on',
  LOGICAL_ANY_JOIN: 'hands-on',
  LOGICAL_CROSS_PRODUCT: 'hands-on',
  LOGICAL_POSITIONAL_JOIN: 'hands-on',
  // That of the rows around it, which are no input of it.
  LOGICAL_DELIM_GET: 'decides',
  LOGICAL_UNION: 'hands-on',
  LOGICAL_EXCEPT: 'hands-on',
  LOGICAL_INTERSECT: 'hands-on',
  LOGICAL_DISTINCT: 'hands-on',
  LOGICAL_ORDER_BY: 'hands-on',
  LOGICAL_LIMIT: 'hands-on',
  LOGICAL_SAMPLE: 'hands-on',
  // A CTE's order shows where it is read.
  LOGICAL_MATERIALIZED_CTE: 'decides',
  LOGICAL_CTE_REF: 'decides',
  LOGICAL_RECURSIVE_CTE: 'hands-on',
  LOGICAL_PIVOT: 'hands-on',
  LOGICAL_EXPRESSION_GET: 'hands-on',
  LOGICAL_CHUNK_GET: 'hands-on',
  LOGICAL_DUMMY_SCAN: 'hands-on',
  LOGICAL_EMPTY_RESULT: 'hands-on',
  unrecognized: 'hands-on',
};
