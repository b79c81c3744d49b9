import type { ColumnRef } from '../flow.ts';
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
  const values = [...withoutGenerated(reads).values()].filter(isValueOfColumn);
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
export function predicateSearchFlows(predicate: Expression, scope: Scope, { fromTables }: Reach): FlowSet {
  const { type } = predicate;
  // A reference to a boolean says what an IN or EXISTS found, and is no comparison itself.
  if (type === 'BOUND_REF' || type === 'BOUND_COLUMN_REF') return NO_FLOWS;
  if (type === 'BOUND_CONJUNCTION' || (type === 'BOUND_OPERATOR' && predicate.operator === 'OPERATOR_NOT')) {
    return union(...predicate.children.map((child) => predicateSearchFlows(child, scope, { fromTables })));
  }
  if (tablesIn(allFlows([predicate], scope)).size < fromTables) return NO_FLOWS;
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
  return new Set([...read.values()].filter(isValueOfColumn).map(({ source }) => source.uniqueId));
}

/** Whether a side of a comparison is the whole value of a column, and not a part of it, a test or a generated value. */
function isWholeColumn(read: FlowSet): boolean {
  const values = [...read.values()].filter(({ type }) => type === 'DIRECT');
  const isWhole = (flow: LocalFlow): boolean => isValueOfColumn(flow) && !isGenerated(flow) && flow.state !== 'partial';
  return values.length > 0 && values.every(isWhole);
}

function isNullTest(read: FlowSet): boolean {
  const values = [...read.values()].filter(({ type }) => type === 'DIRECT');
  return values.length > 0 && values.every((flow) => flow.part === 'test null' && !isGenerated(flow));
}

function isValueOfColumn({ type, source }: LocalFlow): boolean {
  return type === 'DIRECT' && source.column !== ROWS && source.column !== SIZE;
}
