import type { IndirectSelection } from '../../indirect-selection.ts';
import { unreachable } from '../../unreachable.ts';
import { isTest } from '../node.ts';
import { reachable } from '../order.ts';
import { parentsOf, type SelectionGraph, selectedBy } from './selection-graph.ts';
import type { Criterion, SelectionTree } from './selection-tree.ts';

/** Unique ids of the resources that a selection tree selects, tests of selected nodes among them. */
export function choose(tree: SelectionTree, indirect: IndirectSelection, graph: SelectionGraph): ReadonlySet<string> {
  const { direct, waiting } = collect(tree, indirect, graph);
  const allowed = indirect === 'buildable' ? withParents(direct, graph) : direct;
  // All parents of a test may be selected only by the parts of a union together (dbt: incorporate_indirect_nodes).
  const tests = [...waiting].filter((id) => parentsOf(id, graph).every((parent) => allowed.has(parent)));
  return new Set([...direct, ...tests]);
}

/** The criteria of a selection tree in order, without those that exclude. */
export function criteriaOf(tree: SelectionTree): readonly Criterion[] {
  switch (tree.kind) {
    case 'everything':
      return [];
    case 'criterion':
      return [tree.criterion];
    case 'union':
    case 'intersection':
      return tree.of.flatMap(criteriaOf);
    case 'difference':
      // dbt does not warn about an exclusion that matches no resource.
      return criteriaOf(tree.from);
    default:
      return unreachable(tree);
  }
}

/** Selected resources, and the tests of them that become selected if all their parents are. */
interface Collected {
  readonly direct: ReadonlySet<string>;
  readonly waiting: ReadonlySet<string>;
}

function collect(tree: SelectionTree, indirect: IndirectSelection, graph: SelectionGraph): Collected {
  switch (tree.kind) {
    case 'everything':
      return { direct: new Set(graph.resources.keys()), waiting: new Set() };
    case 'criterion':
      return withTests(selectedBy(tree.criterion, graph), tree.indirect ?? indirect, graph);
    case 'union': {
      const parts = tree.of.map((part) => collect(part, indirect, graph));
      return {
        direct: new Set(parts.flatMap(({ direct }) => [...direct])),
        waiting: new Set(parts.flatMap(({ waiting }) => [...waiting])),
      };
    }
    case 'intersection': {
      const parts = tree.of.map((part) => collect(part, indirect, graph));
      return {
        direct: common(parts.map(({ direct }) => direct)),
        waiting: common(parts.map(({ waiting }) => waiting)),
      };
    }
    case 'difference': {
      const from = collect(tree.from, indirect, graph);
      const without = collect(tree.without, 'eager', graph).direct;
      return { direct: less(from.direct, without), waiting: less(from.waiting, without) };
    }
    default:
      return unreachable(tree);
  }
}

/** Adds the tests of resources that a criterion selects (dbt: expand_selection). */
function withTests(named: ReadonlySet<string>, indirect: IndirectSelection, graph: SelectionGraph): Collected {
  const tests = [...named]
    .flatMap((id) => graph.children.get(id) ?? [])
    .filter((id) => {
      const child = graph.resources.get(id);
      return child !== undefined && (isTest(child) || child.resourceType === 'unit_test');
    });
  const allowed = indirect === 'buildable' ? withParents(named, graph) : named;
  const isWhole = (id: string) => parentsOf(id, graph).every((parent) => allowed.has(parent));
  switch (indirect) {
    case 'eager':
      return { direct: new Set([...named, ...tests]), waiting: new Set() };
    case 'cautious':
    case 'buildable':
      return {
        direct: new Set([...named, ...tests.filter(isWhole)]),
        waiting: new Set(tests.filter((id) => !isWhole(id))),
      };
    case 'empty':
      return { direct: named, waiting: new Set() };
    default:
      return unreachable(indirect);
  }
}

function withParents(ids: ReadonlySet<string>, { parents, resources }: SelectionGraph): ReadonlySet<string> {
  const sources = [...resources.values()].filter(({ resourceType }) => resourceType === 'source');
  return new Set([...ids, ...reachable(ids, parents), ...sources.map(({ uniqueId }) => uniqueId)]);
}

function common([first = new Set<string>(), ...others]: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  return new Set([...first].filter((id) => others.every((other) => other.has(id))));
}

function less(ids: ReadonlySet<string>, without: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...ids].filter((id) => !without.has(id)));
}
