import type { TierConfig } from '../config/fenceline-config.ts';
import type { Lineage, State, Step } from '../lineage/flow.ts';
import { rootName } from '../lineage/formats/root-name.ts';
import { isQueryNode } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import type { Classification } from './classify.ts';
import { type Exposed, exposedPii } from './exposed-pii.ts';
import type { Finding } from './finding.ts';
import { modelPiiFlows, namePiiFlows, type PiiFlow } from './pii-flow.ts';
import type { PiiEdge, PiiGraph, PiiGraphColumn, PiiNode } from './pii-graph.ts';
import { compareStates, tierOf } from './tier.ts';

interface Drawing {
  readonly project: Project;
  readonly lineage: Lineage;
  readonly classification: Classification;
  readonly tiers: readonly TierConfig[];
  readonly findings: readonly Finding[];
}

/** Draws the nodes that values of personal columns pass through, in order of the graph; edges in order of their nodes. */
export function drawPiiGraph({ project, lineage, classification, tiers, findings }: Drawing): PiiGraph {
  const columns = new Map<string, Map<string, State>>();
  const edges = new Map<string, PiiEdge>();
  const leaking = leakingEdges(findings);
  const touch = (uniqueId: string, column: string, state: State) => {
    const ofNode = columns.get(uniqueId) ?? new Map<string, State>();
    keepStrongest(ofNode, column, state);
    columns.set(uniqueId, ofNode);
  };
  for (const [uniqueId, node] of lineage.nodes) {
    if (node.status === 'unknown' || !isQueryNode(project.nodes.get(uniqueId))) continue;
    const names = { name: COLUMN_NAMES, flows: namePiiFlows(node, classification) };
    for (const { name, flows } of [...modelPiiFlows(node, classification).columns, names]) {
      for (const flow of flows.filter(({ flow }) => flow.type === 'DIRECT')) {
        const from = originOf(flow);
        touch(uniqueId, name, flow.state);
        touch(from.uniqueId, from.column, 'clear');
        for (const edge of lastEdge(flow, leaking)) {
          const key = edgeKey(edge);
          const drawn = edges.get(key);
          if (!drawn || compareStates(edge.state, drawn.state) < 0) edges.set(key, edge);
        }
      }
    }
  }
  const exposed = exposedPii(project, lineage).filter((one) => one.columns.length > 0);
  for (const { of, state } of exposed.flatMap((one) => one.columns)) {
    touch(of.uniqueId, of.column, state);
  }
  const leaks = leakingColumns(findings);
  const order = [...project.sources.keys(), ...project.order].filter((uniqueId) => columns.has(uniqueId));
  const position = new Map(order.map((uniqueId, index) => [uniqueId, index]));
  return {
    nodes: [
      ...order.map((uniqueId) => describeNode(uniqueId, columns.get(uniqueId) ?? new Map(), leaks, project, tiers)),
      ...exposed.map((one) => describeExposure(one, project)),
    ],
    edges: [
      ...[...edges.values()]
        .filter(({ from, to }) => position.has(from) && position.has(to))
        .sort((a, b) => compare(position, a.from, b.from) || compare(position, a.to, b.to)),
      ...exposed.flatMap(exposureEdges),
    ],
  };
}

/** Keeps the state that leaves most of the value: the diagram shows the worst case. */
function keepStrongest(states: Map<string, State>, key: string, state: State): void {
  const present = states.get(key);
  if (present === undefined || compareStates(state, present) < 0) states.set(key, state);
}

function originOf({ source }: PiiFlow): { readonly uniqueId: string; readonly column: string } {
  return source;
}

/** The edge of the last step, into the node itself: the steps before are drawn with their own nodes. */
function lastEdge({ source, steps, state }: PiiFlow, leaking: ReadonlySet<string>): readonly PiiEdge[] {
  const last = steps.at(-1);
  if (!last) return [];
  const edge = { from: steps.at(-2)?.uniqueId ?? source.uniqueId, to: last.uniqueId, state };
  return [{ ...edge, leaks: leaking.has(edgeKey(edge)) }];
}

/** A finding about a value, and not only about its influence, in a model that must not hold it. */
type Leak = Extract<Finding, { readonly state: State; readonly steps: readonly Step[] }>;

function isLeak(finding: Finding): finding is Leak {
  return 'state' in finding && 'steps' in finding;
}

function leakingEdges(findings: readonly Finding[]): ReadonlySet<string> {
  return new Set(
    findings.filter(isLeak).flatMap(({ source, steps }) => {
      const path = [source.uniqueId, ...steps.map(({ uniqueId }) => uniqueId)];
      return path.slice(1).map((to, index) => edgeKey({ from: path[index] ?? '', to }));
    }),
  );
}

/** Names of the columns that leak, by the unique id of their model. */
function leakingColumns(findings: readonly Finding[]): ReadonlyMap<string, ReadonlySet<string>> {
  const leaking = new Map<string, Set<string>>();
  for (const { steps } of findings.filter(isLeak)) {
    const last = steps.at(-1);
    if (!last) continue;
    const columns = leaking.get(last.uniqueId) ?? new Set();
    leaking.set(last.uniqueId, columns.add(last.column === '*' ? COLUMN_NAMES : (last.column ?? '')));
  }
  return leaking;
}

/** Stands for all columns of a model whose names come from data. */
const COLUMN_NAMES = 'column names';

function edgeKey({ from, to }: { readonly from: string; readonly to: string }): string {
  return `${from}\n${to}`;
}

function compare(position: ReadonlyMap<string, number>, a: string, b: string): number {
  return (position.get(a) ?? 0) - (position.get(b) ?? 0);
}

/** The node of an exposure, which never leaks: it has no tier, and its models are judged in theirs. */
function describeExposure({ exposure, columns }: Exposed, project: Project): PiiNode {
  const { uniqueId, name } = exposure;
  const states = new Map<string, State>();
  for (const { of, state } of columns) {
    keepStrongest(states, rootName(project, of), state);
  }
  const owner = exposure.owner['name'];
  return {
    uniqueId,
    name,
    layer: 'exposure',
    tier: undefined,
    columns: sorted(states),
    leaks: false,
    ...(typeof owner === 'string' && { owner }),
  };
}

function exposureEdges({ exposure, columns }: Exposed): readonly PiiEdge[] {
  const strongest = new Map<string, State>();
  for (const { of, state } of columns) {
    keepStrongest(strongest, of.uniqueId, state);
  }
  return [...strongest].map(([from, state]) => ({ from, to: exposure.uniqueId, state, leaks: false }));
}

function sorted(columns: ReadonlyMap<string, State>): PiiNode['columns'] {
  return [...columns]
    .map(([name, state]): PiiGraphColumn => ({ name, state }))
    .sort((a, b) => compareStates(a.state, b.state) || (a.name < b.name ? -1 : 1));
}

function describeNode(
  uniqueId: string,
  columns: ReadonlyMap<string, State>,
  leaks: ReadonlyMap<string, ReadonlySet<string>>,
  project: Project,
  tiers: readonly TierConfig[],
): PiiNode {
  const source = project.sources.get(uniqueId);
  const node = project.nodes.get(uniqueId);
  return {
    uniqueId,
    name: source ? `${source.sourceName}.${source.name}` : (node?.name ?? uniqueId),
    layer: source ? 'source' : 'model',
    tier: isQueryNode(node) ? tierOf(node, tiers)?.name : undefined,
    columns: sorted(columns).map((column) =>
      leaks.get(uniqueId)?.has(column.name) ? { ...column, leaks: true as const } : column,
    ),
    leaks: leaks.has(uniqueId),
  };
}
