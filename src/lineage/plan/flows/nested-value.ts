import { nameKey, sameName } from '../../../name.ts';
import type { ByteOffset } from '../../../warehouse/offset.ts';
import type { BoundCast, BoundFunction, Expression, TypeKey } from '../read/expression.ts';
import { transformFlows } from './change-flows.ts';
import type { FlowSet } from './flow-set.ts';
import { constantOf } from './function-kinds.ts';
import {
  arrayOf,
  elementOf,
  type Field,
  fieldAt,
  fieldNamed,
  flowsOf,
  itemOf,
  listOf,
  mapValue,
  memberNamed,
  mergeValues,
  NO_VALUE,
  type Value,
  wholeValue,
  withFlows,
} from './value.ts';

/**
 * Value of a function that builds a nested value (struct, list, JSON) or extracts a part of one. Each field keeps its
 * own flows.
 *
 * @param values flows of the call's children
 * @returns `undefined` for any other function, and if the flows of the parts are not known separately
 */
export function nestedValue(call: BoundFunction, values: readonly Value[]): Value | undefined {
  const build = BUILDERS.get(call.name);
  return build?.(call, values);
}

type Build = (call: BoundFunction, values: readonly Value[]) => Value | undefined;

const BUILDERS: ReadonlyMap<string, Build> = new Map<string, Build>([
  ['struct_pack', packStruct],
  ['row', packStruct],
  ['struct_insert', changeStruct],
  ['struct_update', changeStruct],
  ['struct_concat', concatStructs],
  ['struct_extract', extract],
  ['struct_extract_at', extract],
  ['array_extract', extract],
  ['list_extract', extract],
  ['list_element', extract],
  ['list_value', packList],
  ['array_value', packList],
  ['unpivot_list', packList],
  ['list_concat', concatLists],
  ['array_slice', sliceList],
  ['list_slice', sliceList],
  ['to_json', ({ offset }, [value = NO_VALUE]) => mapValue(value, (flows) => transformFlows(flows, offset))],
  ['json_object', packObject],
  ['json_array', packArray],
  ['json_extract', extractJson],
  ['->', extractJson],
  ['json_extract_string', extractJsonText],
  ['->>', extractJsonText],
]);

function packStruct({ fieldNames, offset }: BoundFunction, values: readonly Value[]): Value | undefined {
  return fieldNames.length === values.length ? structOf(fieldNames, values, offset) : undefined;
}

function structOf(names: readonly string[], values: readonly Value[], offset: ByteOffset | undefined): Value {
  const fields = names.map((name, index): Field => {
    const value = values[index] ?? NO_VALUE;
    return { name, value: step(value, offset) };
  });
  return { flows: new Map(), fields };
}

/**
 * `struct_insert` and `struct_update`: each field of the result is the argument with its name, else the field of the
 * struct.
 */
function changeStruct(
  { fieldNames, argumentNames, offset }: BoundFunction,
  [struct = NO_VALUE, ...added]: readonly Value[],
): Value | undefined {
  const names = argumentNames.slice(1).map((name) => nameKey(name));
  const ownNames = new Set(fieldNames.map((name) => nameKey(name)));
  if (names.some((name) => !ownNames.has(name))) return undefined;
  const values = fieldNames.map((name) => {
    const index = names.indexOf(nameKey(name));
    return (index === -1 ? fieldNamed(struct, name) : added[index]) ?? wholeValue(flowsOf(struct));
  });
  return structOf(fieldNames, values, offset);
}

function concatStructs({ fieldNames, offset }: BoundFunction, structs: readonly Value[]): Value | undefined {
  const fields = structs.flatMap(({ flows, fields: own }) => own?.map(({ value }) => withWhole(value, flows)) ?? []);
  const isKnown = structs.every(({ fields: own }) => own !== undefined) && fields.length === fieldNames.length;
  return isKnown ? structOf(fieldNames, fields, offset) : undefined;
}

function withWhole(value: Value, flows: FlowSet): Value {
  return flows.size === 0 ? value : wholeValue(flowsOf({ flows, fields: [{ name: '', value }] }));
}

/** Value of `struct.field`, by name or position, or of `list[index]`, which may be any element. */
function extract(
  { children, offset }: BoundFunction,
  [from = NO_VALUE, index = NO_VALUE]: readonly Value[],
): Value | undefined {
  const element = elementOf(from);
  // The index flows into the result, since it decides which element that is.
  if (element) return step(withFlows(element, flowsOf(index)), offset);
  const key = children[1] && constantOf(children[1]);
  if (key === undefined) return undefined;
  const field = typeof key === 'string' ? fieldNamed(from, key) : fieldAt(from, key);
  return field && step(field, offset);
}

function step({ flows, ...parts }: Value, offset: ByteOffset | undefined): Value {
  return { ...parts, flows: transformFlows(flows, offset) };
}

function packList({ offset }: BoundFunction, values: readonly Value[]): Value {
  const [first = NO_VALUE, ...others] = values.map((value) =>
    mapValue(value, (flows) => transformFlows(flows, offset)),
  );
  return listOf(others.reduce(mergeValues, first));
}

function packArray({ offset }: BoundFunction, values: readonly Value[]): Value {
  return arrayOf(values.map((value) => mapValue(value, (flows) => transformFlows(flows, offset))));
}

function concatLists(_: BoundFunction, [first, ...others]: readonly Value[]): Value | undefined {
  return first && [first, ...others].every(elementOf) ? others.reduce(mergeValues, first) : undefined;
}

/** The bounds of a slice flow into it, since they decide its length. */
function sliceList({ offset }: BoundFunction, [list = NO_VALUE, ...edges]: readonly Value[]): Value | undefined {
  const element = elementOf(list);
  if (!element) return undefined;
  return listOf(element, transformFlows(flowsOf({ flows: list.flows, fields: edges.map(unnamed) }), offset));
}

function unnamed(value: Value): Field {
  return { name: '', value };
}

/**
 * A JSON object. Every second argument is a key; the result is `undefined` if a key is not a constant, or occurs twice.
 */
function packObject({ children, offset }: BoundFunction, values: readonly Value[]): Value | undefined {
  const names = children.filter((_, index) => index % 2 === 0).map(constantOf);
  const keys = names.filter((name) => typeof name === 'string');
  if (keys.length < names.length || new Set(keys).size < names.length) return undefined;
  const members = values.filter((_, index) => index % 2 === 1);
  return structOf(
    keys,
    members.map((value) => mapValue(value, (flows) => transformFlows(flows, offset))),
    offset,
  );
}

function extractJson({ children, offset }: BoundFunction, [from = NO_VALUE]: readonly Value[]): Value | undefined {
  const path = children[1] && pathOf(children[1]);
  if (!path) return undefined;
  let value: Value | undefined = from;
  for (const key of path) value = value && (typeof key === 'number' ? itemOf(value, key) : memberNamed(value, key));
  return value && step(value, offset);
}

function extractJsonText(call: BoundFunction, values: readonly Value[]): Value | undefined {
  const value = extractJson(call, values);
  return value && wholeValue(transformFlows(flowsOf(value), call.offset));
}

/** A constant path without wildcards: a key, or `$.a.b[0]`. */
function pathOf(expression: Expression): readonly (string | number)[] | undefined {
  const path = constantOf(expression);
  if (typeof path === 'number') return [path];
  if (path === undefined) return undefined;
  if (/^[A-Za-z_]\w*$/.test(path)) return [path];
  if (!/^\$(\.[A-Za-z_]\w*|\[\d+\])+$/.test(path)) return undefined;
  return [...path.matchAll(/\.(\w+)|\[(\d+)\]/g)].map(([, key, index]) => key ?? Number(index));
}

/**
 * The parts of a value after a cast that renames or retypes them, or makes JSON of them; `undefined` after any other.
 */
export function castValue({ child, fieldNames, valueType, offset }: BoundCast, value: Value): Value | undefined {
  if (isJson(valueType) && !isJson(child.valueType) && child.valueType !== 'VARCHAR') {
    return mapValue(value, (flows) => transformFlows(flows, offset));
  }
  // A text that holds JSON has its members before and after it is parsed.
  if (value.members && isText(valueType) && isText(child.valueType)) {
    return mapValue(value, (flows) => transformFlows(flows, offset));
  }
  const { fields } = value;
  const isSameStruct =
    fields !== undefined &&
    fields.length === fieldNames.length &&
    fields.every(({ name }, index) => sameName(name, fieldNames[index] ?? ''));
  return isSameStruct ? mapValue(value, (flows) => transformFlows(flows, offset)) : undefined;
}

function isText(type: TypeKey): boolean {
  return type === 'VARCHAR' || isJson(type);
}

function isJson(type: TypeKey): boolean {
  return type.startsWith('VARCHAR') && type.includes('"alias":"JSON"');
}
