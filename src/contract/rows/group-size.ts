import { objectOf, objectsOf, type ParseNode } from '../../warehouse/parse-sql.ts';
import {
  ADDED,
  type GroupQuestion,
  groupsAnywhere,
  readsPersonal,
  type Scope,
  type Sized,
  Uncountable,
  unsized,
  withOwnCtes,
} from './size-scope.ts';
import { sizeSelect } from './size-select.ts';
import { sizeSetOperation } from './size-set-operation.ts';

/** A query with more columns behind its own: how many persons are behind each of its rows. */
export interface SizedQuery {
  readonly ast: ParseNode;
  /** Names of the added columns; at least one. NULL is no group, or one of nobody. */
  readonly sizes: readonly string[];
}

/** `none`: no row of the query is a group. `unknown`: a row may be a group, but its persons cannot be counted. */
export type GroupSizes = SizedQuery | 'none' | 'unknown';

/**
 * Adds to a query the number of persons behind each of its rows. Tables of origin give the number of each row; every
 * SELECT hands on what persons its rows are about, so that CTEs and models that are read become subqueries with that
 * column. A SELECT that groups counts the persons in each group, and in each aggregate over personal values those of
 * them whose value enters. The query's own columns, filters and HAVING stay as they are.
 */
export function addGroupSizes(ast: ParseNode, question: GroupQuestion): GroupSizes {
  const [statement, ...others] = objectsOf(ast['statements']);
  const node = objectOf(statement?.['node']);
  if (!statement || !node || others.length > 0) return 'unknown';
  let count = 0;
  const newName = () => {
    count += 1;
    if (count > MOST_COLUMNS) throw new Uncountable();
    return `${ADDED}${count}`;
  };
  try {
    const sized = sizeNode(node, { ...question, ctes: [], models: new Set([node]), newName, sizeNode });
    if (sized.sizes.length === 0) return 'none';
    return { ast: { ...ast, statements: [{ ...statement, node: sized.part }] }, sizes: sized.sizes };
  } catch (error) {
    if (error instanceof Uncountable) return 'unknown';
    throw error;
  }
}

/** A query has one copy of a CTE or model for each time that it is read, and of those within it. */
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
