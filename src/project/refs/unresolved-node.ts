import type { Template } from '../../jinja/syntax/parse-template.ts';
import type { Mapping } from '../mapping.ts';
import type { Node } from '../node.ts';
import type { FoundUse } from '../unsupported/unsupported.ts';

/** A node with its template, whose refs are not resolved yet: `dependsOn.nodes` is empty. */
export interface UnresolvedNode {
  readonly node: Node;
  /** The parsed template; a seed has none. */
  readonly template: Template | undefined;
  /** Arguments of a generic test before Jinja; `undefined` for any other node. */
  readonly kwargs: Mapping | undefined;
  /** Texts of the parts of its SQL that read files themselves; absent for none. */
  readonly fileReads?: readonly string[];
  /** Uses of unsupported features that its template makes while it is loaded; absent for none. */
  readonly unsupported?: readonly FoundUse[];
}
