import { genericTestOf } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import type { ColumnRef } from './flow.ts';
import { isRootNode } from './root-node.ts';

/**
 * A predicate for key columns: those with a `unique` test on all rows, and in a source or seed those with the name of
 * a key (`id`, `user_id` in a table of users) or of something that one person has (`email`). If a column is wrongly
 * taken for a key, a summary of many rows counts as the value of one row, which is stricter than needed.
 */
export function isUniqueKeyIn({ nodes }: Project): (column: ColumnRef) => boolean {
  const tested = new Set(
    [...nodes.values()].flatMap((node) => {
      const test = genericTestOf(node);
      return test?.testName === 'unique' && node.config.where === undefined
        ? [`${test.attachedNode}.${test.columnName}`.toLowerCase()]
        : [];
    }),
  );
  const isKey = ({ uniqueId, column }: ColumnRef): boolean => {
    const isRoot = uniqueId.startsWith('source.') || isRootNode(nodes.get(uniqueId));
    return (isRoot && isNameOfKey(column, uniqueId)) || tested.has(`${uniqueId}.${column}`.toLowerCase());
  };
  const found = new Map<string, boolean>();
  return (column) => {
    const name = `${column.uniqueId}.${column.column}`;
    const isFound = found.get(name) ?? isKey(column);
    found.set(name, isFound);
    return isFound;
  };
}

/** Names of columns that have another value for each person. */
const PERSONAL_KEYS =
  /^(e_?mail(_?address)?|user_?name|login|(phone|mobile|telephone)(_?number)?|ssn|iban|passport(_?number)?)$/;

function isNameOfKey(column: string, uniqueId: string): boolean {
  const name = column.toLowerCase();
  const [, entity] = /^(.+?)_?(?:id|uuid|key)$/.exec(name) ?? [];
  const table = uniqueId.split('.').at(-1)?.toLowerCase() ?? '';
  const isOfTable =
    entity !== undefined && [entity, `${entity}s`].some((end) => table === end || table.endsWith(`_${end}`));
  return name === 'id' || name === 'uuid' || isOfTable || PERSONAL_KEYS.test(name);
}
