import type { ColumnRef } from '../flow.ts';
import { constantCondition } from './constant-condition.ts';
import { type FlowSet, flowSet, NO_FLOWS, union, withoutGenerated } from './flows/flow-set.ts';
import { isGenerated, type LocalFlow, ROWS, SIZE } from './flows/local-flow.ts';
import type { Expression } from './read/expression.ts';
import type { Scope } from './scope.ts';
import { allFlows } from './trace-expression.ts';

/**
 * Flows of the values that a condition over two tables searches for. It is then no equality of two columns, but a test
 * against a constant, a generated value or a range: which rows meet, and how many, tells the value as CASE would.
 */
function searchFlows(reads: FlowSet, equals: readonly ColumnRef[]): FlowSet {
  const values = [...withoutGenerated(reads).values()].filter(isCompared);
  return flowSet(
    values.map(({ source, state, masks, offset }) => ({
      type: 'INDIRECT',
      subtype: 'JOIN',
      source,
      state,
      masks,
      offset,
      equals,
    })),
  );
}

/** The columns on one side of a comparison, if it is nothing but columns: a search for another column's values. */
function searchedColumns(read: FlowSet | undefined): readonly ColumnRef[] {
  const flows = [...(read?.values() ?? [])];
  return flows.every((flow) => flow.subtype === 'IDENTITY' && isValueOfColumn(flow) && !isGenerated(flow))
    ? flows.map(({ source }) => source)
    : [];
}

/**
 * {@link searchFlows} of a comparison of two tables; none for an equality of two whole columns, as in an ordinary join.
 */
export function pairSearchFlows(operator: string, reads: readonly FlowSet[]): FlowSet {
  // Snapshots ask whether one of two values is NULL and the other is not.
  const isOrdinary = (EQUALITIES.has(operator) && reads.every(isWholeColumn)) || reads.every(isNullTest);
  if (isOrdinary) return NO_FLOWS;
  return union(
    ...reads.map((read, index) => searchFlows(read, reads.length === 2 ? searchedColumns(reads[1 - index]) : [])),
  );
}

/** {@link pairSearchFlows} of each comparison in a predicate over some rows. */
export function predicateSearchFlows(predicate: Expression, scope: Scope, reach: Reach): FlowSet {
  const { type } = predicate;
  // A reference to a boolean says what an IN or EXISTS found, and is no comparison itself.
  if (type === 'BOUND_REF' || type === 'BOUND_COLUMN_REF') return NO_FLOWS;
  if (constantCondition(predicate) !== undefined) return NO_FLOWS;
  const parts = partsOf(predicate, reach.isNegated ?? false);
  if (parts) {
    const inside = { ...parts, fromTables: pairsRows(parts, scope) ? 1 : reach.fromTables } as const;
    return union(...parts.children.map((child) => predicateSearchFlows(child, scope, inside)));
  }
  if (tablesIn(allFlows([predicate], scope)).size < reach.fromTables) return NO_FLOWS;
  const isComparison = type === 'BOUND_COMPARISON';
  const sides = isComparison ? predicate.children : [predicate];
  return pairSearchFlows(
    isComparison ? predicate.operator : '',
    sides.map((side) => allFlows([side], scope)),
  );
}

/** Which comparisons count: those between so many tables. A filter of one table is no search, a join condition is. */
interface Reach {
  readonly fromTables: 1 | 2;
  /** Whether a NOT is around the predicate: each AND in it then counts as an OR. */
  readonly isNegated?: boolean;
}

interface Parts {
  readonly children: readonly Expression[];
  /** Whether the whole is true if one part is. */
  readonly isOr: boolean;
  readonly isNegated: boolean;
}

/** The parts of an AND, an OR or a NOT; `undefined` for any other predicate. */
function partsOf(predicate: Expression, isNegated: boolean): Parts | undefined {
  if (predicate.type === 'BOUND_CONJUNCTION') {
    const isOr = (predicate.operator === 'CONJUNCTION_OR') !== isNegated;
    return { children: predicate.children, isOr, isNegated };
  }
  const isNot = predicate.type === 'BOUND_OPERATOR' && predicate.operator === 'OPERATOR_NOT';
  if (!isNot) return undefined;
  const [child] = predicate.children;
  return (child && partsOf(child, !isNegated)) ?? { children: predicate.children, isOr: false, isNegated: !isNegated };
}

/**
 * Whether an OR lists pairs of rows: each of its parts tests both tables, and so looks up one of them by the other.
 * `(o.id = 1 and u.city = 'Oslo') or (o.id = 2 and u.city = 'Bergen')`
 */
function pairsRows({ children, isOr, isNegated }: Parts, scope: Scope): boolean {
  if (!isOr) return false;
  return children.some((child) => {
    const parts = partsOf(child, isNegated);
    return parts && !parts.isOr && tablesIn(allFlows([child], scope)).size > 1;
  });
}

/** Comparisons that count the rows with the same values, or all others: neither count tells the value. */
const EQUALITIES: ReadonlySet<string> = new Set([
  'COMPARE_EQUAL',
  'COMPARE_NOT_DISTINCT_FROM',
  'COMPARE_NOTEQUAL',
  'COMPARE_DISTINCT_FROM',
]);

/** Unique ids of the tables that a value is computed from; generated values have one of their own. */
export function tablesIn(read: FlowSet): ReadonlySet<string> {
  return new Set([...read.values()].filter(isCompared).map(({ source }) => source.uniqueId));
}

/** Whether a side of a comparison is the whole value of a column, and not a part of it, a test or a generated value. */
function isWholeColumn(read: FlowSet): boolean {
  const values = [...read.values()].filter((flow) => flow.type === 'DIRECT' || isCompared(flow));
  const isWhole = (flow: LocalFlow): boolean => isValueOfColumn(flow) && !isGenerated(flow) && flow.state !== 'partial';
  return values.length > 0 && values.every(isWhole);
}

function isNullTest(read: FlowSet): boolean {
  const values = [...read.values()].filter(({ type }) => type === 'DIRECT');
  return values.length > 0 && values.every((flow) => flow.part === 'test null' && !isGenerated(flow));
}

/** Whether a comparison reads the value of a flow itself, or the choice of a CASE by that value. */
function isCompared(flow: LocalFlow): boolean {
  const isChoice = flow.subtype === 'CONDITIONAL' && flow.part === undefined && flow.source.column !== ROWS;
  return isChoice || isValueOfColumn(flow);
}

function isValueOfColumn({ type, source }: LocalFlow): boolean {
  return type === 'DIRECT' && source.column !== ROWS && source.column !== SIZE;
}
