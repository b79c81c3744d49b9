import { areSame } from './constant-condition.ts';
import { haveSpellings } from './flows/function-kinds.ts';
import type { DelimJoin, JoinCondition, Operator } from './read/operator.ts';

/**
 * Whether a condition of a correlated subquery only brings each row of the left side together with its own result of
 * the subquery: it compares a column with a copy of it, which the subquery read by DELIM_GET. It chooses no rows. Where the
 * column decides what the subquery finds, it flows there.
 */
export function isCorrelation({ operator, left, right }: JoinCondition, join: DelimJoin): boolean {
  // The result of a MARK join is a test of the column. Other joins are written so only by hand.
  if (join.joinType !== 'INNER' && join.joinType !== 'LEFT' && join.joinType !== 'SINGLE') return false;
  if (operator !== 'COMPARE_NOT_DISTINCT_FROM' || right.type !== 'BOUND_REF') return false;
  if (haveSpellings(left.valueType)) return false;
  const position = positionInDelimGet(join.right, right.index);
  const column = position === undefined ? undefined : join.duplicateEliminated[position];
  return column !== undefined && areSame(left, column);
}

/**
 * Position of the DELIM_GET's column whose value a column of an operator has in all rows; `undefined` for any other
 * column, and behind an operator that may make another value or NULL of it.
 */
function positionInDelimGet(operator: Operator, index: number): number | undefined {
  switch (operator.type) {
    case 'LOGICAL_DELIM_GET':
      return index;
    case 'LOGICAL_PROJECTION': {
      const expression = operator.expressions[index];
      return expression?.type === 'BOUND_REF' ? positionInDelimGet(operator.child, expression.index) : undefined;
    }
    case 'LOGICAL_FILTER': {
      const kept = operator.keep === 'all' ? index : operator.keep[index];
      return kept === undefined ? undefined : positionInDelimGet(operator.child, kept);
    }
    case 'LOGICAL_ORDER_BY':
    case 'LOGICAL_LIMIT':
    case 'LOGICAL_WINDOW':
    case 'LOGICAL_UNNEST':
      return isWithin(operator.child, index) ? positionInDelimGet(operator.child, index) : undefined;
    case 'LOGICAL_CROSS_PRODUCT':
      return positionInSides(operator, index);
    case 'LOGICAL_COMPARISON_JOIN':
    case 'LOGICAL_ANY_JOIN':
      if (operator.joinType === 'INNER') return positionInSides(operator, index);
      return KEEPS_LEFT.has(operator.joinType) && isWithin(operator.left, index)
        ? positionInDelimGet(operator.left, index)
        : undefined;
    default:
      return undefined;
  }
}

const KEEPS_LEFT: ReadonlySet<string> = new Set(['ANTI', 'LEFT', 'MARK', 'SEMI', 'SINGLE']);

function positionInSides(
  { left, right }: { readonly left: Operator; readonly right: Operator },
  index: number,
): number | undefined {
  const width = widthOf(left);
  if (width === undefined) return undefined;
  return index < width ? positionInDelimGet(left, index) : positionInDelimGet(right, index - width);
}

function isWithin(operator: Operator, index: number): boolean {
  const width = widthOf(operator);
  return width !== undefined && index < width;
}

/** Number of columns that an operator gives; `undefined` for those that are rare below a correlated subquery. */
function widthOf(operator: Operator): number | undefined {
  switch (operator.type) {
    case 'LOGICAL_GET':
      return operator.child ? undefined : operator.columns.length;
    case 'LOGICAL_DELIM_GET':
      return operator.types.length;
    case 'LOGICAL_PROJECTION':
      return operator.expressions.length;
    case 'LOGICAL_FILTER':
      return operator.keep === 'all' ? widthOf(operator.child) : operator.keep.length;
    case 'LOGICAL_ORDER_BY':
    case 'LOGICAL_LIMIT':
      return widthOf(operator.child);
    case 'LOGICAL_CROSS_PRODUCT':
      return sum(widthOf(operator.left), widthOf(operator.right));
    case 'LOGICAL_COMPARISON_JOIN':
    case 'LOGICAL_ANY_JOIN':
      return operator.joinType === 'INNER' || operator.joinType === 'LEFT'
        ? sum(widthOf(operator.left), widthOf(operator.right))
        : undefined;
    default:
      return undefined;
  }
}

function sum(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one + other;
}
