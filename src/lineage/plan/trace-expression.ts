import { unreachable } from '../../unreachable.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import { areSame, constantCondition, reachableBranches } from './constant-condition.ts';
import { argumentFlows, windowFlows } from './flows/argument-flows.ts';
import {
  influenceOf,
  negatedFlows,
  oneOf,
  pickingFlows,
  shownByCount,
  testedFlows,
  transformFlows,
} from './flows/change-flows.ts';
import { type FlowSet, NO_FLOWS, union } from './flows/flow-set.ts';
import { aggregateKind, givesNull, isLength, partialAggregateKind } from './flows/function-kinds.ts';
import { followsLambda, lambdaColumns, lambdaValue } from './flows/lambda-value.ts';
import { maskFlows, withoutMasking } from './flows/mask-flows.ts';
import { castValue, nestedValue } from './flows/nested-value.ts';
import { pickedValue } from './flows/picked-value.ts';
import { elementOf, flowsOf, mapValue, NO_VALUE, type Value, wholeValue, withoutElements } from './flows/value.ts';
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
import { testPart } from './test-part.ts';
import { orNull, testFlows, traceCall } from './trace-call.ts';

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

function traceLambda(call: BoundFunction, lambda: Lambda, values: readonly Value[], scope: Scope): Value | undefined {
  if (!followsLambda(call)) return undefined;
  const columns = lambdaColumns(call, lambda, values);
  const made = traceExpression(lambda.body, { ...scope, columns, values: new Map() });
  return lambdaValue(call, values, made);
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
