import { type ByteOffset, byteOffset } from '../../../warehouse/offset.ts';
import type { Expression, Lambda, TypeKey } from './expression.ts';
import { isIndex, type Json, readIndex, readList, readObject, readText, unexpected } from './plan-json.ts';

/** Decodes one bound expression. A class that this version does not support becomes `unrecognized`. */
export function readExpression(value: unknown): Expression {
  const json = readObject(value, 'expression');
  const name = readText(json, 'expression_class');
  const read = readers.get(name);
  return read
    ? read(json)
    : { type: 'unrecognized', what: 'expression', name, valueType: '', offset: readOffset(json) };
}

export function readExpressions(json: Json, key: string): readonly Expression[] {
  return readList(json, key).map(readExpression);
}

export function readOptionalExpression(json: Json, key: string): Expression | undefined {
  const value = json[key];
  return value === null || value === undefined ? undefined : readExpression(value);
}

/** The expressions of ORDER BY items. */
export function readOrders(json: Json, key: string): readonly Expression[] {
  return readList(json, key).map((order) => readExpression(readObject(order, key)['expression']));
}

/** Readers of the classes of expression that this version follows. DuckDB's others never leave its binder. */
const readers: ReadonlyMap<string, (json: Json) => Expression> = new Map<string, (json: Json) => Expression>([
  ['BOUND_REF', (json) => ({ type: 'BOUND_REF', ...readValue(json), index: readIndex(json, 'index') })],
  ['BOUND_COLUMN_REF', readColumnRef],
  ['BOUND_CONSTANT', readConstant],
  ['BOUND_CAST', readCast],
  ['BOUND_FUNCTION', readFunction],
  ['BOUND_COMPARISON', (json) => readBoolean(json, 'BOUND_COMPARISON', [json['left'], json['right']])],
  ['BOUND_CONJUNCTION', (json) => readBoolean(json, 'BOUND_CONJUNCTION', readList(json, 'children'))],
  ['BOUND_BETWEEN', (json) => readBoolean(json, 'BOUND_BETWEEN', [json['input'], json['lower'], json['upper']])],
  ['BOUND_OPERATOR', readOperator],
  ['BOUND_CASE', readCase],
  ['BOUND_AGGREGATE', readAggregate],
  ['BOUND_WINDOW', readWindow],
  ['BOUND_UNNEST', (json) => ({ type: 'BOUND_UNNEST', ...readValue(json), child: readExpression(json['child']) })],
]);

export const EXPRESSION_CLASSES: readonly string[] = [...readers.keys()];

function readValue(json: Json): { readonly valueType: TypeKey; readonly offset: ByteOffset | undefined } {
  return { valueType: readType(json['return_type']), offset: readOffset(json) };
}

function readOffset(json: Json): ByteOffset | undefined {
  const value = json['query_location'];
  return typeof value === 'number' && isIndex(value) ? byteOffset(value) : undefined;
}

function readColumnRef(json: Json): Expression {
  if (json['depth'] !== 0) throw unexpected('reference to an outer query');
  const binding = readObject(json['binding'], 'binding');
  return {
    type: 'BOUND_COLUMN_REF',
    ...readValue(json),
    tableIndex: readIndex(binding, 'table_index'),
    columnIndex: readIndex(binding, 'column_index'),
  };
}

function readConstant(json: Json): Expression {
  const { type, value } = readObject(json['value'], 'constant') as {
    readonly type?: unknown;
    readonly value?: unknown;
  };
  return {
    type: 'BOUND_CONSTANT',
    valueType: readType(type),
    offset: readOffset(json),
    value: typeof value === 'string' || typeof value === 'number' ? value : undefined,
  };
}

function readCast(json: Json): Expression {
  return {
    type: 'BOUND_CAST',
    ...readValue(json),
    child: readExpression(json['child']),
    isTry: json['try_cast'] !== false,
    fieldNames: readFieldNames(json['return_type']),
  };
}

function readFunction(json: Json): Expression {
  return {
    type: 'BOUND_FUNCTION',
    ...readValue(json),
    name: readText(json, 'name'),
    children: readExpressions(json, 'children'),
    argumentNames: readList(json, 'children').map((child) => readText(readObject(child, 'expression'), 'alias')),
    fieldNames: readFieldNames(json['return_type']),
    lambda: readLambda(json['function_data']),
  };
}

function readLambda(functionData: unknown): Lambda | undefined {
  if (typeof functionData !== 'object' || functionData === null) return undefined;
  const { lambda_expr: body, has_index: hasIndex, has_initial: hasInitial } = functionData as Json;
  if (body === undefined || body === null) return undefined;
  return { body: readExpression(body), hasIndex: hasIndex === true, hasInitial: hasInitial === true };
}

function readFieldNames(type: unknown): readonly string[] {
  const { id, type_info: details } = readObject(type, 'type');
  if (id !== 'STRUCT' || details === null) return [];
  return readList(readObject(details, 'type_info'), 'child_types').map((field) =>
    readText(readObject(field, 'field'), 'first'),
  );
}

function readBoolean(
  json: Json,
  type: 'BOUND_COMPARISON' | 'BOUND_CONJUNCTION' | 'BOUND_BETWEEN',
  children: readonly unknown[],
): Expression {
  return {
    type,
    operator: readText(json, 'type'),
    valueType: 'BOOLEAN',
    offset: readOffset(json),
    children: children.map(readExpression),
  };
}

function readOperator(json: Json): Expression {
  return {
    type: 'BOUND_OPERATOR',
    ...readValue(json),
    operator: readText(json, 'type'),
    children: readExpressions(json, 'children'),
  };
}

function readCase(json: Json): Expression {
  const checks = readList(json, 'case_checks').map((check) => readObject(check, 'case_checks'));
  return {
    type: 'BOUND_CASE',
    ...readValue(json),
    whens: checks.map((check) => readExpression(check['when_expr'])),
    results: [...checks.map((check) => check['then_expr']), json['else_expr']].map(readExpression),
  };
}

function readAggregate(json: Json): Expression {
  const orderBys = json['order_bys'];
  return {
    type: 'BOUND_AGGREGATE',
    ...readValue(json),
    name: readText(json, 'name'),
    children: readExpressions(json, 'children'),
    filter: readOptionalExpression(json, 'filter'),
    orders: orderBys === null || orderBys === undefined ? [] : readOrders(readObject(orderBys, 'order_bys'), 'orders'),
    isDistinct: json['aggregate_type'] !== 'NON_DISTINCT',
  };
}

function readWindow(json: Json): Expression {
  const window = readText(json, 'type');
  const orders = [...readOrders(json, 'orders'), ...readOrders(json, 'arg_orders')];
  const single = ['default_expr', 'offset_expr'].map((key) => readOptionalExpression(json, key));
  const edges = (['start', 'end'] as const).map((edge) => readEdge(json, edge));
  const filter = readOptionalExpression(json, 'filters');
  return {
    type: 'BOUND_WINDOW',
    ...readValue(json),
    window,
    name: window === 'WINDOW_AGGREGATE' ? readText(json, 'name') : undefined,
    children: readExpressions(json, 'children'),
    values: [
      ...[...single, ...edges].filter((expression) => expression !== undefined),
      ...(window === 'WINDOW_FILL' ? orders : []),
    ],
    influences: [...readExpressions(json, 'partitions'), ...orders, ...(filter ? [filter] : [])],
    isPartitioned: readList(json, 'partitions').length > 0,
    allRows: isAllRows(json),
    wholePeers: hasWholePeers(json),
    isDistinct: json['distinct'] !== false,
  };
}

/**
 * The distance from a row to an edge of its frame. For RANGE, the plan has the place of the edge: the sort key plus or
 * minus the distance.
 */
function readEdge(json: Json, edge: 'start' | 'end'): Expression | undefined {
  const expression = readOptionalExpression(json, `${edge}_expr`);
  const isPlace = readText(json, edge).endsWith('_RANGE') && expression?.type === 'BOUND_FUNCTION';
  return isPlace ? expression.children[1] : expression;
}

function hasWholePeers({ start, end, exclude_clause: exclude }: Json): boolean {
  return (
    exclude === 'NO_OTHER' &&
    start === 'UNBOUNDED_PRECEDING' &&
    (end === 'UNBOUNDED_FOLLOWING' || end === 'CURRENT_ROW_RANGE')
  );
}

function isAllRows(json: Json): boolean {
  const { start, end, exclude_clause: exclude } = json;
  if (exclude !== 'NO_OTHER' || start !== 'UNBOUNDED_PRECEDING') return false;
  if (readList(json, 'partitions').length > 0) return false;
  // Without ORDER BY all rows are peers of the current one.
  return end === 'UNBOUNDED_FOLLOWING' || (end === 'CURRENT_ROW_RANGE' && readList(json, 'orders').length === 0);
}

export function readType(value: unknown): TypeKey {
  const { id, type_info: details } = readObject(value, 'type');
  if (typeof id !== 'string') throw unexpected('type');
  return details === null || details === undefined ? id : `${id} ${JSON.stringify(details)}`;
}

export function readTypes(json: Json, key: string): readonly TypeKey[] {
  return readList(json, key).map(readType);
}
