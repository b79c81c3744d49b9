import type { PiiEdge, PiiGraph, PiiNode } from '../../contract/pii-graph.ts';
import { mermaidLabel } from '../escape.ts';

const MOST_COLUMNS = 4;
/** Nodes on the longest path that is drawn from left to right. */
const LONGEST_ROW = 6;

const LEAKING = 'stroke:#b42318,stroke-width:3px';
/** Style classes that Mermaid 10, 11 and 12 read: GitHub does not say which version it has. */
const STYLES = `  classDef pii fill:#fde2e2,stroke:#b42318,color:#3b0d0c
  classDef masked fill:#e3f1e3,stroke:#2e7d32,color:#12330f
  classDef leak fill:#b42318,stroke:#7a0b05,color:#ffffff,stroke-width:3px`;

export interface DrawnNode {
  /** Letters and digits. */
  readonly id: string;
  /** Escaped for Mermaid. */
  readonly label: string;
  readonly look: 'pii' | 'leak';
}

/** An arrow on the path of a leak. */
export interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  /** Escaped for Mermaid; not empty. */
  readonly label: string;
}

/** A Mermaid flowchart of leaks from left to right, without groups. It ends in a line end. */
export function drawFlowchart(nodes: readonly DrawnNode[], edges: readonly DrawnEdge[]): string {
  const lines = [
    'flowchart LR',
    ...nodes.map(({ id, label, look }) => `  ${id}["${label}"]:::${look}`),
    ...edges.map(({ from, to, label }) => `  ${from} ==>|"${label}"| ${to}`),
    ...(edges.length > 0 ? [`  linkStyle ${edges.map((_, index) => index).join(',')} ${LEAKING}`] : []),
    STYLES,
  ];
  return `${lines.join('\n')}\n`;
}

/** A Mermaid flowchart of where personal data goes. It ends in a line end. */
export function renderMermaid(graph: PiiGraph): string {
  const { nodes, edges } = graph;
  const ids = new Map(nodes.map(({ uniqueId }, index) => [uniqueId, `n${index}`]));
  const drawn = edges.filter(({ from, to }) => ids.has(from) && ids.has(to));
  const groups = groupNodes(nodes);
  const lines = [
    longestPath(graph) > LONGEST_ROW ? 'flowchart TB' : 'flowchart LR',
    ...[...groups].flatMap(([title, members], index) => [
      `  subgraph g${index}["${mermaidLabel(title)}"]`,
      ...members.map((node) => `    ${ids.get(node.uniqueId)}["${nodeLabel(node)}"]:::${nodeClass(node)}`),
      '  end',
    ]),
    ...drawn.map((edge) => `  ${ids.get(edge.from)} ${arrow(edge)} ${ids.get(edge.to)}`),
    ...drawn.flatMap(({ leaks }, index) => (leaks ? [`  linkStyle ${index} ${LEAKING}`] : [])),
    ...(nodes.length > 0 ? [STYLES] : ['  none["no personal data flows anywhere"]']),
  ];
  return `${lines.join('\n')}\n`;
}

/** Number of nodes on the longest path; circles do not count. */
function longestPath({ nodes, edges }: PiiGraph): number {
  const incoming = new Map(nodes.map(({ uniqueId }) => [uniqueId, 0]));
  const outgoing = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const count = incoming.get(to);
    if (from === to || count === undefined || !incoming.has(from)) continue;
    incoming.set(to, count + 1);
    const list = outgoing.get(from);
    if (list) list.push(to);
    else outgoing.set(from, [to]);
  }
  const lengths = new Map([...incoming].filter(([, count]) => count === 0).map(([uniqueId]) => [uniqueId, 1]));
  const ready = [...lengths.keys()];
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    const length = (lengths.get(next) ?? 0) + 1;
    for (const to of outgoing.get(next) ?? []) {
      lengths.set(to, Math.max(length, lengths.get(to) ?? 0));
      const left = (incoming.get(to) ?? 0) - 1;
      incoming.set(to, left);
      if (left === 0) ready.push(to);
    }
  }
  return [...lengths.values()].reduce((longest, length) => Math.max(longest, length), 0);
}

/** Groups of nodes by title: sources, models without a tier, then tiers and exposures, each in order of the graph. */
function groupNodes(nodes: readonly PiiNode[]): ReadonlyMap<string, readonly PiiNode[]> {
  const groups = new Map<string, PiiNode[]>([
    ['sources', []],
    ['models', []],
  ]);
  for (const node of nodes) {
    const { layer, tier } = node;
    const title = layer === 'model' ? (tier === undefined ? 'models' : `tier ${tier}`) : `${layer}s`;
    const members = groups.get(title) ?? [];
    members.push(node);
    groups.set(title, members);
  }
  return new Map([...groups].filter(([, members]) => members.length > 0));
}

function nodeLabel(node: PiiNode): string {
  const { name, columns } = node;
  if (columns.length === 0) return mermaidLabel(name);
  const leaking = columns.filter((column) => column.leaks);
  const allowed = columns.filter((column) => !column.leaks);
  return [
    mermaidLabel(name),
    ...(leaking.length > 0 ? [`${leakSign(node)}: ${columnList(leaking)}`] : []),
    ...(allowed.length > 0 ? [`${isMasked(allowed) ? 'masked' : 'PII'}: ${columnList(allowed)}`] : []),
  ].join('<br/>');
}

function columnList(columns: PiiNode['columns']): string {
  const shown = columns.slice(0, MOST_COLUMNS).map((column) => mermaidLabel(column.name));
  const more = columns.length > MOST_COLUMNS ? [`and ${columns.length - MOST_COLUMNS} more`] : [];
  return [...shown, ...more].join(', ');
}

/** The word for columns that leak, for readers who do not see their colour. */
function leakSign({ tier }: PiiNode): string {
  return tier === undefined ? 'LEAK' : `LEAK in ${mermaidLabel(tier)}`;
}

function nodeClass({ columns, leaks }: PiiNode): string {
  return leaks ? 'leak' : isMasked(columns) && columns.length > 0 ? 'masked' : 'pii';
}

/** Whether no readable value is left in any of the columns. */
function isMasked(columns: PiiNode['columns']): boolean {
  return columns.every(({ state }) => state === 'pseudonymous' || state === 'aggregate');
}

/** The arrow of an edge: thick for a leak, dotted for a masked or summarised value. */
function arrow({ state, leaks }: PiiEdge): string {
  if (leaks) return '==>';
  return state === 'clear' || state === 'partial' ? '-->' : `-. ${state} .->`;
}
