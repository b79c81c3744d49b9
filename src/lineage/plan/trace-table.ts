import type { ColumnRef } from '../flow.ts';
import { influenceOf } from './change-flows.ts';
import { type FlowSet, flowSet, NO_FLOWS } from './flow-set.ts';
import { ROWS, SIZE } from './local-flow.ts';
import type { Get, GetColumn, TableName } from './operator.ts';
import { UnknownFlow } from './unknown-flow.ts';
import { wholeValue } from './value.ts';
import type { Rows, Walk } from './walk.ts';

export function traceTable(get: Get, table: TableName, walk: Walk): Rows {
  const uniqueId = walk.context.ownerOf(table);
  if (uniqueId === undefined || get.child)
    throw new UnknownFlow(`table ${table.schema}.${table.name}, which is no part of the project`);
  const rows = sourceFlow({ uniqueId, column: ROWS });
  return {
    columns: get.columns.map((column) => ({
      type: column.type,
      value: wholeValue(columnFlows(column, uniqueId, rows)),
    })),
    rows: influenceOf(rows, 'FILTER'),
    order: NO_FLOWS,
    size: sourceFlow({ uniqueId, column: SIZE }),
  };
}

function columnFlows(column: GetColumn, uniqueId: string, rows: FlowSet): FlowSet {
  return column.kind === 'virtual' ? rows : sourceFlow({ uniqueId, column: column.name });
}

function sourceFlow(source: ColumnRef): FlowSet {
  return flowSet([{ type: 'DIRECT', subtype: 'IDENTITY', source, state: 'clear', masks: [], offset: undefined }]);
}
