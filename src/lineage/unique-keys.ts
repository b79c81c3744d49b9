import { genericTestOf } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import type { ColumnRef } from './flow.ts';
import { isRootNode } from './root-node.ts';

/**
 * A predicate for key columns: those with a `unique` test on all rows, and those with the name `id` in a source or
 * seed. If a column is wrongly taken for a key, a summary of many rows counts as the value of one row, which is
 * stricter than needed.
 */
export function keysOf({ nodes }: Project): (column: ColumnRef) => boolean {
  const tested = new Set(
    [...nodes.values()].flatMap((node) => {
      const test = genericTestOf(node);
      return test?.testName === 'unique' && node.config.where === undefined
        ? [`${test.attachedNode}.${test.columnName}`.toLowerCase()]
        : [];
    }),
  );
  return ({ uniqueId, column }) => {
    const isRoot = uniqueId.startsWith('source.') || isRootNode(nodes.get(uniqueId));
    return (isRoot && column.toLowerCase() === 'id') || tested.has(`${uniqueId}.${column}`.toLowerCase());
  };
}
