import { unreachable } from '../unreachable.ts';
import type { State } from './flow.ts';
import { aggregated, type FlowSet, influence, masked, NO_FLOWS, notCovered, transformed, union } from './flow-set.ts';
import { aggregateKind, constantOf, isPartial, isSplit, WINDOWS, windowAggregateKind } from './function-kinds.ts';
import type { BoundAggregate, BoundCase, BoundFunction, BoundWindow, Expression, TypeKey } from './plan.ts';
import { UnknownFlow } from './unknown-flow.ts';
import { fieldAt, fieldNamed, flowsOf, NO_VALUE, type TracedColumn, type Value, wholeValue } from './value.ts';

/** What an expression can see. */
export interface Scope {
  /** The columns a BOUND_REF counts in. */
  readonly columns: readonly TracedColumn[];
  /** Columns by the table index of the operator that made them, for BOUND_COLUMN_REF. */
  readonly bindings: ReadonlyMap<number, readonly TracedColumn[]>;
  /** Marks of declared masks by the name of their struct field. */
  readonly marks: ReadonlyMap<string, Mark>;
}

export interface Mark {
  readonly mask: string;
  readonly yields: State;
}

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
    case 'BOUND_UNNEST':
      return wholeValue(transformed(flows(expression.child, scope), expression.offset));
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
  if (column.type !== type) throw new UnknownFlow('plan with a reference to a column of another type');
  return column.value;
}

/** A yes or no about a value is part of it; a boolean has no smaller part. */
function traceTested(expression: Expression, offset: number | undefined, scope: Scope): FlowSet {
  const most = expression.valueType === 'BOOLEAN' ? 'clear' : 'partial';
  return transformed(flows(expression, scope), offset, most);
}

function traceCase({ whens, results, offset }: BoundCase, scope: Scope): FlowSet {
  const values = transformed(allFlows(results, scope), offset);
  return union(values, notCovered(influence(allFlows(whens, scope), 'CONDITIONAL', offset), values));
}

function traceFunction(call: BoundFunction, scope: Scope): Value {
  switch (call.name) {
    case 'struct_pack':
    case 'row':
      return traceStruct(call, scope);
    case 'struct_extract':
    case 'struct_extract_at':
    case 'array_extract':
      return traceExtract(call, scope);
    default:
      return wholeValue(traceCall(call, scope));
  }
}

function traceCall(call: BoundFunction, scope: Scope): FlowSet {
  if (call.valueType === 'BOOLEAN') {
    return union(...call.children.map((child) => traceTested(child, call.offset, scope)));
  }
  const most = isPartial(call.name, call.children) ? 'partial' : 'clear';
  return transformed(allFlows(call.children, scope), call.offset, most);
}

function traceStruct(call: BoundFunction, scope: Scope): Value {
  if (call.fieldNames.length !== call.children.length) return wholeValue(traceCall(call, scope));
  const fields = call.children.map((child, index) => {
    const value = traceExpression(child, scope);
    const field = { flows: transformed(value.flows, call.offset), fields: value.fields };
    return { name: call.fieldNames[index] ?? '', value: field };
  });
  return { flows: NO_FLOWS, fields };
}

function traceExtract(call: BoundFunction, scope: Scope): Value {
  const [from, index] = call.children;
  const key = index && constantOf(index);
  if (!from || key === undefined) return wholeValue(traceCall(call, scope));
  const mark = markOf(from, key, scope);
  if (mark) return wholeValue(masked(flowsOf(traceExpression(mark.inner, scope)), mark.mask, mark.yields, from.offset));
  const whole = traceExpression(from, scope);
  const field = typeof key === 'string' ? fieldNamed(whole, key) : fieldAt(whole, key);
  if (field) return { flows: transformed(field.flows, call.offset), fields: field.fields };
  return wholeValue(transformed(flowsOf(whole), call.offset, isSplit(from) ? 'partial' : 'clear'));
}

/** `struct_pack(<mark> := inner).<mark>`: what a declared mask printed (mask-marker.ts). */
function markOf(
  from: Expression,
  key: string | number,
  scope: Scope,
): (Mark & { readonly inner: Expression }) | undefined {
  if (typeof key !== 'string' || from.type !== 'BOUND_FUNCTION' || from.name !== 'struct_pack') return undefined;
  const mark = scope.marks.get(key);
  const [inner, ...others] = from.children;
  if (!mark || !inner || others.length > 0 || from.fieldNames[0] !== key) return undefined;
  return { ...mark, inner };
}

function traceAggregate(call: BoundAggregate, scope: Scope): Value {
  return wholeValue(
    union(
      traceAggregateArguments(call.children, aggregateKind(call.name), call.offset, scope),
      influence(call.filter ? flows(call.filter, scope) : NO_FLOWS, 'CONDITIONAL', call.offset),
      influence(allFlows(call.orders, scope), 'SORT', call.offset),
    ),
  );
}

function traceAggregateArguments(
  children: readonly Expression[],
  kind: ReturnType<typeof aggregateKind>,
  offset: number | undefined,
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
      transformed(call.defaultValue ? flows(call.defaultValue, scope) : NO_FLOWS, call.offset),
      influence(allFlows(call.influences, scope), 'WINDOW', call.offset),
    ),
  );
}

function traceWindowValue(call: BoundWindow, scope: Scope): FlowSet {
  if (call.name !== undefined) {
    return traceAggregateArguments(
      call.children,
      windowAggregateKind(call.name, call.wholePartition),
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
