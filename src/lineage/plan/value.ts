import type { TypeKey } from './expression.ts';
import { type FlowSet, NO_FLOWS, union } from './flow-set.ts';

/**
 * What flows into a value. A struct made in the query knows its fields apart, so that a clean one stays clean; likewise
 * a JSON document. A list tells its elements, all in one, from its length: they are its field
 * {@link ELEMENT}.
 */
export interface Value {
  /** Into the value as a whole. */
  readonly flows: FlowSet;
  /** Into one field each, in their order; names are empty for a row. `undefined` where fields are not told apart. */
  readonly fields: readonly Field[] | undefined;
}

export interface Field {
  readonly name: string;
  readonly value: Value;
}

/** A column that leaves an operator. */
export interface TracedColumn {
  /** `undefined` for a lambda's parameter, whose type the plan does not tell. */
  readonly type: TypeKey | undefined;
  readonly value: Value;
}

/** No field has this name: DuckDB refuses NUL in SQL. */
const ELEMENT = '\u0000element';

export const NO_VALUE: Value = { flows: NO_FLOWS, fields: undefined };

export function wholeValue(flows: FlowSet): Value {
  return flows.size === 0 ? NO_VALUE : { flows, fields: undefined };
}

/** Everything that flows into a value or any part of it. */
export function flowsOf({ flows, fields }: Value): FlowSet {
  return fields ? union(flows, ...fields.map((field) => flowsOf(field.value))) : flows;
}

/** The first value itself when the second brings nothing new. */
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
  return a.length === b.length && a.every((field, index) => field.name.toLowerCase() === b[index]?.name.toLowerCase());
}

/** With more flows into the value as a whole. */
export function withFlows(value: Value, flows: FlowSet): Value {
  const whole = union(value.flows, flows);
  return whole === value.flows ? value : { flows: whole, fields: value.fields };
}

/** Every flow in it changed, at every depth. */
export function mapValue({ flows, fields }: Value, change: (flows: FlowSet) => FlowSet): Value {
  return {
    flows: change(flows),
    fields: fields?.map(({ name, value }) => ({ name, value: mapValue(value, change) })),
  };
}

export function listOf(elements: Value, flows: FlowSet = NO_FLOWS): Value {
  return { flows, fields: [{ name: ELEMENT, value: elements }] };
}

/** What an element of a list may be; `undefined` where the value does not tell them from the list. */
export function elementOf(value: Value): Value | undefined {
  const [field, ...others] = value.fields ?? [];
  return field?.name === ELEMENT && others.length === 0 ? withFlows(field.value, value.flows) : undefined;
}

/** A member of a JSON document: upper and lower case count. */
export function memberNamed(value: Value, name: string): Value | undefined {
  const field = value.fields?.find((candidate) => candidate.name === name);
  return field && withFlows(field.value, value.flows);
}

/** The field by its name, with what flows into the whole; `undefined` where the value does not tell its fields apart. */
export function fieldNamed(value: Value, name: string): Value | undefined {
  const field = value.fields?.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  return field && withFlows(field.value, value.flows);
}

/** The field by its place from 1. */
export function fieldAt(value: Value, position: number): Value | undefined {
  const field = value.fields?.[position - 1];
  return field && withFlows(field.value, value.flows);
}
