import { isDeclared, type Resource } from '../node.ts';
import { type Dependencies, invert, reachable } from '../order.ts';
import type { Project } from '../project.ts';
import type { EarlierState } from './earlier-state.ts';
import { METHODS } from './methods.ts';
import type { Criterion } from './selection-tree.ts';

/** All resources that can be selected, with their parents and children, by unique id. */
export interface SelectionGraph {
  readonly projectName: string;
  readonly resources: ReadonlyMap<string, Resource>;
  readonly parents: Dependencies;
  readonly children: Dependencies;
  /** Macros by unique id: `state:modified` compares the macros that a node calls. */
  readonly macros: Project['macros'];
  readonly seedChecksum: Project['seedChecksum'];
  readonly earlier: EarlierState | undefined;
}

export function openGraph(
  { name, nodes, sources, exposures, unitTests, macros, seedChecksum }: Project,
  earlier?: EarlierState,
): SelectionGraph {
  const dependent = [...nodes.values(), ...exposures.values(), ...unitTests.values()];
  const declared = [...sources].filter(([, source]) => isDeclared(source));
  const resources = new Map<string, Resource>([...nodes, ...declared, ...exposures, ...unitTests]);
  const parents = new Map(
    dependent.map(({ uniqueId, dependsOn }) => [uniqueId, dependsOn.nodes.filter((id) => resources.has(id))]),
  );
  return { projectName: name, resources, parents, children: invert(parents), macros, seedChecksum, earlier };
}

/** Unique ids of the resources that match the method of a criterion, without its `+` and `@`. */
export function namedBy({ method, argument, value }: Criterion, graph: SelectionGraph): readonly string[] {
  return [...graph.resources.values()]
    .filter((resource) => METHODS.get(method)?.matches(resource, value, { argument, ...graph }))
    .map(({ uniqueId }) => uniqueId);
}

/** Unique ids of the resources that a criterion selects: the matches, and their parents and children as `+` and `@` say. */
export function selectedBy(criterion: Criterion, graph: SelectionGraph): ReadonlySet<string> {
  const named = namedBy(criterion, graph);
  const downstream = criterion.hasChildrensParents ? Number.POSITIVE_INFINITY : criterion.children;
  const below = new Set([...named, ...reachable(named, graph.children, downstream)]);
  const above = criterion.hasChildrensParents
    ? reachable(below, graph.parents)
    : reachable(named, graph.parents, criterion.parents);
  return new Set([...below, ...above]);
}

export function parentsOf(uniqueId: string, { parents }: SelectionGraph): readonly string[] {
  return parents.get(uniqueId) ?? [];
}
