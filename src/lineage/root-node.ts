import type { Node, QueryNode, Test } from '../project/node.ts';
import { unreachable } from '../unreachable.ts';

/**
 * A node with root columns (a seed): its rows come from a file and not from a query, so flows begin at it as at a
 * source.
 */
export type RootNode = Exclude<Node, QueryNode | Test>;

export function isRootNode(node: Node | undefined): node is RootNode {
  switch (node?.resourceType) {
    case 'seed':
      return true;
    case 'model':
    case 'snapshot':
    case 'test':
    case undefined:
      return false;
    default:
      return unreachable(node);
  }
}
