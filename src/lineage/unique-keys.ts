import { genericTestOf } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import type { ColumnRef } from './flow.ts';
import { isRootNode } from './root-node.ts';

/**
 * Tells the columns that are keys of their table: those with a `unique` test on all rows, and those that are called `id` in a
 * source or seed. A column that only looks like a key makes a summary of many rows count as one row's value, which errs on
 * the safe side.
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
