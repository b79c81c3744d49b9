import type { Mistakes } from '../load/mistakes.ts';
import { genericTestOf, type Node } from '../node.ts';
import type { Resolver } from './resolve-ref.ts';
import type { UnresolvedNode } from './unresolved-node.ts';

/**
 * Notes a mistake for each ref that the `access` of its model forbids: a ref from outside of the group of a private
 * model, and
 * a ref from another package to a model that is not public, if the model's package restricts access.
 * @param restricted names of packages with `restrict-access: true`
 */
export function noteForbiddenRefs(
  loaded: readonly UnresolvedNode[],
  resolver: Resolver,
  restricted: ReadonlySet<string>,
  mistakes: Mistakes,
): void {
  const nodes = new Map(loaded.map(({ node }) => [node.uniqueId, node]));
  for (const reader of nodes.values()) {
    for (const call of reader.refs) {
      const resolution = resolver.ref(call, reader.packageName);
      const target = 'found' in resolution ? nodes.get(resolution.found.uniqueId) : undefined;
      if (target?.resourceType !== 'model') continue;
      const access = target.config.other['access'] ?? 'protected';
      const isElsewhere = reader.packageName !== target.packageName && restricted.has(target.packageName);
      const group = groupOf(target, nodes);
      const isOutside = group === undefined || groupOf(reader, nodes) !== group;
      if (!(access === 'private' && isOutside) && !(access !== 'public' && isElsewhere)) continue;
      const limit = access === 'private' ? `the group '${group ?? ''}'` : `the package ${target.packageName}`;
      mistakes.push({
        code: 'private-ref',
        message: `${reader.name} may not ref ${target.name}: its access is ${String(access)}, for ${limit} only.`,
        location: call.location,
        fix:
          access === 'private'
            ? `put ${reader.name} into the group of ${target.name}, or set its access to protected`
            : `set the access of ${target.name} to public`,
      });
    }
  }
}

/** The group of a node. A generic test has the group of the node that it tests (dbt: test_node.group). */
function groupOf(node: Node, nodes: ReadonlyMap<string, Node>): string | undefined {
  const test = genericTestOf(node);
  const owner = test ? nodes.get(test.attachedNode) : node;
  const group = owner?.config.other['group'];
  return typeof group === 'string' ? group : undefined;
}
