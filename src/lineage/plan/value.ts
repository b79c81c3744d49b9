import { sameName } from '../../name.ts';
import type { TypeKey } from './expression.ts';
import { type FlowSet, NO_FLOWS, union } from './flow-set.ts';

/**
 * Flows into a value. A struct made in the query has flows for each field, so that a clean field stays clean; a JSON
 * object has them as well. A list has one field, {@link ELEMENT}, for all its elements, separate from its length.
 */
export interface Value {
  /** Flows into the value as a whole. */
  readonly flows: FlowSet;
  /**
   * The fields in their order; fields of `row(…)` have an empty name. `undefined` if the flows of the fields are not
   * known separately.
   */
  readonly fields: readonly Field[] | undefined;
}

export interface Field {
  readonly name: string;
  readonly value: Value;
}

/** A column that leaves an operator. */
export interface TracedColumn {
  /** `undefined` for a lambda's parameter, whose type is not in the plan. */
  readonly type: TypeKey | undefined;
  readonly value: Value;
}

/** Name of the field that stands for a list's elements. No field of a query has it: DuckDB refuses NUL in SQL. */
const ELEMENT = '\u0000element';

export const NO_VALUE: Value = { flows: NO_FLOWS, fields: undefined };

export function wholeValue(flows: FlowSet): Value {
  return flows.size === 0 ? NO_VALUE : { flows, fields: undefined };
}

/** Everything that flows into a value or any part of it. */
export function flowsOf({ flows, fields }: Value): FlowSet {
  return fields ? union(flows, ...fields.map((field) => flowsOf(field.value))) : flows;
}

/** The flows of a value that is either of the two. Returns the first one itself if the second adds nothing. */
export function mergeValues(a: Value, b: Value): Value {
  if (a.fields && b.fields && haveSameNames(a.fields, b.fields)) return mergeFields(a, a.fields, b.flows, b.fields);
  if (a.fields) return wholeValue(union(flowsOf(a), flowsOf(b)));
  const flows = union(a.flows, flowsOf(b));
  return flows === a.flows ? a : wholeValue(flows);
}

function mergeFields(a: Value, fields: readonly Field[], flows: FlowSet, others: readonly Field[]): Value {
  const merged = fields.map((field, index) => {
    const other = others[index];
    const value = other ? mergeValues(field.value, other.value) : field.value;
    return value === field.value ? field : { name: field.name, value };
  });
  const whole = union(a.flows, flows);
  const isSame = whole === a.flows && merged.every((field, index) => field === fields[index]);
  return isSame ? a : { flows: whole, fields: merged };
}

function haveSameNames(a: readonly Field[], b: readonly Field[]): boolean {
  return a.length === b.length && a.every((field, index) => sameName(field.name, b[index]?.name ?? ''));
}

/** The value with more flows into it as a whole. */
export function withFlows(value: Value, flows: FlowSet): Value {
  const whole = union(value.flows, flows);
  return whole === value.flows ? value : { flows: whole, fields: value.fields };
}

/** The value with every flow in it changed, at every depth. */
export function mapValue({ flows, fields }: Value, change: (flows: FlowSet) => FlowSet): Value {
  return {
    flows: change(flows),
    fields: fields?.map(({ name, value }) => ({ name, value: mapValue(value, change) })),
  };
}

export function listOf(elements: Value, flows: FlowSet = NO_FLOWS): Value {
  return { flows, fields: [{ name: ELEMENT, value: elements }] };
}

/** Any element of a list; `undefined` if its flows are not known separately. */
export function elementOf(value: Value): Value | undefined {
  const [field, ...others] = value.fields ?? [];
  return field?.name === ELEMENT && others.length === 0 ? withFlows(field.value, value.flows) : undefined;
}

/** A member of a JSON object by its name, which is case-sensitive. */
export function memberNamed(value: Value, name: string): Value | undefined {
  const field = value.fields?.find((candidate) => candidate.name === name);
  return field && withFlows(field.value, value.flows);
}

/**
 * A struct's field by its name, whatever its case. Flows into the whole struct flow into the field as well. `undefined`
 * if the flows of the fields are not known separately.
 */
export function fieldNamed(value: Value, name: string): Value | undefined {
  const field = value.fields?.find((candidate) => sameName(candidate.name, name));
  return field && withFlows(field.value, value.flows);
}

/** A field by its position from 1. */
export function fieldAt(value: Value, position: number): Value | undefined {
  const field = value.fields?.[position - 1];
  return field && withFlows(field.value, value.flows);
}
