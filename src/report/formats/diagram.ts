import type { PiiEdge, PiiGraph, PiiNode } from '../../contract/pii-graph.ts';
import { compareStates } from '../../contract/tier.ts';
import { counted } from '../counts.ts';
import { renderMermaid } from './mermaid.ts';

/** How large a diagram may be. */
export interface DiagramBudget {
  readonly nodes: number;
  readonly edges: number;
  readonly characters: number;
}

/** A larger diagram is not readable in a comment. */
export const COMMENT_DIAGRAM: DiagramBudget = { nodes: 40, edges: 60, characters: 8_000 };
/** GitHub draws up to 500 edges and 50,000 characters, and nothing of a larger diagram. */
export const SUMMARY_DIAGRAM: DiagramBudget = { nodes: 400, edges: 480, characters: 48_000 };

export interface Diagram {
  /** Mermaid, ending in a line end. */
  readonly text: string;
  /** `leaks`: only the paths that leak. */
  readonly extent: 'whole' | 'leaks';
  /** Number of models that leak and are not in the diagram. */
  readonly hiddenLeaks: number;
}

/**
 * Draws as much of the graph as fits: all, else the paths that leak, else some of them. `undefined` when there is nothing to
 * draw, or no room.
 */
export function fitDiagram(graph: PiiGraph, wanted: Diagram['extent'], budget: DiagramBudget): Diagram | undefined {
  if (wanted === 'whole') {
    const text = drawWithin(graph, budget);
    if (text !== undefined) return { text, extent: 'whole', hiddenLeaks: 0 };
  }
  const part = leakingPart(graph);
  const leaking = part.nodes.filter(({ leaks }) => leaks);
  // Halves until something fits: a handful of tries for any number of leaks.
  for (let shown = leaking.length; shown > 0; shown = Math.floor(shown / 2)) {
    const some = shown === leaking.length ? part : pathsTo(leaking.slice(0, shown), part);
    const text = drawWithin(some, budget) ?? drawWithin(collapseMiddle(some), budget);
    if (text !== undefined) return { text, extent: 'leaks', hiddenLeaks: leaking.length - shown };
  }
  return undefined;
}

function drawWithin(graph: PiiGraph, { nodes, edges, characters }: DiagramBudget): string | undefined {
  if (graph.nodes.length === 0 || graph.nodes.length > nodes || graph.edges.length > edges) return undefined;
  const text = renderMermaid(graph);
  return text.length <= characters ? text : undefined;
}

/** The part of a graph on the paths of leaks: their nodes and edges. */
function leakingPart({ nodes, edges }: PiiGraph): PiiGraph {
  const leaking = edges.filter(({ leaks }) => leaks);
  const touched = new Set(leaking.flatMap(({ from, to }) => [from, to]));
  return { nodes: nodes.filter(({ uniqueId, leaks }) => leaks || touched.has(uniqueId)), edges: leaking };
}

/** The part of a graph that leads to some nodes, with the nodes themselves. */
function pathsTo(targets: readonly PiiNode[], { nodes, edges }: PiiGraph): PiiGraph {
  const readBy = new Map<string, string[]>();
  for (const { from, to } of edges) append(readBy, to, from);
  const reached = new Set(targets.map(({ uniqueId }) => uniqueId));
  for (const uniqueId of reached) for (const from of readBy.get(uniqueId) ?? []) reached.add(from);
  return {
    nodes: nodes.filter(({ uniqueId }) => reached.has(uniqueId)),
    edges: edges.filter(({ from, to }) => reached.has(from) && reached.has(to)),
  };
}

/** Replaces connected models between sources and tiers by one node, `… 3 models …`. */
function collapseMiddle({ nodes, edges }: PiiGraph): PiiGraph {
  const middle = nodes.filter(({ layer, tier, leaks }) => layer === 'model' && tier === undefined && !leaks);
  const groupOf = groupConnected(middle, edges);
  const sizes = new Map<string, number>();
  for (const group of groupOf.values()) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const placeOf = (uniqueId: string) => groupOf.get(uniqueId) ?? uniqueId;
  const collapsed = nodes
    .filter(({ uniqueId }) => placeOf(uniqueId) === uniqueId)
    .map((node): PiiNode => {
      const size = sizes.get(node.uniqueId) ?? 1;
      return size === 1 ? node : { ...node, name: `… ${counted(size, 'model')} …`, columns: [] };
    });
  const merged = new Map<string, PiiEdge>();
  for (const edge of edges) {
    const [from, to] = [placeOf(edge.from), placeOf(edge.to)];
    if (from === to) continue;
    const key = JSON.stringify([from, to]);
    const present = merged.get(key);
    const state = present && compareStates(present.state, edge.state) < 0 ? present.state : edge.state;
    merged.set(key, { from, to, state, leaks: edge.leaks || present?.leaks === true });
  }
  return { nodes: collapsed, edges: [...merged.values()] };
}

/** The first node of the connected part that each node is in, by unique id. */
function groupConnected(nodes: readonly PiiNode[], edges: readonly PiiEdge[]): ReadonlyMap<string, string> {
  const ids = new Set(nodes.map(({ uniqueId }) => uniqueId));
  const neighbours = new Map<string, string[]>();
  for (const { from, to } of edges) {
    if (!ids.has(from) || !ids.has(to)) continue;
    append(neighbours, from, to);
    append(neighbours, to, from);
  }
  const groups = new Map<string, string>();
  for (const first of ids) {
    if (groups.has(first)) continue;
    const reached = new Set([first]);
    for (const uniqueId of reached) {
      groups.set(uniqueId, first);
      for (const next of neighbours.get(uniqueId) ?? []) reached.add(next);
    }
  }
  return groups;
}

function append(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
