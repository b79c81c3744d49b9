import type { ColumnRef } from '../flow.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import { influenceOf } from './flows/change-flows.ts';
import { type FlowSet, flowSet, NO_FLOWS, union } from './flows/flow-set.ts';
import { ROWS, SIZE } from './flows/local-flow.ts';
import { documentOf, type Value, wholeValue } from './flows/value.ts';
import type { TableName } from './read/leaf-operator.ts';
import type { Get } from './read/operator.ts';
import type { Rows, Walk } from './walk.ts';

export function traceTable(get: Get, table: TableName, walk: Walk): Rows {
  const uniqueId = walk.context.ownerOf(table);
  if (uniqueId === undefined || get.child)
    throw new UnknownFlow(`table ${table.schema}.${table.name}, which is no part of the project`);
  const rows = sourceFlow({ uniqueId, column: ROWS });
  return {
    columns: get.columns.map((column) => ({
      type: column.type,
      value: column.kind === 'virtual' ? wholeValue(rows) : columnValue({ uniqueId, column: column.name }, walk),
    })),
    rows: influenceOf(rows, 'FILTER'),
    order: NO_FLOWS,
    size: sourceFlow({ uniqueId, column: SIZE }),
  };
}

/** The value of a column. Each declared path in JSON is a source of its own, beside the rest of the column. */
function columnValue(column: ColumnRef, { context }: Walk): Value {
  const { uniqueId } = column;
  const paths = context.pathsOf(column);
  if (paths.length === 0) return wholeValue(sourceFlow(column));
  const named = paths.map(({ name, members }) => ({ members, flows: sourceFlow({ uniqueId, column: name }) }));
  return documentAt(named, sourceFlow(column), NO_FLOWS);
}

interface PathBelow {
  /** Names of the members that lead to the path from where the walk is; empty at the path itself. */
  readonly members: readonly string[];
  readonly flows: FlowSet;
}

/**
 * The value at some place in a JSON column.
 *
 * @param paths the declared paths that end at this place or below it
 * @param rest flows of what no path declares
 * @param above flows of the declared paths that lead here
 */
function documentAt(paths: readonly PathBelow[], rest: FlowSet, above: FlowSet): Value {
  const ending = paths.filter(({ members }) => members.length === 0);
  const declared = union(above, ...ending.map(({ flows }) => flows));
  const own = declared.size > 0 ? declared : rest;
  const names = new Set(paths.flatMap(({ members }) => members.slice(0, 1)));
  if (names.size === 0) return wholeValue(own);
  const named = [...names].map((name) => {
    const below = paths.filter(({ members }) => members[0] === name);
    const shorter = below.map(({ members, flows }) => ({ members: members.slice(1), flows }));
    return { name, value: documentAt(shorter, rest, declared) };
  });
  return documentOf(named, own);
}

function sourceFlow(source: ColumnRef): FlowSet {
  return flowSet([{ type: 'DIRECT', subtype: 'IDENTITY', source, state: 'clear', masks: [], offset: undefined }]);
}
