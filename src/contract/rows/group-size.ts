import { objectOf, objectsOf, type ParseNode } from '../../warehouse/parse-sql.ts';
import {
  ADDED_PREFIX,
  groupsAnywhere,
  readsPersonal,
  type Scope,
  type Sized,
  type SizingInput,
  Uncountable,
  unsized,
  withOwnCtes,
} from './size-scope.ts';
import { sizeSelect } from './size-select.ts';
import { sizeSetOperation } from './size-set-operation.ts';

/** A query with added columns: the number of persons behind each of its rows. */
export interface SizedQuery {
  readonly ast: ParseNode;
  /**
   * Names of the added columns; at least one. NULL stands for a row that is no group, and for a group without persons.
   */
  readonly sizes: readonly string[];
}

/** `none`: no row of the query is a group. `unknown`: a row may be a group, but its persons cannot be counted. */
export type GroupSizes = SizedQuery | 'none' | 'unknown';

/**
 * Adds to a query the number of persons behind each of its rows. Each row of a table of origin is one person. Every
 * SELECT hands on which persons its rows are about; for that, CTEs and models that it reads become subqueries with one
 * column more. A SELECT that groups counts the persons in each group, and for each aggregate over personal values the
 * persons whose value enters. The query's own columns, filters and HAVING stay as they are.
 */
export function addGroupSizes(ast: ParseNode, input: SizingInput): GroupSizes {
  const [statement, ...others] = objectsOf(ast['statements']);
  const node = objectOf(statement?.['node']);
  if (!statement || !node || others.length > 0) return 'unknown';
  let count = 0;
  const newName = () => {
    count += 1;
    if (count > MOST_COLUMNS) throw new Uncountable();
    return `${ADDED_PREFIX}${count}`;
  };
  try {
    const sized = sizeNode(node, { ...input, ctes: [], models: new Set([node]), newName, sizeNode });
    if (sized.sizes.length === 0) return 'none';
    return { ast: { ...ast, statements: [{ ...statement, node: sized.part }] }, sizes: sized.sizes };
  } catch (error) {
    if (error instanceof Uncountable) return 'unknown';
    throw error;
  }
}

/**
 * Most columns that are added to a query. A CTE or model is copied each time that it is read, together with those that
 * it reads, so a short query can grow very large.
 */
const MOST_COLUMNS = 5000;

function sizeNode(node: ParseNode, outer: Scope): Sized {
  switch (node['type']) {
    case 'SELECT_NODE':
      return sizeSelect(node, { ...outer, ctes: withOwnCtes(node, outer) });
    case 'SET_OPERATION_NODE':
      return sizeSetOperation(node, { ...outer, ctes: withOwnCtes(node, outer) });
    default:
      if (groupsAnywhere(node)) throw new Uncountable();
      return unsized(node, readsPersonal(node, outer));
  }
}
