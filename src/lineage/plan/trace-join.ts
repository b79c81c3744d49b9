import { unreachable } from '../../unreachable.ts';
import type { ColumnRef } from '../flow.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import { influenceOf, MEMBER, membershipFlows } from './flows/change-flows.ts';
import { type FlowSet, filterFlows, NO_FLOWS, union } from './flows/flow-set.ts';
import { isPinning, pinningTo } from './flows/summary-flows.ts';
import { type TracedColumn, wholeValue } from './flows/value.ts';
import type { DelimGet } from './read/leaf-operator.ts';
import type { AnyJoin, ComparisonJoin, JoinCondition, JoinType, Operator, PairingJoin } from './read/operator.ts';
import { pairSearchFlows, predicateSearchFlows, tablesIn } from './search-flows.ts';
import { testFlows } from './trace-call.ts';
import { allFlows } from './trace-expression.ts';
import { columnsIn, mapRows } from './trace-rows.ts';
import { bindColumns, type Rows, requireFound, scopeOf, type Walk, withRowFlows } from './walk.ts';

export function traceJoin(
  { joinType, conditions, predicate, markIndex }: Omit<ComparisonJoin, 'type' | 'left' | 'right'>,
  left: Rows,
  right: Rows,
  walk: Walk,
): Rows {
  const scope = scopeOf({ columns: [...left.columns, ...right.columns] }, walk);
  const pairs = readPairs(conditions, left, right, walk);
  const compared = union(
    ...pairs.map((pair) => comparedFlows(pair, joinType)),
    predicate ? allFlows([predicate], scope) : NO_FLOWS,
  );
  const searched = union(
    predicate ? predicateSearchFlows(predicate, scope, { fromTables: fromTables(joinType) }) : NO_FLOWS,
    ...pairs.map((pair) => searchedFlows(pair, joinType)),
  );
  const rows = withSearched(joinRows(joinType, left, right, compared, markIndex, walk), joinType, searched);
  const pins = PINNING.has(joinType) ? pairs.flatMap(pinnedColumns) : [];
  return pins.length === 0 ? rows : mapRows(rows, pinningTo(pins));
}

/** A join condition, with the flows of the values on its left and right side. */
interface ComparedPair extends JoinCondition {
  readonly reads: readonly [FlowSet, FlowSet];
}

/** Reads the conditions of a join, and records their comparisons. */
function readPairs(conditions: readonly JoinCondition[], left: Rows, right: Rows, walk: Walk): readonly ComparedPair[] {
  const [ofLeft, ofRight] = [scopeOf(left, walk), scopeOf(right, walk)];
  return conditions.map((condition) => {
    const reads = [allFlows([condition.left], ofLeft), allFlows([condition.right], ofRight)] as const;
    walk.comparisons.compare(reads);
    return { ...condition, reads };
  });
}

/** Joins whose rows all fulfil the conditions. */
const PINNING: ReadonlySet<JoinType> = new Set(['INNER', 'SEMI']);

/** Columns that a condition compares with a constant: `join (select 3 as id) using (id)`. */
function pinnedColumns({ operator, reads }: ComparedPair): readonly ColumnRef[] {
  return isPinning(operator, reads) ? reads.flatMap(columnsIn) : [];
}

/**
 * Flows of the values that a join condition compares. For a MARK join the result of the comparison is the value of its
 * mark column.
 */
function comparedFlows({ operator, left, right, reads }: ComparedPair, joinType: JoinType): FlowSet {
  if (joinType !== 'MARK') return union(...reads);
  const test = isPinning(operator, reads) ? 'test = in' : 'test in';
  return union(
    ...[left, right].map((expression, index) => testFlows(expression, reads[index] ?? NO_FLOWS, undefined, test)),
  );
}

/** Flows of the values that a join condition searches for. */
function searchedFlows({ operator, reads }: ComparedPair, joinType: JoinType): FlowSet {
  const all = union(...reads);
  return tablesIn(all).size < fromTables(joinType) ? influenceOf(all, 'FILTER') : pairSearchFlows(operator, reads);
}

export function traceAnyJoin(join: AnyJoin, left: Rows, right: Rows, walk: Walk): Rows {
  const both = [...left.columns, ...right.columns];
  const scope = scopeOf({ columns: both }, walk);
  const compared = allFlows([join.condition], scope);
  const rows = joinRows(join.joinType, left, right, compared, join.markIndex, walk);
  const reach = { fromTables: fromTables(join.joinType) };
  const isFilter = tablesIn(compared).size < reach.fromTables;
  const searched = isFilter ? influenceOf(compared, 'FILTER') : predicateSearchFlows(join.condition, scope, reach);
  return withSearched(rows, join.joinType, searched);
}

/** A condition on one table alone filters its rows, except in an outer join, where it decides what the other side shows. */
function fromTables(joinType: JoinType): 1 | 2 {
  return joinType === 'LEFT' || joinType === 'RIGHT' || joinType === 'FULL' ? 1 : 2;
}

/** MARK and SINGLE joins choose no rows: what they find is the value of a column. */
function withSearched(rows: Rows, joinType: JoinType, searched: FlowSet): Rows {
  if (searched.size === 0 || joinType === 'MARK' || joinType === 'SINGLE') return rows;
  return { ...rows, rows: union(rows.rows, searched) };
}

function joinRows(joinType: JoinType, left: Rows, right: Rows, compared: FlowSet, markIndex: number, walk: Walk): Rows {
  const rows = union(left.rows, right.rows, influenceOf(compared, 'JOIN'));
  const order = union(left.order, right.order);
  switch (joinType) {
    case 'INNER':
      return { columns: [...left.columns, ...right.columns], rows, order, size: union(left.size, right.size) };
    case 'LEFT':
    case 'RIGHT':
    case 'FULL': {
      const columns = [
        ...(joinType === 'LEFT' ? left.columns : optionalColumns(left)),
        ...(joinType === 'RIGHT' ? right.columns : optionalColumns(right)),
      ];
      return { columns, rows, order, size: union(left.size, right.size) };
    }
    case 'SINGLE':
      return traceSingle(left, right, compared);
    case 'SEMI':
    case 'ANTI':
      return { columns: left.columns, rows, order, size: left.size };
    case 'MARK':
      return traceMark(left, right, compared, markIndex, walk);
    default:
      return unreachable(joinType);
  }
}

/** Columns of an outer join that are NULL where a row of the other side has no partner: this shows which rows their side has. */
function optionalColumns({ columns, rows }: Rows): readonly TracedColumn[] {
  const membership = filterFlows(membershipFlows(rows), ({ part }) => part === MEMBER);
  return membership.size === 0 ? columns : columns.map((column) => withRowFlows(column, membership));
}

/**
 * A scalar subquery (SINGLE join). All rows of the left side stay; the condition decides whether a row gets the value
 * of the subquery or NULL.
 */
function traceSingle(left: Rows, right: Rows, compared: FlowSet): Rows {
  const found = union(right.rows, right.order, influenceOf(compared, 'JOIN'));
  const columns = [...left.columns, ...right.columns.map((column) => withRowFlows(column, found))];
  return { columns, rows: left.rows, order: union(left.order, found), size: left.size };
}

/**
 * IN, ANY and EXISTS (MARK join). All rows of the left side stay, but the search for partners may change their order. A
 * new boolean column says whether a row has a partner, and so shows which rows the right side has.
 */
function traceMark(left: Rows, right: Rows, compared: FlowSet, markIndex: number, walk: Walk): Rows {
  const found = union(compared, membershipFlows(right.rows));
  const mark: TracedColumn = { type: 'BOOLEAN', value: wholeValue(found) };
  walk.bindings.set(markIndex, [mark]);
  const order = union(left.order, right.order, right.rows, influenceOf(compared, 'JOIN'));
  return { columns: [...left.columns, mark], rows: left.rows, order, size: left.size };
}

/** A CROSS PRODUCT or POSITIONAL JOIN. The latter pairs rows by the order of both sides. */
export function tracePairingJoin(join: PairingJoin, left: Rows, right: Rows): Rows {
  const order = union(left.order, right.order);
  const rows =
    join.type === 'LOGICAL_POSITIONAL_JOIN'
      ? union(left.rows, right.rows, order)
      : union(multiplyingRows(join.left, left), multiplyingRows(join.right, right));
  return { columns: [...left.columns, ...right.columns], rows, order, size: union(left.size, right.size) };
}

/** Flows that decide how often a CROSS PRODUCT repeats the rows of its other side. */
function multiplyingRows(operator: Operator, { rows }: Rows): FlowSet {
  return hasOneRow(operator) ? NO_FLOWS : rows;
}

/**
 * Whether an operator has one row, whatever its input has: an aggregate without groups, as in a scalar subquery. What
 * chose the rows of the aggregate is in its value.
 */
function hasOneRow(operator: Operator): boolean {
  if (operator.type === 'LOGICAL_PROJECTION') return hasOneRow(operator.child);
  return operator.type === 'LOGICAL_AGGREGATE_AND_GROUP_BY' && operator.groups.length === 0;
}

/** Rows that the nearest DELIM_JOIN around it hands to its right side. */
export function traceDelimGet({ tableIndex, types }: DelimGet, walk: Walk): Rows {
  const source = requireFound(walk.delims.at(-1), 'a correlated column');
  if (source.columns.length !== types.length) throw new UnknownFlow('plan with correlated columns that do not match');
  return bindColumns(walk, tableIndex, source);
}
