import type { Template } from '../../jinja/syntax/parse-template.ts';
import type { Mapping } from '../mapping.ts';
import type { Node } from '../node.ts';

/** A node whose refs are only names yet, with its template. */
export interface UnresolvedNode {
  readonly node: Node;
  /** The parsed template; a seed has none. */
  readonly template: Template | undefined;
  /** Arguments of a generic test as YAML has them. */
  readonly kwargs: Mapping | undefined;
}
