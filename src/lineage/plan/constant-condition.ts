import type { Expression } from './read/expression.ts';

/**
 * The value that a condition has for all rows: `true or active` is true, whatever `active` is, also if it is NULL.
 * `undefined` for a condition that may differ from row to row.
 */
export function constantCondition(condition: Expression): boolean | undefined {
  switch (condition.type) {
    case 'BOUND_CAST':
      // DuckDB's parser writes `true` as a cast of 't'.
      return condition.valueType === 'BOOLEAN' && condition.child.type === 'BOUND_CONSTANT'
        ? LITERALS.get(condition.child.value)
        : undefined;
    case 'BOUND_COMPARISON': {
      const [left, right] = condition.children;
      return left && right && areSame(left, right) ? NULLS_ARE_EQUAL.get(condition.operator) : undefined;
    }
    case 'BOUND_CONJUNCTION': {
      const parts = condition.children.map(constantCondition);
      const deciding = condition.operator === 'CONJUNCTION_OR';
      if (parts.includes(deciding)) return deciding;
      return parts.includes(undefined) ? undefined : !deciding;
    }
    case 'BOUND_OPERATOR': {
      const [child] = condition.children;
      const value = condition.operator === 'OPERATOR_NOT' && child ? constantCondition(child) : undefined;
      return value === undefined ? undefined : !value;
    }
    default:
      return undefined;
  }
}

const LITERALS: ReadonlyMap<unknown, boolean> = new Map([
  ['t', true],
  ['f', false],
]);

/** Results of comparing a value with itself, by the comparisons that give no NULL. */
const NULLS_ARE_EQUAL: ReadonlyMap<string, boolean> = new Map([
  ['COMPARE_NOT_DISTINCT_FROM', true],
  ['COMPARE_DISTINCT_FROM', false],
]);

/** Tells the branches of a CASE, by position, from those that no row takes: of `when false`, and behind `when true`. */
export function reachableBranches(whens: readonly Expression[]): (index: number) => boolean {
  const conditions = whens.map(constantCondition);
  const last = conditions.indexOf(true);
  return (index) => conditions[index] !== false && (last === -1 || index <= last);
}

/** Whether two expressions over the same row are the same column or constant, perhaps after the same casts. */
export function areSame(left: Expression, right: Expression): boolean {
  const [one, other] = [withoutChoice(left), withoutChoice(right)];
  if (one.valueType !== other.valueType) return false;
  if (one.type === 'BOUND_REF') return other.type === 'BOUND_REF' && one.index === other.index;
  if (one.type === 'BOUND_CAST') return other.type === 'BOUND_CAST' && areSame(one.child, other.child);
  if (one.type !== 'BOUND_CONSTANT' || other.type !== 'BOUND_CONSTANT') return false;
  return one.value !== undefined && one.value === other.value;
}

/** The result of a CASE or COALESCE whose results are all the same; any other expression as it is. */
function withoutChoice(expression: Expression): Expression {
  const results =
    expression.type === 'BOUND_CASE'
      ? expression.results
      : expression.type === 'BOUND_OPERATOR' && expression.operator === 'OPERATOR_COALESCE'
        ? expression.children
        : [];
  const [first, ...others] = results;
  return first && others.every((result) => areSame(first, result)) ? withoutChoice(first) : expression;
}
