import type { GetColumn, TableName } from './leaf-operator.ts';
import type { Get, Operator } from './operator.ts';
import {
  isIndex,
  type Json,
  readIndex,
  readIndexes,
  readList,
  readObject,
  readText,
  requireEmpty,
  unexpected,
} from './plan-json.ts';
import { readType } from './read-expression.ts';

/** @param children the operator whose rows are the arguments of a table function; empty for any other scan */
export function readGet(json: Json, [child, ...others]: readonly Operator[]): Get {
  requireEmpty(json, 'projection_ids');
  requireEmpty(readObject(json['table_filters'] ?? {}, 'table_filters'), 'filters');
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

/** The table of a scan. Other functions also name a table in their data, but they do not give its rows. */
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
  const types = readList(json, 'returned_types');
  return readList(json, 'column_indexes').map((column) => {
    const index = readObject(column, 'column_indexes')['index'];
    if (typeof index !== 'number') throw unexpected('column_indexes');
    if (!isIndex(index)) return { kind: 'virtual', type: 'BIGINT' };
    const name = names[index];
    if (typeof name !== 'string') throw unexpected('column_indexes');
    return { kind: 'column', name, type: readType(types[index]) };
  });
}
