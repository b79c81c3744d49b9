import type { ColumnRef, Pin } from '../flow.ts';
import { influenceOf, pickingFlows } from './flows/change-flows.ts';
import {
  directFlows,
  type FlowSet,
  filterFlows,
  NO_FLOWS,
  sizesOfKeys,
  union,
  withoutFlows,
} from './flows/flow-set.ts';
import { constantOf, haveTwins } from './flows/function-kinds.ts';
import { sizeFlows } from './flows/size-flows.ts';
import { canPin, isPinning, MOST_PINNED, pinningTo, pinToFewRows } from './flows/summary-flows.ts';
import { flowsOf, mapValue } from './flows/value.ts';
import type { Expression } from './read/expression.ts';
import type { Distinct, Filter, Limit, OrderBy, Sample } from './read/operator.ts';
import type { Scope } from './scope.ts';
import { predicateSearchFlows } from './search-flows.ts';
import { allFlows, sortFlows } from './trace-expression.ts';
import { pickColumns, type Rows, representatives, scopeOf, type Trace, type Walk, withRowFlows } from './walk.ts';

/**
 * A WHERE, HAVING or QUALIFY (DuckDB: LogicalFilter). The columns stay the same, but the presence of a row now depends
 * on every column that the predicates read.
 */
export function traceFilter({ expressions, keep }: Filter, input: Rows, walk: Walk): Rows {
  const scope = scopeOf(input, walk);
  const pins = [
    ...expressions.flatMap((expression) => pinnedColumns(expression, scope)),
    ...columnsInNarrowRange(expressions, scope),
  ];
  const searched = union(
    ...expressions.map((expression) => predicateSearchFlows(expression, scope, { fromTables: 2 })),
  );
  const kept = chooseRows(input, allFlows(expressions, scope));
  const chosen = searched.size === 0 ? kept : { ...kept, rows: union(kept.rows, searched) };
  const filtered = pins.length === 0 ? chosen : mapRows(chosen, pinningTo(pins));
  return keep === 'all' ? filtered : { ...filtered, columns: pickColumns(filtered.columns, keep) };
}

/** Columns that have only one value, or one of a few, in the rows that a predicate keeps. */
function pinnedColumns(predicate: Expression, scope: Scope): readonly Pin[] {
  const conjuncts = flattenAnd(predicate);
  if (conjuncts.length > 1) return conjuncts.flatMap((conjunct) => pinnedColumns(conjunct, scope));
  if ('operator' in predicate) {
    if (!canPin(predicate.operator, predicate.children.length)) return [];
    const reads = predicate.children.map((child) => allFlows([child], scope));
    return isPinning(predicate.operator, reads) ? reads.flatMap(columnsIn) : [];
  }
  // The predicate may be a boolean column that this query or an input computed from a test.
  return [...directFlows(allFlows([predicate], scope)).values()].flatMap(({ source, part }): readonly Pin[] => {
    if (part === undefined) return [{ ...source, isTested: true }];
    return part.startsWith('test = ') ? [source] : [];
  });
}

/** Columns that predicates keep between two constants with only a few whole numbers from one to the other. */
function columnsInNarrowRange(predicates: readonly Expression[], scope: Scope): readonly ColumnRef[] {
  const bounds = predicates.flatMap(flattenAnd).flatMap((predicate) => readBound(predicate, scope));
  return bounds.flatMap(({ columns, isLower, value }) =>
    isLower && bounds.some((other) => !other.isLower && isNear(value, other.value) && haveSame(columns, other.columns))
      ? columns
      : [],
  );
}

interface Bound {
  readonly columns: readonly ColumnRef[];
  readonly isLower: boolean;
  readonly value: string | number;
}

/** The bound that a comparison with a constant sets, whichever side the constant is on. */
function readBound(predicate: Expression, scope: Scope): readonly Bound[] {
  if (predicate.type !== 'BOUND_COMPARISON' || !/^COMPARE_(GREATER|LESS)THAN/.test(predicate.operator)) return [];
  const [left, right] = predicate.children;
  if (!left || !right) return [];
  const isGreater = predicate.operator.startsWith('COMPARE_GREATER');
  const bound = (side: Expression, constant: Expression, isLower: boolean): readonly Bound[] => {
    const value = constantOf(constant);
    if (value === undefined) return [];
    const columns = columnsIn(allFlows([side], scope));
    return columns.length === 0 ? [] : [{ columns, isLower, value }];
  };
  return [...bound(left, right, isGreater), ...bound(right, left, !isGreater)];
}

function isNear(lower: string | number, upper: string | number): boolean {
  if (typeof lower === 'number' && typeof upper === 'number') return upper - lower <= MOST_PINNED;
  return lower === upper;
}

function haveSame(a: readonly ColumnRef[], b: readonly ColumnRef[]): boolean {
  return a.some(({ uniqueId, column }) => b.some((other) => other.uniqueId === uniqueId && other.column === column));
}

function flattenAnd(predicate: Expression): readonly Expression[] {
  return predicate.type === 'BOUND_CONJUNCTION' && predicate.operator === 'CONJUNCTION_AND'
    ? predicate.children.flatMap(flattenAnd)
    : [predicate];
}

/** The columns whose values are in a set of flows. */
export function columnsIn(flows: FlowSet): readonly ColumnRef[] {
  return [...directFlows(flows).values()].map(({ source }) => source);
}

/** Rows with the flows into all their values, and into their number, changed. */
export function mapRows(rows: Rows, change: (flows: FlowSet) => FlowSet): Rows {
  const columns = rows.columns.map(({ type, value }) => ({ type, value: mapValue(value, change) }));
  return { ...rows, columns, size: change(rows.size) };
}

function chooseRows(input: Rows, read: FlowSet): Rows {
  return { ...input, rows: union(input.rows, influenceOf(read, 'FILTER')) };
}

export function traceOrderBy({ orders }: OrderBy, input: Rows, walk: Walk): Rows {
  const keys = pickingFlows(sortFlows(orders, scopeOf(input, walk)));
  return { ...input, order: union(input.order, keys) };
}

export function traceDistinct({ targets, orders }: Distinct, input: Rows, walk: Walk): Rows {
  const { columns, order, size } = input;
  const scope = scopeOf(input, walk);
  const targetKeys = sortFlows(targets, scope);
  const keys = influenceOf(union(targetKeys, sortFlows(orders, scope)), 'GROUP_BY');
  const rows = union(input.rows, keys);
  return {
    columns: representatives(columns, order),
    rows: union(rows, targets.length < columns.length ? order : NO_FLOWS),
    order,
    size: sizesOfKeys(size, targetKeys),
  };
}

export function traceLimit({ child, expressions, most }: Limit, input: Rows, walk: Walk): Rows {
  const read = allFlows(expressions, scopeOf(input, walk));
  const { rows, order } = chooseRows(input, read);
  // The last row that a LIMIT leaves, and the first after an OFFSET, shows the limit.
  for (const { value } of input.columns) walk.comparisons.compare([read, flowsOf(value)]);
  // The limit is a single value, whatever number of rows it keeps.
  const limits = pinToFewRows(sizeFlows(read));
  const size = union(input.size, directFlows(limits));
  const keys = child.type === 'LOGICAL_ORDER_BY' ? child.orders : [];
  const picked = pickRows(keys, input, walk);
  return {
    columns: fewRows({ ...input, columns: picked.columns }, most).columns,
    rows: union(rows, picked.rows),
    order,
    size,
  };
}

/**
 * The flows by which the order of rows picks some of them, into each column and into all rows. It keeps the number of
 * rows, and a column that is a sort key has the same values whichever of the rows with that key it keeps. So computed keys
 * after the first one flow only into columns that are no earlier key.
 */
function pickRows(keys: readonly Expression[], input: Rows, walk: Walk): Trace {
  const scope = scopeOf(input, walk);
  const [first = input.order, ...others] = keys.map((key) => pickingFlows(allFlows([key], scope)));
  const sorting = filterFlows(input.order, ({ subtype }) => subtype === 'SORT' || subtype === 'WINDOW');
  const rows = union(sorting, first);
  const columns = input.columns.map((column, index) => {
    const position = keys.findIndex((key) => key.type === 'BOUND_REF' && key.index === index);
    const isKey = position !== -1 && !haveTwins(column.type);
    const deciding = isKey ? union(...others.slice(0, position)) : input.order;
    return withRowFlows(column, withoutFlows(deciding, rows));
  });
  return { columns, rows };
}

function fewRows(input: Rows, most: number | undefined): Rows {
  return most !== undefined && most < MOST_PINNED ? mapRows(input, pinToFewRows) : input;
}

/** A sample. With a seed, the order of the rows decides which of them it draws. */
export function traceSample({ most }: Sample, input: Rows): Rows {
  const { rows, order, size } = input;
  return { columns: fewRows(input, most).columns, rows: union(rows, order), order, size };
}
