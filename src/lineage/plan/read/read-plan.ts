import type { Operator } from './operator.ts';
import {
  type Json,
  readIndex,
  readIndexes,
  readList,
  readObject,
  readOptionalIndex,
  readText,
  requireEmpty,
  unexpected,
} from './plan-json.ts';
import { readExpressions, readOptionalExpression, readOrders, readType, readTypes } from './read-expression.ts';
import { readGet } from './read-get.ts';
import { type JoinSides, readAnyJoin, readComparisonJoin, readDelimJoin } from './read-join.ts';

/**
 * Decodes a serialized plan. An operator that this version does not support becomes `unrecognized`, which the walker
 * refuses.
 *
 * @throws {UnknownFlow} if a supported operator does not have the fields it should have
 */
export function readPlan(plan: unknown): Operator {
  const json = readObject(plan, 'operator');
  const name = readText(json, 'type');
  const read = readers.get(name);
  return read ? read(json) : { type: 'unrecognized', what: 'operator', name };
}

const readers: ReadonlyMap<string, (json: Json) => Operator> = new Map<string, (json: Json) => Operator>([
  ['LOGICAL_GET', (json) => readGet(json, readChildren(json))],
  ['LOGICAL_PROJECTION', readProjection],
  ['LOGICAL_FILTER', readFilter],
  ['LOGICAL_AGGREGATE_AND_GROUP_BY', readAggregate],
  ['LOGICAL_WINDOW', readWindow],
  ['LOGICAL_UNNEST', readUnnest],
  ['LOGICAL_COMPARISON_JOIN', (json) => readComparisonJoin(json, 'LOGICAL_COMPARISON_JOIN', readSides(json))],
  ['LOGICAL_ASOF_JOIN', (json) => readComparisonJoin(json, 'LOGICAL_ASOF_JOIN', readSides(json))],
  ['LOGICAL_DELIM_JOIN', (json) => readDelimJoin(json, readSides(json))],
  ['LOGICAL_ANY_JOIN', (json) => readAnyJoin(json, readSides(json))],
  ['LOGICAL_CROSS_PRODUCT', (json) => ({ type: 'LOGICAL_CROSS_PRODUCT', ...readSides(json) })],
  ['LOGICAL_POSITIONAL_JOIN', (json) => ({ type: 'LOGICAL_POSITIONAL_JOIN', ...readSides(json) })],
  ['LOGICAL_DELIM_GET', readDelimGet],
  ['LOGICAL_UNION', (json) => readSetOperation(json, 'LOGICAL_UNION')],
  ['LOGICAL_EXCEPT', (json) => readSetOperation(json, 'LOGICAL_EXCEPT')],
  ['LOGICAL_INTERSECT', (json) => readSetOperation(json, 'LOGICAL_INTERSECT')],
  ['LOGICAL_DISTINCT', readDistinct],
  ['LOGICAL_ORDER_BY', readOrderBy],
  ['LOGICAL_LIMIT', readLimit],
  ['LOGICAL_SAMPLE', readSample],
  ['LOGICAL_MATERIALIZED_CTE', readMaterializedCte],
  ['LOGICAL_RECURSIVE_CTE', readRecursiveCte],
  ['LOGICAL_CTE_REF', readCteRef],
  ['LOGICAL_PIVOT', readPivot],
  ['LOGICAL_EXPRESSION_GET', readExpressionGet],
  ['LOGICAL_CHUNK_GET', readChunkGet],
  ['LOGICAL_DUMMY_SCAN', readDummyScan],
  ['LOGICAL_EMPTY_RESULT', (json) => ({ type: 'LOGICAL_EMPTY_RESULT', types: readTypes(json, 'return_types') })],
]);

export const OPERATOR_TYPES: readonly string[] = [...readers.keys()];

function readChildren(json: Json): readonly Operator[] {
  return readList(json, 'children').map(readPlan);
}

function readChild(json: Json): Operator {
  const [child, ...others] = readChildren(json);
  if (!child || others.length > 0) throw unexpected('children');
  return child;
}

function readSides(json: Json): JoinSides {
  const [left, right, ...others] = readChildren(json);
  if (!left || !right || others.length > 0) throw unexpected('children');
  return { left, right };
}

function readProjection(json: Json): Operator {
  return {
    type: 'LOGICAL_PROJECTION',
    tableIndex: readIndex(json, 'table_index'),
    child: readChild(json),
    expressions: readExpressions(json, 'expressions'),
  };
}

function readFilter(json: Json): Operator {
  const keep = readIndexes(json, 'projection_map');
  return {
    type: 'LOGICAL_FILTER',
    child: readChild(json),
    expressions: readExpressions(json, 'expressions'),
    keep: keep.length === 0 ? 'all' : keep,
  };
}

function readAggregate(json: Json): Operator {
  return {
    type: 'LOGICAL_AGGREGATE_AND_GROUP_BY',
    child: readChild(json),
    groupIndex: readIndex(json, 'group_index'),
    aggregateIndex: readIndex(json, 'aggregate_index'),
    groupingsIndex: readOptionalIndex(json, 'groupings_index'),
    groups: readExpressions(json, 'groups'),
    expressions: readExpressions(json, 'expressions'),
    groupingFunctions: readList(json, 'grouping_functions').map((positions) => readIndexes({ positions }, 'positions')),
  };
}

function readWindow(json: Json): Operator {
  return {
    type: 'LOGICAL_WINDOW',
    child: readChild(json),
    windowIndex: readIndex(json, 'window_index'),
    expressions: readExpressions(json, 'expressions'),
  };
}

function readUnnest(json: Json): Operator {
  return {
    type: 'LOGICAL_UNNEST',
    child: readChild(json),
    unnestIndex: readIndex(json, 'unnest_index'),
    expressions: readExpressions(json, 'expressions'),
  };
}

function readDelimGet(json: Json): Operator {
  return {
    type: 'LOGICAL_DELIM_GET',
    tableIndex: readIndex(json, 'table_index'),
    types: readTypes(json, 'chunk_types'),
  };
}

function readSetOperation(json: Json, type: 'LOGICAL_UNION' | 'LOGICAL_EXCEPT' | 'LOGICAL_INTERSECT'): Operator {
  const children = readChildren(json);
  if (children.length < 2) throw unexpected('children');
  return { type, tableIndex: readIndex(json, 'table_index'), children };
}

function readDistinct(json: Json): Operator {
  const orderBy = json['order_by'];
  return {
    type: 'LOGICAL_DISTINCT',
    child: readChild(json),
    targets: readExpressions(json, 'distinct_targets'),
    orders: orderBy === null || orderBy === undefined ? [] : readOrders(readObject(orderBy, 'order_by'), 'orders'),
  };
}

function readOrderBy(json: Json): Operator {
  requireEmpty(json, 'projections');
  return { type: 'LOGICAL_ORDER_BY', child: readChild(json), orders: readOrders(json, 'orders') };
}

function readLimit(json: Json): Operator {
  const { type, constant_integer: constant } = readObject(json['limit_val'], 'limit_val');
  const expressions = ['limit_val', 'offset_val'].map((key) =>
    readOptionalExpression(readObject(json[key], key), 'expression'),
  );
  return {
    type: 'LOGICAL_LIMIT',
    child: readChild(json),
    expressions: expressions.filter((expression) => expression !== undefined),
    most: type === 'CONSTANT_VALUE' && typeof constant === 'number' ? constant : undefined,
  };
}

function readSample(json: Json): Operator {
  const { sample_size: size, is_percentage: isShare } = readObject(json['sample_options'], 'sample_options');
  const rows = readObject(size, 'sample_size')['value'];
  return {
    type: 'LOGICAL_SAMPLE',
    child: readChild(json),
    most: isShare === false && typeof rows === 'number' ? rows : undefined,
  };
}

function readMaterializedCte(json: Json): Operator {
  const { left: definition, right: child } = readSides(json);
  return { type: 'LOGICAL_MATERIALIZED_CTE', tableIndex: readIndex(json, 'table_index'), definition, child };
}

function readRecursiveCte(json: Json): Operator {
  const { left: anchor, right: recursion } = readSides(json);
  return {
    type: 'LOGICAL_RECURSIVE_CTE',
    tableIndex: readIndex(json, 'table_index'),
    anchor,
    recursion,
    unionAll: json['union_all'] === true,
    keyTargets: readExpressions(json, 'key_targets'),
  };
}

function readCteRef(json: Json): Operator {
  return {
    type: 'LOGICAL_CTE_REF',
    tableIndex: readIndex(json, 'table_index'),
    cteIndex: readIndex(json, 'cte_index'),
  };
}

function readPivot(json: Json): Operator {
  const pivot = readObject(json['bound_pivot'], 'bound_pivot');
  return {
    type: 'LOGICAL_PIVOT',
    child: readChild(json),
    pivotIndex: readIndex(json, 'pivot_index'),
    groupCount: readIndex(pivot, 'group_count'),
    names: readList(pivot, 'pivot_values').map(String),
    aggregateCount: readList(pivot, 'aggregates').length,
    types: readTypes(pivot, 'types'),
  };
}

function readExpressionGet(json: Json): Operator {
  const [child, ...others] = readChildren(json);
  if (others.length > 0) throw unexpected('children');
  return {
    type: 'LOGICAL_EXPRESSION_GET',
    tableIndex: readIndex(json, 'table_index'),
    types: readTypes(json, 'expr_types'),
    rows: readList(json, 'expressions').map((row) => readExpressions({ row }, 'row')),
    child,
  };
}

function readChunkGet(json: Json): Operator {
  return {
    type: 'LOGICAL_CHUNK_GET',
    tableIndex: readIndex(json, 'table_index'),
    types: readTypes(json, 'chunk_types'),
  };
}

function readDummyScan(json: Json): Operator {
  return { type: 'LOGICAL_DUMMY_SCAN', tableIndex: readIndex(json, 'table_index'), types: [readType(DUMMY_TYPE)] };
}

const DUMMY_TYPE: Json = { id: 'INTEGER' };
