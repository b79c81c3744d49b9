import type { Expression } from './expression.ts';
import { influence, NO_FLOWS, union } from './flow-set.ts';
import type { Distinct, Filter, Limit, OrderBy } from './operator.ts';
import { allFlows } from './trace-expression.ts';
import { pick, type Rows, scopeOf, type Walk } from './walk.ts';

/**
 * WHERE, HAVING and QUALIFY (DuckDB: LogicalFilter). No column changes, but whether a row is there at all now tells
 * something about every column the predicates read.
 */
export function traceFilter({ expressions, keep }: Filter, input: Rows, walk: Walk): Rows {
  const filtered = chooseRows(input, expressions, 'FILTER', walk);
  return keep === 'all' ? filtered : { ...filtered, columns: pick(filtered.columns, keep) };
}

function chooseRows(input: Rows, expressions: readonly Expression[], subtype: 'FILTER' | 'GROUP_BY', walk: Walk): Rows {
  const read = allFlows(expressions, scopeOf(input, walk));
  return { ...input, rows: union(input.rows, influence(read, subtype)) };
}

export function traceOrderBy({ orders }: OrderBy, input: Rows, walk: Walk): Rows {
  const keys = influence(allFlows(orders, scopeOf(input, walk)), 'SORT');
  return { ...input, order: union(input.order, keys) };
}

export function traceDistinct({ targets, orders }: Distinct, input: Rows, walk: Walk): Rows {
  const { columns, rows, order } = chooseRows(input, [...targets, ...orders], 'GROUP_BY', walk);
  return { columns, rows: union(rows, targets.length < columns.length ? order : NO_FLOWS), order };
}

export function traceLimit({ expressions }: Limit, input: Rows, walk: Walk): Rows {
  const { columns, rows, order } = chooseRows(input, expressions, 'FILTER', walk);
  return { columns, rows: union(rows, order), order };
}

/** Which rows are drawn depends, for a seed that is given, on the order they come in. */
export function traceSample({ columns, rows, order }: Rows): Rows {
  return { columns, rows: union(rows, order), order };
}
