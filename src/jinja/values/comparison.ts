import { unreachable } from '../../unreachable.ts';
import { compareText } from '../python/text.ts';
import type { ComparisonOperator } from '../syntax/ast.ts';
import { iterate } from './iterate.ts';
import { isNumber } from './numbers.ts';
import { PythonError } from './python-error.ts';
import {
  Dict,
  Float,
  Generator,
  HostObject,
  isHashable,
  Namespace,
  PySet,
  Tuple,
  typeName,
  Undefined,
  type Value,
  View,
} from './value.ts';

/** `left operator right` as Python decides it. @throws {PythonError} for values that cannot be compared */
export function compare(operator: ComparisonOperator, left: Value, right: Value): boolean {
  switch (operator) {
    case '==':
      return areEqual(left, right);
    case '!=':
      return !areEqual(left, right);
    case 'in':
      return contains(right, left);
    case 'not in':
      return !contains(right, left);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return isOrdered(operator, left, right);
    default:
      return unreachable(operator);
  }
}

/** Python's `==`. */
export function areEqual(left: Value, right: Value): boolean {
  return isEqualWithin({ steps: 5_000_000 }, left, right);
}

/** Steps that a comparison may still take. Values that share parts many times over would take exponential time. */
interface Budget {
  steps: number;
}

function isEqualWithin(budget: Budget, left: Value, right: Value): boolean {
  if (--budget.steps < 0) throw new PythonError('LimitError', 'two values are too large to be compared');
  if (left instanceof Float && right instanceof Float) return left.value === right.value;
  if (left === right) return true;
  if (isNumber(left) && isNumber(right)) return areNumbersEqual(numeric(left), numeric(right));
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) {
    if (left instanceof HostObject || right instanceof HostObject) return hostEqual(left, right);
    return false;
  }
  if (Array.isArray(left)) return Array.isArray(right) && areItemsEqual(budget, left, right);
  if (left instanceof Tuple) return right instanceof Tuple && areItemsEqual(budget, left.items, right.items);
  if (left instanceof Dict) return right instanceof Dict && areEntriesEqual(budget, left, right);
  if (left instanceof PySet) {
    return right instanceof PySet && left.size === right.size && left.values().every((item) => right.has(item));
  }
  if (left instanceof Undefined) return right instanceof Undefined;
  if (left instanceof HostObject || right instanceof HostObject) return hostEqual(left, right);
  if (left instanceof View) return right instanceof View && isViewEqual(budget, left, right);
  return false;
}

function isViewEqual(budget: Budget, left: View, right: View): boolean {
  if (left.typeName !== right.typeName || left.typeName === 'dict_values') return false;
  const [items, others] = [left.items(), right.items()];
  if (left.bounds) return areItemsEqual(budget, items, others);
  // Views of keys and entries compare like sets: their order does not matter.
  return (
    items.length === others.length && items.every((item) => others.some((other) => isEqualWithin(budget, item, other)))
  );
}

function areItemsEqual(budget: Budget, left: readonly Value[], right: readonly Value[]): boolean {
  return left.length === right.length && left.every((item, index) => isEqualWithin(budget, item, right[index] ?? null));
}

function areEntriesEqual(budget: Budget, left: Dict, right: Dict): boolean {
  if (left.size !== right.size) return false;
  return left.entries().every(([key, value]) => {
    const other = right.get(key);
    return other !== undefined && isEqualWithin(budget, value, other);
  });
}

function hostEqual(left: Value, right: Value): boolean {
  if (!(left instanceof HostObject) || !(right instanceof HostObject)) return false;
  const key = left.equalityKey();
  return key !== undefined && left.typeName === right.typeName && key === right.equalityKey();
}

/** Compares across `number` and `bigint`. NaN equals nothing. */
function areNumbersEqual(left: number | bigint, right: number | bigint): boolean {
  return left <= right && left >= right;
}

function numeric(value: number | bigint | boolean | Float): number | bigint {
  if (value instanceof Float) return value.value;
  return typeof value === 'boolean' ? Number(value) : value;
}

function isOrdered(operator: '<' | '<=' | '>' | '>=', left: Value, right: Value): boolean {
  if (left instanceof PySet && right instanceof PySet) return isSubset(operator, left, right);
  const order = orderOf(left, right, operator);
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      return unreachable(operator);
  }
}

function isSubset(operator: '<' | '<=' | '>' | '>=', left: PySet, right: PySet): boolean {
  const [small, large] = operator.startsWith('<') ? [left, right] : [right, left];
  const isInside = small.values().every((item) => large.has(item));
  return isInside && (operator.endsWith('=') || small.size < large.size);
}

/**
 * Negative, 0 or positive, as in a sort; NaN for values that are neither less, equal nor greater.
 * @throws {PythonError} when Python defines no order
 */
export function orderOf(left: Value, right: Value, operator = '<'): number {
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right);
  if (isNumber(left) && isNumber(right)) {
    const [a, b] = [numeric(left), numeric(right)];
    if (a < b) return -1;
    return a > b ? 1 : areNumbersEqual(a, b) ? 0 : Number.NaN;
  }
  if (Array.isArray(left) && Array.isArray(right)) return orderOfItems(left, right, operator);
  if (left instanceof Tuple && right instanceof Tuple) return orderOfItems(left.items, right.items, operator);
  if (left instanceof Undefined) throw left.error();
  if (right instanceof Undefined) throw right.error();
  const ordered = left instanceof HostObject ? left.compare(right) : undefined;
  if (ordered !== undefined) return ordered;
  throw new PythonError(
    'TypeError',
    `'${operator}' not supported between instances of '${typeName(left)}' and '${typeName(right)}'`,
  );
}

function orderOfItems(left: readonly Value[], right: readonly Value[], operator: string): number {
  for (const [index, item] of left.entries()) {
    const other = right[index];
    if (other === undefined) break;
    if (!areEqual(item, other)) return orderOf(item, other, operator);
  }
  return left.length - right.length;
}

/** Python's `item in container`. */
function contains(container: Value, item: Value): boolean {
  if (typeof container === 'string') {
    if (typeof item === 'string') return container.includes(item);
    if (item instanceof HostObject) return container.includes(item.print());
    throw new PythonError('TypeError', `'in <string>' requires string as left operand, not ${typeName(item)}`);
  }
  if (container instanceof Dict || container instanceof PySet) return container.has(item);
  if (container instanceof Namespace)
    throw new PythonError('TypeError', "argument of type 'Namespace' is not iterable");
  if (container instanceof HostObject && container.items() === undefined) return container.getItem(item) !== undefined;
  if (container instanceof Generator) return generatorContains(container, item);
  if (container instanceof View && container.typeName === 'dict_keys' && !isHashable(item)) {
    throw new PythonError('TypeError', `unhashable type: '${typeName(item)}'`);
  }
  return iterate(container).some((candidate) => areEqual(candidate, item));
}

function generatorContains(generator: Generator, item: Value): boolean {
  for (let next = generator.next(); next !== undefined; next = generator.next()) {
    if (areEqual(next, item)) return true;
  }
  return false;
}
