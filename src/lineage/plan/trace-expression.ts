import { unreachable } from '../../unreachable.ts';
import type { ByteOffset } from '../../warehouse/offset.ts';
import type {
  BoundAggregate,
  BoundCase,
  BoundCast,
  BoundFunction,
  BoundUnnest,
  BoundWindow,
  Expression,
  Lambda,
  TypeKey,
} from './expression.ts';
import { aggregated, assembled, type FlowSet, influence, masked, NO_FLOWS, transformed, union } from './flow-set.ts';
import { aggregateKind, constantOf, isPartial, partialAggregateKind, WINDOWS } from './function-kinds.ts';
import { castValue, nestedValue } from './nested-value.ts';
import type { Mark, Scope } from './scope.ts';
import { UnknownFlow } from './unknown-flow.ts';
import {
  elementOf,
  flowsOf,
  listOf,
  mapValue,
  NO_VALUE,
  type TracedColumn,
  type Value,
  wholeValue,
  withFlows,
} from './value.ts';

/** @throws {UnknownFlow} for an expression this version cannot follow, and a reference that points nowhere */
export function traceExpression(expression: Expression, scope: Scope): Value {
  switch (expression.type) {
    case 'BOUND_REF':
      return resolve(scope.columns[expression.index], expression.valueType);
    case 'BOUND_COLUMN_REF':
      return resolve(scope.bindings.get(expression.tableIndex)?.[expression.columnIndex], expression.valueType);
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
      return wholeValue(union(...expression.children.map((child) => traceTested(child, expression.offset, scope))));
    case 'BOUND_OPERATOR':
      return wholeValue(
        expression.valueType === 'BOOLEAN'
          ? union(...expression.children.map((child) => traceTested(child, expression.offset, scope)))
          : transformed(allFlows(expression.children, scope), expression.offset),
      );
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

/** Everything the expressions read. */
export function allFlows(expressions: readonly Expression[], scope: Scope): FlowSet {
  return union(...expressions.map((expression) => flows(expression, scope)));
}

function flows(expression: Expression, scope: Scope): FlowSet {
  return flowsOf(traceExpression(expression, scope));
}

/** A wrong reference would be a flow from the wrong column, so its type is held against the column's. */
function resolve(column: TracedColumn | undefined, type: TypeKey): Value {
  if (!column) throw new UnknownFlow('plan with a reference to no column');
  if (column.type !== undefined && column.type !== type)
    throw new UnknownFlow('plan with a reference to a column of another type');
  return column.value;
}

function traceTested(expression: Expression, offset: ByteOffset | undefined, scope: Scope): FlowSet {
  return tested(expression, flows(expression, scope), offset);
}

/** A yes or no about a value is part of it; a boolean has no smaller part. */
export function tested({ valueType }: Expression, read: FlowSet, offset: ByteOffset | undefined): FlowSet {
  return transformed(read, offset, valueType === 'BOOLEAN' ? 'clear' : 'partial');
}

function traceCase({ whens, results, offset }: BoundCase, scope: Scope): FlowSet {
  return union(transformed(allFlows(results, scope), offset), influence(allFlows(whens, scope), 'CONDITIONAL', offset));
}

function traceCast(cast: BoundCast, scope: Scope): Value {
  const value = traceExpression(cast.child, scope);
  return castValue(cast, value) ?? wholeValue(transformed(flowsOf(value), cast.offset));
}

function traceUnnest({ child, offset }: BoundUnnest, scope: Scope): Value {
  const list = traceExpression(child, scope);
  const element = elementOf(list);
  return element
    ? mapValue(element, (flows) => transformed(flows, offset))
    : wholeValue(transformed(flowsOf(list), offset));
}

function traceFunction(call: BoundFunction, scope: Scope): Value {
  const mark = markOf(call, scope);
  if (mark) return wholeValue(masked(flows(mark.inner, scope), mark.mask, mark.yields, mark.offset));
  const values = call.children.map((child) => traceExpression(child, scope));
  const made = call.lambda ? traceLambda(call, call.lambda, values, scope) : nestedValue(call, values);
  return made ?? wholeValue(traceCall(call, values));
}

function traceCall(call: BoundFunction, values: readonly Value[]): FlowSet {
  if (call.name === 'setseed' && values.some((value) => flowsOf(value).size > 0)) {
    throw new UnknownFlow('setseed() of a column, which random() then gives back');
  }
  if (call.valueType === 'BOOLEAN') {
    return union(
      ...call.children.map((child, index) => tested(child, flowsOf(values[index] ?? NO_VALUE), call.offset)),
    );
  }
  return transformed(
    assembled(values.map(flowsOf)),
    call.offset,
    isPartial(call.name, call.children) ? 'partial' : 'clear',
  );
}

const TRANSFORMS: ReadonlySet<string> = new Set([
  'apply',
  'array_apply',
  'array_transform',
  'list_apply',
  'list_transform',
]);
const FILTERS: ReadonlySet<string> = new Set(['array_filter', 'filter', 'list_filter']);

/** The elements are what the body makes of each; of a body that only tests, they are what they were. */
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
  const made = traceExpression(body, { ...scope, columns: [...parameters, ...outer] });
  if (isFilter) {
    const kept = mapValue(list, (flows) => transformed(flows, call.offset));
    return withFlows(kept, influence(flowsOf(made), 'CONDITIONAL', call.offset));
  }
  const elements = mapValue(made, (flows) => transformed(flows, call.offset));
  const length = influence(elementOf(list) ? list.flows : flowsOf(list), 'CONDITIONAL', call.offset);
  return listOf(elements, length);
}

/** `struct_pack(<mark> := inner).<mark>`: what a declared mask printed (mask-marker.ts). */
function markOf(
  { name, children: [from, index] }: BoundFunction,
  scope: Scope,
): (Mark & Pick<BoundFunction, 'offset'> & { readonly inner: Expression }) | undefined {
  const key = index && constantOf(index);
  if (name !== 'struct_extract' || typeof key !== 'string') return undefined;
  if (from?.type !== 'BOUND_FUNCTION' || from.name !== 'struct_pack') return undefined;
  const mark = scope.marks.get(key);
  const [inner, ...others] = from.children;
  if (!mark || !inner || others.length > 0 || from.fieldNames[0] !== key) return undefined;
  return { ...mark, inner, offset: from.offset };
}

function traceAggregate(call: BoundAggregate, scope: Scope): Value {
  return wholeValue(
    union(
      traceAggregateArguments(
        call.children,
        scope.isCorrelated ? partialAggregateKind(call.name) : aggregateKind(call.name),
        call.offset,
        scope,
      ),
      influence(call.filter ? flows(call.filter, scope) : NO_FLOWS, 'CONDITIONAL', call.offset),
      influence(allFlows(call.orders, scope), 'SORT', call.offset),
    ),
  );
}

function traceAggregateArguments(
  children: readonly Expression[],
  kind: ReturnType<typeof aggregateKind>,
  offset: ByteOffset | undefined,
  scope: Scope,
): FlowSet {
  switch (kind) {
    case 'keeps':
      return aggregated(allFlows(children, scope), offset);
    case 'keeps-first':
      return union(
        aggregated(allFlows(children.slice(0, 1), scope), offset),
        influence(allFlows(children.slice(1), scope), 'SORT', offset),
      );
    case 'summarises':
      return aggregated(allFlows(children, scope), offset, 'aggregate');
    default:
      return unreachable(kind);
  }
}

function traceWindow(call: BoundWindow, scope: Scope): Value {
  return wholeValue(
    union(
      traceWindowValue(call, scope),
      transformed(allFlows(call.values, scope), call.offset),
      influence(allFlows(call.influences, scope), 'WINDOW', call.offset),
    ),
  );
}

function traceWindowValue(call: BoundWindow, scope: Scope): FlowSet {
  if (call.name !== undefined) {
    return traceAggregateArguments(
      call.children,
      call.allRows ? aggregateKind(call.name) : partialAggregateKind(call.name),
      call.offset,
      scope,
    );
  }
  const kind = WINDOWS.get(call.window);
  switch (kind) {
    case 'value':
      return transformed(allFlows(call.children, scope), call.offset);
    case 'rank':
      return influence(allFlows(call.children, scope), 'WINDOW', call.offset);
    case undefined:
      throw new UnknownFlow(`window function ${call.window}`);
    default:
      return unreachable(kind);
  }
}
