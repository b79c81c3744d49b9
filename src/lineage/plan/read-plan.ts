import type {
  AnyJoin,
  ComparisonJoin,
  DelimJoin,
  GetColumn,
  JoinCondition,
  JoinType,
  Operator,
  TableName,
} from './plan.ts';
import {
  isIndex,
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
import {
  readExpression,
  readExpressions,
  readOptionalExpression,
  readOrders,
  readType,
  readTypes,
} from './read-expression.ts';

/**
 * Decodes a serialized plan. An operator this version does not know becomes `unrecognized`, for the walker to refuse.
 *
 * @throws {UnknownFlow} where a known operator does not look as it should
 */
export function readPlan(plan: unknown): Operator {
  const json = readObject(plan, 'operator');
  const name = readText(json, 'type');
  const read = readers.get(name);
  return read ? read(json) : { type: 'unrecognized', what: 'operator', name };
}

const readers: ReadonlyMap<string, (json: Json) => Operator> = new Map<string, (json: Json) => Operator>([
  ['LOGICAL_GET', readGet],
  ['LOGICAL_PROJECTION', readProjection],
  ['LOGICAL_FILTER', readFilter],
  ['LOGICAL_AGGREGATE_AND_GROUP_BY', readAggregate],
  ['LOGICAL_WINDOW', readWindow],
  ['LOGICAL_UNNEST', readUnnest],
  ['LOGICAL_COMPARISON_JOIN', (json) => readComparisonJoin(json, 'LOGICAL_COMPARISON_JOIN')],
  ['LOGICAL_ASOF_JOIN', (json) => readComparisonJoin(json, 'LOGICAL_ASOF_JOIN')],
  ['LOGICAL_DELIM_JOIN', readDelimJoin],
  ['LOGICAL_ANY_JOIN', readAnyJoin],
  ['LOGICAL_CROSS_PRODUCT', (json) => ({ type: 'LOGICAL_CROSS_PRODUCT', ...readSides(json) })],
  ['LOGICAL_POSITIONAL_JOIN', (json) => ({ type: 'LOGICAL_POSITIONAL_JOIN', ...readSides(json) })],
  ['LOGICAL_DELIM_GET', readDelimGet],
  ['LOGICAL_UNION', (json) => readSetOperation(json, 'LOGICAL_UNION')],
  ['LOGICAL_EXCEPT', (json) => readSetOperation(json, 'LOGICAL_EXCEPT')],
  ['LOGICAL_INTERSECT', (json) => readSetOperation(json, 'LOGICAL_INTERSECT')],
  ['LOGICAL_DISTINCT', readDistinct],
  ['LOGICAL_ORDER_BY', readOrderBy],
  ['LOGICAL_LIMIT', readLimit],
  ['LOGICAL_SAMPLE', (json) => ({ type: 'LOGICAL_SAMPLE', child: readChild(json) })],
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

function readSides(json: Json): { readonly left: Operator; readonly right: Operator } {
  const [left, right, ...others] = readChildren(json);
  if (!left || !right || others.length > 0) throw unexpected('children');
  return { left, right };
}

function readGet(json: Json): Operator {
  requireEmpty(json, 'projection_ids');
  requireEmpty(readObject(json['table_filters'] ?? {}, 'table_filters'), 'filters');
  const [child, ...others] = readChildren(json);
  if (others.length > 0) throw unexpected('children');
  return {
    type: 'LOGICAL_GET',
    tableIndex: readIndex(json, 'table_index'),
    table: readTableName(json),
    functionName: readText(json, 'name'),
    columns: readGetColumns(json),
    child,
    projectedInput: readIndexes(json, 'projected_input'),
  };
}

/** Other functions have a table's name in their data as well, but give something else of it than its rows. */
function readTableName(json: Json): TableName | undefined {
  const functionData = json['function_data'];
  if (readText(json, 'name') !== 'seq_scan') return undefined;
  if (typeof functionData !== 'object' || functionData === null) return undefined;
  const { catalog, schema, table } = functionData as Json;
  if (typeof catalog !== 'string' || typeof schema !== 'string' || typeof table !== 'string') return undefined;
  return { catalog, schema, name: table };
}

function readGetColumns(json: Json): readonly GetColumn[] {
  const names = readList(json, 'names');
  const types = readTypes(json, 'returned_types');
  return readList(json, 'column_indexes').map((column) => {
    const index = readObject(column, 'column_indexes')['index'];
    if (typeof index !== 'number') throw unexpected('column_indexes');
    if (!isIndex(index)) return { kind: 'virtual', type: 'BIGINT' };
    const name = names[index];
    const type = types[index];
    if (typeof name !== 'string' || type === undefined) throw unexpected('column_indexes');
    return { kind: 'column', name, type };
  });
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

/** RIGHT_SEMI and RIGHT_ANTI are the optimizer's. */
const JOIN_TYPES: readonly JoinType[] = ['INNER', 'LEFT', 'RIGHT', 'FULL', 'SINGLE', 'SEMI', 'ANTI', 'MARK'];

function readJoinType(json: Json): JoinType {
  const name = readText(json, 'join_type');
  const joinType = JOIN_TYPES.find((known) => known === name);
  if (!joinType) throw unexpected(`join type ${name}`);
  return joinType;
}

function readComparisonJoin<Type extends ComparisonJoin['type']>(json: Json, type: Type): ComparisonJoin {
  requireEmpty(json, 'duplicate_eliminated_columns');
  return { type, ...readJoin(json) };
}

function readDelimJoin(json: Json): DelimJoin {
  return {
    type: 'LOGICAL_DELIM_JOIN',
    ...readJoin(json),
    duplicateEliminated: readExpressions(json, 'duplicate_eliminated_columns'),
  };
}

function readJoin(json: Json): Omit<ComparisonJoin, 'type'> {
  requireEmpty(json, 'left_projection_map', 'right_projection_map', 'delim_flipped');
  return {
    joinType: readJoinType(json),
    ...readSides(json),
    conditions: readList(json, 'conditions').map(readCondition),
    predicate: readOptionalExpression(json, 'predicate'),
    markIndex: readIndex(json, 'mark_index'),
  };
}

function readCondition(value: unknown): JoinCondition {
  const json = readObject(value, 'join condition');
  return { left: readExpression(json['left']), right: readExpression(json['right']) };
}

function readAnyJoin(json: Json): AnyJoin {
  requireEmpty(json, 'left_projection_map', 'right_projection_map');
  return {
    type: 'LOGICAL_ANY_JOIN',
    joinType: readJoinType(json),
    ...readSides(json),
    condition: readExpression(json['condition']),
    markIndex: readIndex(json, 'mark_index'),
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
  const expressions = ['limit_val', 'offset_val'].map((key) =>
    readOptionalExpression(readObject(json[key], key), 'expression'),
  );
  return {
    type: 'LOGICAL_LIMIT',
    child: readChild(json),
    expressions: expressions.filter((expression) => expression !== undefined),
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
