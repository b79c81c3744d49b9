import { sameName } from '../../../name.ts';
import type { TypeKey } from '../read/expression.ts';
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
  /**
   * The flows of the members of a JSON value of a source, whose YAML declares some of them. `flows` has all of their
   * flows as well, so that whoever reads only `flows` loses none.
   */
  readonly members?: Members;
}

/** Members of a JSON value by their names, and a value for all other members. */
export interface Members {
  readonly named: readonly Field[];
  readonly others: Value;
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
  if (a.members && b.members && haveSameNames(a.members.named, b.members.named)) {
    return mergeDocuments(a, a.members, b.flows, b.members);
  }
  if (a.fields || a.members) return wholeValue(union(flowsOf(a), flowsOf(b)));
  const flows = union(a.flows, flowsOf(b));
  return flows === a.flows ? a : wholeValue(flows);
}

function mergeDocuments(a: Value, { named, others }: Members, flows: FlowSet, members: Members): Value {
  const merged = mergeEach(named, members.named);
  const rest = mergeValues(others, members.others);
  const whole = union(a.flows, flows);
  const isSame = whole === a.flows && rest === others && merged.every((field, index) => field === named[index]);
  return isSame ? a : { flows: whole, fields: undefined, members: { named: merged, others: rest } };
}

function mergeFields(a: Value, fields: readonly Field[], flows: FlowSet, others: readonly Field[]): Value {
  const merged = mergeEach(fields, others);
  const whole = union(a.flows, flows);
  const isSame = whole === a.flows && merged.every((field, index) => field === fields[index]);
  return isSame ? a : { flows: whole, fields: merged };
}

function mergeEach(fields: readonly Field[], others: readonly Field[]): readonly Field[] {
  return fields.map((field, index) => {
    const other = others[index];
    const value = other ? mergeValues(field.value, other.value) : field.value;
    return value === field.value ? field : { name: field.name, value };
  });
}

function haveSameNames(a: readonly Field[], b: readonly Field[]): boolean {
  return a.length === b.length && a.every((field, index) => sameName(field.name, b[index]?.name ?? ''));
}

/** The value with more flows into it as a whole. */
export function withFlows(value: Value, flows: FlowSet): Value {
  const whole = union(value.flows, flows);
  if (whole === value.flows) return value;
  const members = value.members && mapMembers(value.members, (member) => withFlows(member, flows));
  return { flows: whole, fields: value.fields, ...(members && { members }) };
}

/** The value with every flow in it changed, at every depth. */
export function mapValue({ flows, fields, members }: Value, change: (flows: FlowSet) => FlowSet): Value {
  return {
    flows: change(flows),
    fields: fields?.map(({ name, value }) => ({ name, value: mapValue(value, change) })),
    ...(members && { members: mapMembers(members, (member) => mapValue(member, change)) }),
  };
}

function mapMembers({ named, others }: Members, change: (member: Value) => Value): Members {
  return { named: named.map(({ name, value }) => ({ name, value: change(value) })), others: change(others) };
}

/**
 * A JSON value of which some members are known by name.
 *
 * @param others flows of all other members
 */
export function documentOf(named: readonly Field[], others: FlowSet): Value {
  const flows = union(others, ...named.map(({ value }) => flowsOf(value)));
  return { flows, fields: undefined, members: { named, others: wholeValue(others) } };
}

export function listOf(elements: Value, flows: FlowSet = NO_FLOWS): Value {
  return { flows, fields: [{ name: ELEMENT, value: elements }] };
}

/** Any element of a list; `undefined` if its flows are not known separately. */
export function elementOf(value: Value): Value | undefined {
  const [field, ...others] = value.fields ?? [];
  return field?.name === ELEMENT && others.length === 0 ? withFlows(field.value, value.flows) : undefined;
}

/**
 * A member of a JSON object by its name, which is case-sensitive. A name that differs only in case from a declared one
 * may be the same member, spelled wrong in YAML: it has the flows of both.
 */
export function memberNamed(value: Value, name: string): Value | undefined {
  const { members } = value;
  if (members) {
    const exact = members.named.find((candidate) => candidate.name === name);
    if (exact) return exact.value;
    const alike = members.named.filter((candidate) => sameName(candidate.name, name));
    return wholeValue(union(members.others.flows, ...alike.map((field) => flowsOf(field.value))));
  }
  const field = value.fields?.find((candidate) => candidate.name === name);
  return field && withFlows(field.value, value.flows);
}

/** A JSON array that the query makes of these items, in their order. */
export function arrayOf(items: readonly Value[]): Value {
  return { flows: NO_FLOWS, fields: items.map((value, index) => ({ name: itemName(index), value })) };
}

/** Name of the field that stands for an item of a JSON array. Only a struct that is converted to JSON may have it too. */
function itemName(position: number): string {
  return `[${position}]`;
}

/**
 * An element of a JSON array by its position from 0. All elements of a source's array, and all of a list, have the same
 * flows.
 */
export function itemOf(value: Value, position: number): Value | undefined {
  if (value.members) return value;
  const item = value.fields?.find(({ name }) => name === itemName(position));
  return item ? withFlows(item.value, value.flows) : elementOf(value);
}

/** The value without the elements of a list or JSON array, as far as their flows are known separately: its length. */
export function withoutElements(value: Value): Value {
  const { fields, flows } = value;
  const isArray = fields?.every(({ name }, index) => name === itemName(index));
  return isArray || elementOf(value) ? wholeValue(flows) : value;
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
