import type { Expression } from './expression.ts';
import { influenceOf, NO_FLOWS, union } from './flow-set.ts';
import type { Distinct, Filter, Limit, OrderBy } from './operator.ts';
import { allFlows, sortFlows } from './trace-expression.ts';
import { pickColumns, type Rows, representatives, scopeOf, type Walk } from './walk.ts';

/**
 * A WHERE, HAVING or QUALIFY (DuckDB: LogicalFilter). No column changes, but whether a row is there at all now tells
 * something about every column that the predicates read.
 */
export function traceFilter({ expressions, keep }: Filter, input: Rows, walk: Walk): Rows {
  const filtered = chooseRows(input, expressions, walk);
  return keep === 'all' ? filtered : { ...filtered, columns: pickColumns(filtered.columns, keep) };
}

function chooseRows(input: Rows, expressions: readonly Expression[], walk: Walk): Rows {
  const read = allFlows(expressions, scopeOf(input, walk));
  return { ...input, rows: union(input.rows, influenceOf(read, 'FILTER')) };
}

export function traceOrderBy({ orders }: OrderBy, input: Rows, walk: Walk): Rows {
  const keys = influenceOf(sortFlows(orders, scopeOf(input, walk)), 'SORT');
  return { ...input, order: union(input.order, keys) };
}

export function traceDistinct({ targets, orders }: Distinct, input: Rows, walk: Walk): Rows {
  const { columns, order } = input;
  const keys = influenceOf(sortFlows([...targets, ...orders], scopeOf(input, walk)), 'GROUP_BY');
  const rows = union(input.rows, keys);
  return {
    columns: representatives(columns, order),
    rows: union(rows, targets.length < columns.length ? order : NO_FLOWS),
    order,
  };
}

export function traceLimit({ expressions }: Limit, input: Rows, walk: Walk): Rows {
  const { columns, rows, order } = chooseRows(input, expressions, walk);
  return { columns, rows: union(rows, order), order };
}

/** A sample. With a seed, which rows are drawn depends on the order they come in. */
export function traceSample({ columns, rows, order }: Rows): Rows {
  return { columns, rows: union(rows, order), order };
}
