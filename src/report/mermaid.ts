import type { PiiEdge, PiiGraph, PiiNode } from '../contract/pii-graph.ts';
import { mermaidLabel } from './escape.ts';

/** More than this nobody can read; GitHub itself draws up to 500 edges and 50,000 characters. */
const MOST_NODES = 40;
const MOST_EDGES = 60;
const MOST_COLUMNS = 4;

/** Valid in Mermaid 10, 11 and 12: GitHub does not say which it has. */
const STYLES = `  classDef pii fill:#fde2e2,stroke:#b42318,color:#3b0d0c
  classDef masked fill:#e3f1e3,stroke:#2e7d32,color:#12330f
  classDef leak fill:#b42318,stroke:#7a0b05,color:#ffffff,stroke-width:3px`;

/** Whether a diagram of this graph is small enough to be read in a comment. */
export function fitsComment({ nodes, edges }: PiiGraph): boolean {
  return nodes.length <= MOST_NODES && edges.length <= MOST_EDGES;
}

/** Only the nodes and edges that lie on the path of a leak. */
export function leakingPart({ nodes, edges }: PiiGraph): PiiGraph {
  const leaking = edges.filter(({ leaks }) => leaks);
  const touched = new Set(leaking.flatMap(({ from, to }) => [from, to]));
  return { nodes: nodes.filter(({ uniqueId }) => touched.has(uniqueId)), edges: leaking };
}

/** A Mermaid flowchart of where personal data goes, ending in a line end. */
export function renderMermaid({ nodes, edges }: PiiGraph): string {
  const ids = new Map(nodes.map(({ uniqueId }, index) => [uniqueId, `n${index}`]));
  const groups = groupNodes(nodes);
  const lines = [
    'flowchart LR',
    ...[...groups].flatMap(([title, members], index) => [
      `  subgraph g${index}["${mermaidLabel(title)}"]`,
      ...members.map((node) => `    ${ids.get(node.uniqueId)}["${nodeLabel(node)}"]:::${nodeClass(node)}`),
      '  end',
    ]),
    ...edges.map((edge) => `  ${ids.get(edge.from)} ${arrow(edge)} ${ids.get(edge.to)}`),
    ...edges.flatMap(({ leaks }, index) => (leaks ? [`  linkStyle ${index} stroke:#b42318,stroke-width:3px`] : [])),
    ...(nodes.length > 0 ? [STYLES] : ['  none["no personal data flows anywhere"]']),
  ];
  return `${lines.join('\n')}\n`;
}

/** Sources first, then models without a tier, then the tiers, each in order of the graph. */
function groupNodes(nodes: readonly PiiNode[]): ReadonlyMap<string, readonly PiiNode[]> {
  const groups = new Map<string, PiiNode[]>();
  const titleOf = ({ layer, tier }: PiiNode) =>
    layer === 'source' ? 'sources' : tier === undefined ? 'models' : `tier ${tier}`;
  const tiers = [...new Set(nodes.map(titleOf))].filter((title) => title !== 'sources' && title !== 'models');
  for (const title of ['sources', 'models', ...tiers]) {
    const members = nodes.filter((node) => titleOf(node) === title);
    if (members.length > 0) groups.set(title, members);
  }
  return groups;
}

function nodeLabel({ name, columns, leaks, tier }: PiiNode): string {
  const shown = columns.slice(0, MOST_COLUMNS).map((column) => mermaidLabel(column.name));
  const more = columns.length > MOST_COLUMNS ? [`and ${columns.length - MOST_COLUMNS} more`] : [];
  const sign = leaks ? `LEAK in ${mermaidLabel(tier ?? '')}: ` : isMasked(columns) ? 'masked: ' : 'PII: ';
  return [mermaidLabel(name), `${sign}${[...shown, ...more].join(', ')}`].join('<br/>');
}

function nodeClass({ columns, leaks }: PiiNode): string {
  return leaks ? 'leak' : isMasked(columns) ? 'masked' : 'pii';
}

/** Nothing readable is left in any of its columns. */
function isMasked(columns: PiiNode['columns']): boolean {
  return columns.every(({ state }) => state === 'pseudonymous' || state === 'aggregate');
}

/** Dotted where only a masked or summarised value goes on. */
function arrow({ state, leaks }: PiiEdge): string {
  if (leaks) return '==>';
  return state === 'clear' || state === 'partial' ? '-->' : `-. ${state} .->`;
}
