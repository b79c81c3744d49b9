import { unreachable } from '../../unreachable.ts';
import type { Part } from '../share.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import { areSame, constantCondition } from './constant-condition.ts';
import { argumentFlows, windowFlows } from './flows/argument-flows.ts';
import {
  influenceOf,
  maskFlows,
  negatedFlows,
  pickingFlows,
  shownByCount,
  testedFlows,
  transformFlows,
  withoutMasking,
} from './flows/change-flows.ts';
import { type FlowSet, hasValue, NO_FLOWS, sizesIn, union } from './flows/flow-set.ts';
import { aggregateKind, givesNull, partialAggregateKind } from './flows/function-kinds.ts';
import { castValue, nestedValue } from './flows/nested-value.ts';
import { pickedValue } from './flows/picked-value.ts';
import { isPinning } from './flows/summary-flows.ts';
import {
  elementOf,
  flowsOf,
  listOf,
  mapValue,
  NO_VALUE,
  type Value,
  wholeValue,
  withFlows,
  withoutElements,
} from './flows/value.ts';
import { markOf } from './mask-mark.ts';
import type {
  BoundAggregate,
  BoundCase,
  BoundCast,
  BoundComparison,
  BoundFunction,
  BoundOperator,
  BoundUnnest,
  BoundWindow,
  Expression,
  Lambda,
} from './read/expression.ts';
import { resolveReference } from './resolve-reference.ts';
import type { Scope } from './scope.ts';
import { testFlows, traceCall } from './trace-call.ts';

/**
 * The flows into the value of an expression.
 *
 * @throws {UnknownFlow} for an expression that this version cannot follow, and for a reference to no column
 */
export function traceExpression(expression: Expression, scope: Scope): Value {
  let value = scope.values.get(expression);
  if (!value) {
    value = traceByType(expression, scope);
    scope.values.set(expression, value);
  }
  return value;
}

function traceByType(expression: Expression, scope: Scope): Value {
  switch (expression.type) {
    case 'BOUND_REF':
      return resolveReference(scope.columns[expression.index], expression.valueType);
    case 'BOUND_COLUMN_REF':
      return resolveReference(
        scope.bindings.get(expression.tableIndex)?.[expression.columnIndex],
        expression.valueType,
      );
    case 'BOUND_CONSTANT':
      return NO_VALUE;
    case 'BOUND_CAST':
      return traceCast(expression, scope);
    case 'BOUND_UNNEST':
      return traceUnnest(expression, scope);
    case 'BOUND_FUNCTION':
      return traceFunction(expression, scope);
    case 'BOUND_COMPARISON':
    case 'BOUND_CONJUNCTION':
    case 'BOUND_BETWEEN':
      return wholeValue(traceComparison(expression, scope));
    case 'BOUND_OPERATOR':
      return wholeValue(traceOperator(expression, scope));
    case 'BOUND_CASE':
      return wholeValue(traceCase(expression, scope));
    case 'BOUND_AGGREGATE':
      return traceAggregate(expression, scope);
    case 'BOUND_WINDOW':
      return traceWindow(expression, scope);
    case 'unrecognized':
      throw new UnknownFlow(`plan expression ${expression.name}`);
    default:
      return unreachable(expression);
  }
}

/** Flows of all columns that the expressions read. */
export function allFlows(expressions: readonly Expression[], scope: Scope): FlowSet {
  return union(...eachFlows(expressions, scope));
}

function eachFlows(expressions: readonly Expression[], scope: Scope): readonly FlowSet[] {
  return expressions.map((expression) => flows(expression, scope));
}

function flows(expression: Expression, scope: Scope): FlowSet {
  return flowsOf(traceExpression(expression, scope));
}

/** Flows of the keys that rows are sorted or grouped by. */
export function sortFlows(keys: readonly Expression[], scope: Scope): FlowSet {
  const reads = eachFlows(keys, scope);
  for (const read of reads) scope.comparisons.sort(read);
  return union(...reads);
}

function traceComparison(comparison: BoundComparison, scope: Scope): FlowSet {
  const { type, children, offset } = comparison;
  // The children are traced also where they decide nothing: DuckDB may call an unknown function in them.
  const tests =
    type === 'BOUND_CONJUNCTION'
      ? union(...children.map((child) => testFlows(child, flows(child, scope), offset, 'test and')))
      : traceTests(comparison, scope);
  return constantCondition(comparison) === undefined ? tests : NO_FLOWS;
}

/** Flows into a boolean result. A test of several values also compares them. */
function traceTests(test: BoundComparison | BoundOperator, scope: Scope): FlowSet {
  const { children, offset } = test;
  const reads = eachFlows(children, scope);
  // IS NULL compares nothing, even if its argument has the values of several columns (UNION, UNPIVOT).
  if (children.length > 1) scope.comparisons.compare(reads);
  const part = testPart(test, reads);
  return union(...children.map((child, index) => testFlows(child, reads[index] ?? NO_FLOWS, offset, part)));
}

/** The part of a value that a test shows. Tests at different places are different parts. */
function testPart({ operator, offset }: BoundComparison | BoundOperator, reads: readonly FlowSet[]): Part {
  if (NULL_TESTS.has(operator)) return 'test null';
  const isOfOneValue = isPinning(operator, reads);
  return `test ${isOfOneValue ? '= ' : ''}${offset?.utf8Bytes}`;
}

const NULL_TESTS: ReadonlySet<string> = new Set(['OPERATOR_IS_NULL', 'OPERATOR_IS_NOT_NULL']);

/**
 * Flows into the result of an operator. All arguments of COALESCE but the last also decide the result, by whether they
 * are NULL.
 */
function traceOperator(operation: BoundOperator, scope: Scope): FlowSet {
  const { operator, valueType, children, offset } = operation;
  if (operator === 'OPERATOR_COALESCE') {
    const reads = eachFlows(children, scope);
    scope.comparisons.merge(reads);
    const deciding = testedFlows(union(...reads.slice(0, -1)), 'test null', offset);
    return union(transformFlows(oneOf(reads), offset), influenceOf(deciding, 'CONDITIONAL', offset));
  }
  if (operator === 'OPERATOR_NOT') return negatedFlows(traceTests(operation, scope));
  if (valueType === 'BOOLEAN') return traceTests(operation, scope);
  const reads = eachFlows(children, scope);
  const made = transformFlows(union(...reads), offset);
  return operator === 'OPERATOR_TRY' ? orNull(made, reads, scope) : made;
}

/** Flows of a value that is one of several: it may equal another one of them. */
function oneOf(reads: readonly FlowSet[]): FlowSet {
  const all = union(...reads);
  return reads.filter(hasValue).length > 1 ? shownByCount(all, 'different values') : all;
}

/** Flows of a value that is NULL or not by what it is computed from: that compares the values it reads. */
function orNull(made: FlowSet, reads: readonly FlowSet[], { comparisons }: Scope): FlowSet {
  comparisons.compare(reads);
  return shownByCount(made, 'values');
}

function traceCase({ whens, results, offset }: BoundCase, scope: Scope): FlowSet {
  const isReached = reachableBranches(whens);
  const reads = eachFlows(results, scope).filter((_, index) => isReached(index));
  scope.comparisons.merge(reads);
  const values = transformFlows(oneOf(reads), offset);
  const deciding = union(...eachFlows(whens, scope).filter((_, index) => isReached(index)));
  const [first, ...others] = results.filter((_, index) => isReached(index));
  const isChoice = !first || others.some((result) => !areSame(first, result));
  return isChoice ? union(values, influenceOf(deciding, 'CONDITIONAL', offset)) : values;
}

/** Tells the branches of a CASE, by position, from those that no row takes: of `when false`, and behind `when true`. */
function reachableBranches(whens: readonly Expression[]): (index: number) => boolean {
  const conditions = whens.map(constantCondition);
  const last = conditions.indexOf(true);
  return (index) => conditions[index] !== false && (last === -1 || index <= last);
}

function traceCast(cast: BoundCast, scope: Scope): Value {
  const value = traceExpression(cast.child, scope);
  const made = castValue(cast, value) ?? wholeValue(transformFlows(flowsOf(value), cast.offset));
  return cast.isTry ? mapValue(made, (read) => orNull(read, [flowsOf(value)], scope)) : made;
}

function traceUnnest({ child, offset }: BoundUnnest, scope: Scope): Value {
  const list = traceExpression(child, scope);
  const element = elementOf(list);
  return element
    ? mapValue(element, (flows) => transformFlows(flows, offset))
    : wholeValue(transformFlows(flowsOf(list), offset));
}

function traceFunction(call: BoundFunction, scope: Scope): Value {
  const mark = markOf(call, scope);
  if (mark) {
    const masked = maskFlows(flows(mark.inner, scope), mark.mask, mark.yields, mark.offset);
    return wholeValue(mark.argument ? withoutMasking(masked, flows(mark.argument, scope), mark.offset) : masked);
  }
  const values = call.children.map((child) => traceExpression(child, scope));
  const made = call.lambda ? traceLambda(call, call.lambda, values, scope) : nestedValue(call, values);
  const value = made ?? wholeValue(traceCall(call, isLength(call) ? values.map(withoutElements) : values, scope));
  return givesNull(call) ? mapValue(value, (read) => orNull(read, values.map(flowsOf), scope)) : value;
}

/** Whether a call counts the elements of a list or JSON array, and does not look at them. */
function isLength({ name, children }: BoundFunction): boolean {
  const [list, ...others] = children;
  // The second argument of `json_array_length` leads to an array inside.
  if (!list || others.length > 0) return false;
  return name === 'json_array_length' || (LENGTHS.has(name) && list.valueType.startsWith('LIST'));
}

const LENGTHS: ReadonlySet<string> = new Set(['array_length', 'len', 'length']);

const TRANSFORMS: ReadonlySet<string> = new Set([
  'apply',
  'array_apply',
  'array_transform',
  'list_apply',
  'list_transform',
]);
const FILTERS: ReadonlySet<string> = new Set(['array_filter', 'filter', 'list_filter']);

/**
 * The elements of a list after a lambda: `list_transform` computes new elements, `list_filter` keeps them unchanged.
 */
function traceLambda(
  call: BoundFunction,
  { body, hasIndex }: Lambda,
  [list = NO_VALUE, ...captured]: readonly Value[],
  scope: Scope,
): Value | undefined {
  const isFilter = FILTERS.has(call.name);
  if (!isFilter && !TRANSFORMS.has(call.name)) return undefined;
  const element = elementOf(list) ?? wholeValue(flowsOf(list));
  const parameters = (hasIndex ? [NO_VALUE, element] : [element]).map((value) => ({ type: undefined, value }));
  const outer = captured.map((value, index) => ({ type: call.children[index + 1]?.valueType, value }));
  const made = traceExpression(body, { ...scope, columns: [...parameters, ...outer], values: new Map() });
  if (isFilter) {
    const kept = mapValue(list, (flows) => transformFlows(flows, call.offset));
    return withFlows(kept, influenceOf(flowsOf(made), 'CONDITIONAL', call.offset));
  }
  const elements = mapValue(made, (flows) => transformFlows(flows, call.offset));
  const length = elementOf(list) ? list.flows : flowsOf(list);
  return listOf(elements, union(influenceOf(length, 'CONDITIONAL', call.offset), sizesIn(length)));
}

function traceAggregate(call: BoundAggregate, scope: Scope): Value {
  const kind = scope.isCorrelated ? partialAggregateKind(call.name) : aggregateKind(call.name);
  const values = call.children.map((child) => traceExpression(child, scope));
  const children = values.map(flowsOf);
  const filter = call.filter ? flows(call.filter, scope) : NO_FLOWS;
  // Which row an arg_max takes its value from depends on the order of the other arguments.
  for (const key of kind === 'keeps-first' ? children.slice(1) : []) scope.comparisons.compare([key]);
  const influences = union(
    influenceOf(filter, 'CONDITIONAL', call.offset),
    pickingFlows(sortFlows(call.orders, scope), call.offset),
  );
  const keys = pickingFlows(union(...children.slice(1)), call.offset);
  return (
    pickedValue(call, values, union(keys, influences)) ??
    wholeValue(union(argumentFlows(children, kind, union(scope.groups, filter), call), influences))
  );
}

function traceWindow(call: BoundWindow, scope: Scope): Value {
  const keys = sortFlows(call.influences, scope);
  const values = call.children.map((child) => traceExpression(child, scope));
  const others = union(
    shownByCount(transformFlows(allFlows(call.values, scope), call.offset), 'values'),
    influenceOf(keys, 'WINDOW', call.offset),
  );
  const sorts = influenceOf(union(...values.slice(1).map(flowsOf)), 'SORT', call.offset);
  return (
    pickedValue(call, values, union(sorts, others)) ??
    wholeValue(union(windowFlows(call, values.map(flowsOf), keys), others))
  );
}
