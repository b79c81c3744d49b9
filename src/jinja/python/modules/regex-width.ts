import { unreachable } from '../../../unreachable.ts';
import type { RegexNode } from './regex-node.ts';

/** The least and the largest number of characters that a node can match. */
export interface Width {
  readonly least: number;
  readonly most: number;
}

/** The width of a node (Python: SubPattern.getwidth). `groups` are the widths of the groups before it, for references. */
export function widthOf(node: RegexNode, groups: ReadonlyMap<number, Width>): Width {
  switch (node.kind) {
    case 'character':
      return { least: 1, most: 1 };
    case 'position':
    case 'look':
      return { least: 0, most: 0 };
    case 'sequence':
      return node.nodes.map((part) => widthOf(part, groups)).reduce(add, { least: 0, most: 0 });
    case 'choice':
      return node.branches.map((branch) => widthOf(branch, groups)).reduce(span);
    case 'repeat': {
      const { least, most } = widthOf(node.node, groups);
      return { least: least * node.least, most: most === 0 ? 0 : most * node.most };
    }
    case 'capture':
    case 'atomic':
      return widthOf(node.node, groups);
    case 'backreference':
      return groups.get(node.group) ?? { least: 0, most: Number.POSITIVE_INFINITY };
    case 'conditional':
      return span(widthOf(node.then, groups), widthOf(node.otherwise, groups));
    default:
      return unreachable(node);
  }
}

function add(left: Width, right: Width): Width {
  return { least: left.least + right.least, most: left.most + right.most };
}

function span(left: Width, right: Width): Width {
  return { least: Math.min(left.least, right.least), most: Math.max(left.most, right.most) };
}
