import type { Project } from '../project/project.ts';
import type { ColumnRef } from './flow.ts';

/**
 * Which columns are keys of their table: those with a `unique` test on all rows, and those that are called `id` in a
 * source or seed. A column that only looks like a key makes a summary of many rows count as one row's value, which errs on
 * the safe side.
 */
export function keysOf({ nodes }: Project): (column: ColumnRef) => boolean {
  const tested = new Set(
    [...nodes.values()].flatMap((node) =>
      node.resourceType === 'test' && node.generic?.testName === 'unique' && node.config.where === undefined
        ? [`${node.generic.attachedNode}.${node.generic.columnName}`.toLowerCase()]
        : [],
    ),
  );
  return ({ uniqueId, column }) => {
    const isRoot = uniqueId.startsWith('source.') || nodes.get(uniqueId)?.resourceType === 'seed';
    return (isRoot && column.toLowerCase() === 'id') || tested.has(`${uniqueId}.${column}`.toLowerCase());
  };
}
