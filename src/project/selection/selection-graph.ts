import { unreachable } from '../../unreachable.ts';
import type { Resource } from '../node.ts';
import { type Dependencies, invert, reachable } from '../order.ts';
import type { Project } from '../project.ts';
import type { Criterion } from './criterion.ts';
import { METHODS } from './methods.ts';

/** All resources that can be selected, with their parents and children, by unique id. */
export interface SelectionGraph {
  readonly projectName: string;
  readonly resources: ReadonlyMap<string, Resource>;
  readonly parents: Dependencies;
  readonly children: Dependencies;
}

export function openGraph({ name, nodes, sources, exposures }: Project): SelectionGraph {
  const dependent = [...nodes.values(), ...exposures.values()];
  const parents = new Map(dependent.map(({ uniqueId, dependsOn }) => [uniqueId, dependsOn.nodes]));
  const resources = new Map<string, Resource>([...nodes, ...sources, ...exposures]);
  return { projectName: name, resources, parents, children: invert(parents) };
}

/** Resources that a criterion names, without what is upstream or downstream of them. */
export function namedBy({ method, argument, value }: Criterion, graph: SelectionGraph): readonly string[] {
  const { projectName, resources } = graph;
  return [...resources.values()]
    .filter((resource) => METHODS.get(method)?.matches(resource, value, { argument, projectName }))
    .map(({ uniqueId }) => uniqueId);
}

/**
 * Resources that a criterion selects: those it names, what is upstream and downstream as it says, and the tests of all
 * of them.
 */
export function selectedBy(criterion: Criterion, graph: SelectionGraph): ReadonlySet<string> {
  const named = namedBy(criterion, graph);
  const downstream = criterion.hasChildrensParents ? Number.POSITIVE_INFINITY : criterion.children;
  const below = new Set([...named, ...reachable(named, graph.children, downstream)]);
  const above = criterion.hasChildrensParents
    ? reachable(below, graph.parents)
    : reachable(named, graph.parents, criterion.parents);
  return withTests(new Set([...below, ...above]), graph);
}

/** dbt: eager indirect selection. A test comes along when anything it reads is selected. */
function withTests(ids: ReadonlySet<string>, { resources, children }: SelectionGraph): ReadonlySet<string> {
  const tests = [...ids].flatMap((id) => children.get(id) ?? []).filter((id) => comesAlong(resources.get(id)));
  return new Set([...ids, ...tests]);
}

/** Whether a resource is selected with each of its parents. */
function comesAlong(resource: Resource | undefined): boolean {
  switch (resource?.resourceType) {
    case 'test':
      return true;
    case 'model':
    case 'snapshot':
    case 'seed':
    case 'source':
    case 'exposure':
    case undefined:
      return false;
    default:
      return unreachable(resource);
  }
}
