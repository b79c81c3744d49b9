import type { Node } from './node.ts';

/** Unique id → the unique ids that it depends on. */
export type Dependencies = ReadonlyMap<string, readonly string[]>;

export type Ordering =
  | { readonly acyclic: true; readonly order: readonly string[] }
  /** One cycle, from its smallest unique id along the dependencies; the first is not repeated at the end. */
  | { readonly acyclic: false; readonly cycle: readonly string[] };

/**
 * Sorts the ids so that each comes after all ids that it depends on. Where several could be next, the smallest is, so that
 * the order depends on the graph alone. An id that is no key, such as a source, is left out.
 */
export function orderNodes(dependencies: Dependencies): Ordering {
  const waiting = new Map<string, number>();
  const dependants = new Map<string, string[]>();
  for (const [id, parents] of dependencies) {
    const inside = [...new Set(parents)].filter((parent) => dependencies.has(parent));
    waiting.set(id, inside.length);
    for (const parent of inside) dependants.set(parent, [...(dependants.get(parent) ?? []), id]);
  }

  const order: string[] = [];
  const ready = [...waiting].filter(([, count]) => count === 0).map(([id]) => id);
  ready.sort(descending);
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    order.push(id);
    for (const dependant of dependants.get(id) ?? []) {
      const left = (waiting.get(dependant) ?? 0) - 1;
      waiting.set(dependant, left);
      if (left === 0) insertDescending(ready, dependant);
    }
  }
  return order.length === dependencies.size
    ? { acyclic: true, order }
    : { acyclic: false, cycle: findCycle(dependencies, new Set(order)) };
}

/** The ids that each node depends on, by its unique id. */
export function parentsOf(nodes: ReadonlyMap<string, Pick<Node, 'dependsOn'>>): Dependencies {
  return new Map([...nodes].map(([uniqueId, { dependsOn }]) => [uniqueId, dependsOn.nodes]));
}

/** The ids that are reachable along the edges. The start ids are among them only if an edge leads back to them. */
export function reachable(
  from: Iterable<string>,
  edges: Dependencies,
  maxDepth = Number.POSITIVE_INFINITY,
): ReadonlySet<string> {
  const found = new Set<string>();
  let frontier = [...from];
  for (let depth = 0; depth < maxDepth && frontier.length > 0; depth++) {
    frontier = frontier.flatMap((id) => edges.get(id) ?? []).filter((id) => !found.has(id));
    for (const id of frontier) found.add(id);
  }
  return found;
}

/** Turns the edges around: parent → children, each list sorted. */
export function invert(dependencies: Dependencies): Dependencies {
  const children = new Map<string, string[]>();
  for (const [id, parents] of dependencies) {
    for (const parent of new Set(parents)) children.set(parent, [...(children.get(parent) ?? []), id]);
  }
  for (const list of children.values()) list.sort();
  return children;
}

/** Finds a cycle. Each id that could not be ordered depends on another such id, so following these leads into a cycle. */
function findCycle(dependencies: Dependencies, ordered: ReadonlySet<string>): readonly string[] {
  const stuck = (id: string) => dependencies.has(id) && !ordered.has(id);
  const path: string[] = [];
  let id = [...dependencies.keys()].filter(stuck).sort()[0];
  while (id !== undefined && !path.includes(id)) {
    path.push(id);
    id = dependencies.get(id)?.filter(stuck).sort()[0];
  }
  if (id === undefined) throw new Error('internal: nodes could not be ordered, yet there is no cycle');
  return startAtSmallest(path.slice(path.indexOf(id)));
}

function startAtSmallest(cycle: readonly string[]): readonly string[] {
  const start = cycle.indexOf([...cycle].sort()[0] ?? '');
  return [...cycle.slice(start), ...cycle.slice(0, start)];
}

function insertDescending(sorted: string[], id: string): void {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? '') > id) low = middle + 1;
    else high = middle;
  }
  sorted.splice(low, 0, id);
}

function descending(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? 1 : -1;
}
