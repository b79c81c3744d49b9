import { orderNodes } from '../order.ts';
import type { Resolver } from '../refs/resolve-ref.ts';
import type { UnresolvedNode } from '../refs/unresolved-node.ts';
import type { Mistakes } from './mistakes.ts';

/** Unique ids in the order of the build. A cycle is noted with all its members, at the ref that closes it. */
export function buildOrder(
  nodes: readonly UnresolvedNode[],
  resolver: Resolver,
  mistakes: Mistakes,
): readonly string[] {
  const ordering = orderNodes(new Map(nodes.map(({ node }) => [node.uniqueId, node.dependsOn.nodes])));
  if (ordering.acyclic) return ordering.order;
  const { cycle } = ordering;
  const first = nodes.find(({ node }) => node.uniqueId === cycle[0])?.node;
  const next = cycle[1] ?? cycle[0];
  const call = first?.refs.find((ref) => {
    const resolution = resolver.ref(ref, first.packageName);
    return 'found' in resolution && resolution.found.uniqueId === next;
  });
  const names = [...cycle, cycle[0] ?? ''].map((id) => id.split('.').slice(2).join('.'));
  const location = call?.location ?? first?.location;
  mistakes.push({
    code: 'cycle',
    message: `models depend on each other in a cycle: ${names.join(' → ')}.`,
    ...(location && { location }),
    fix: 'take one of these references away',
  });
  return [];
}
