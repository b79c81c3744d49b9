import type { Node } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import type { Flow, NodeLineage, RootFlow } from './flow.ts';
import type { QueryTrace } from './query-trace.ts';
import type { TracedProject } from './traced-project.ts';
import { unknownInput } from './unknown-input.ts';

export interface RowsInTemplates {
  readonly project: Project;
  /** Unique ids of the models whose templates read rows. */
  readonly reading: ReadonlySet<string>;
}

/**
 * Removes SQL texts that a template made from rows, since they may hold values of a personal column. Names that are
 * values are hidden by `contract/hidden-names.ts`.
 */
export function hideRows(traced: TracedProject, templates: RowsInTemplates): TracedProject {
  const { project, reading } = templates;
  if (reading.size === 0) return traced;
  const nodes = new Map<string, NodeLineage>();
  const readsRows = new Set<string>();
  for (const [uniqueId, lineage] of traced.nodes) {
    const node = project.nodes.get(uniqueId);
    const inputs = node?.dependsOn.nodes ?? [];
    if (!node || !(reading.has(uniqueId) || inputs.some((input) => readsRows.has(input)))) {
      nodes.set(uniqueId, lineage);
      continue;
    }
    readsRows.add(uniqueId);
    nodes.set(uniqueId, hideInNode(node, lineage, nodes, templates));
  }
  const isTraced = (uniqueId: string) => nodes.get(uniqueId)?.status === 'traced';
  const queries = [...traced.queries]
    .filter(([uniqueId]) => isTraced(uniqueId))
    .map(([uniqueId, query]) => [uniqueId, reading.has(uniqueId) ? withoutText(query) : query] as const);
  return { ...traced, nodes, queries: new Map(queries) };
}

function hideInNode(
  node: Node,
  lineage: NodeLineage,
  above: ReadonlyMap<string, NodeLineage>,
  { project, reading }: RowsInTemplates,
): NodeLineage {
  const unknown = (reason: string): NodeLineage => ({ status: 'unknown', reason, location: node.location });
  if (lineage.status === 'unknown')
    return unknown('its template reads rows, so the reason for its unknown flows is not shown');
  const lost = node.dependsOn.nodes.find((input) => above.get(input)?.status === 'unknown');
  if (lost !== undefined) return unknown(unknownInput(lost, project));
  const hide = (flow: RootFlow): RootFlow => ({
    ...flow,
    steps: flow.steps.map((step) => (reading.has(step.uniqueId) ? { ...step, expression: '' } : step)),
  });
  return {
    ...lineage,
    columns: lineage.columns.map((column) => ({ ...column, flows: column.flows.map(hide) })),
    dataset: lineage.dataset.map(hide),
  };
}

function withoutText({ columns, dataset, size }: QueryTrace): QueryTrace {
  const hide = (flow: Flow): Flow => ({ ...flow, expression: '' });
  return {
    columns: columns.map((column) => ({
      ...column,
      flows: column.flows.map(hide),
      compared: column.compared.map(hide),
    })),
    dataset: dataset.map(hide),
    size: { flows: size.flows.map(hide), compared: size.compared.map(hide) },
  };
}
