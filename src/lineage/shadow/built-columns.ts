import type { Project } from '../../project/project.ts';
import { readTable } from '../../warehouse/catalog.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { Lineage, NodeLineage } from '../flow.ts';
import type { TracedProject } from '../traced-project.ts';
import { unknownInput } from '../unknown-input.ts';

/**
 * Marks a model with a PIVOT over the data as unknown if its built table has other columns than the declared values
 * give, since the trace proves only those; and so each model that reads it. A model that is not built does not count:
 * it has no data.
 */
export async function requireBuiltColumns(
  traced: TracedProject,
  project: Project,
  warehouse: Warehouse,
): Promise<TracedProject> {
  const other = new Set<string>();
  for (const [uniqueId, declared] of traced.declaredColumns) {
    const node = project.nodes.get(uniqueId);
    const built = (node && (await readTable(node, warehouse))?.columns) ?? [];
    const isSame = built.length === declared.length && built.every(({ name }, index) => name === declared[index]?.name);
    if (built.length > 0 && !isSame) other.add(uniqueId);
  }
  return other.size > 0 ? { ...traced, nodes: withUnknown(traced, other, project) } : traced;
}

function withUnknown(traced: TracedProject, other: ReadonlySet<string>, project: Project): Lineage['nodes'] {
  const nodes = new Map<string, NodeLineage>();
  for (const [uniqueId, node] of traced.nodes) {
    const reason = other.has(uniqueId) ? OTHER_COLUMNS : reasonOfInput(uniqueId, nodes, traced, project);
    const location = project.nodes.get(uniqueId)?.location;
    const isNew = node.status === 'traced' && reason !== undefined && location;
    const names = node.names && { names: node.names };
    nodes.set(uniqueId, isNew ? { status: 'unknown', reason, location, ...names } : node);
  }
  return nodes;
}

// This message names no column, since the column names of a PIVOT are data values.
const OTHER_COLUMNS =
  "the data gives its PIVOT other columns than the declared values do; correct accepted_values, or list the values: PIVOT … ON … IN ('a', 'b')";

function reasonOfInput(
  uniqueId: string,
  nodes: Lineage['nodes'],
  { queries }: TracedProject,
  project: Project,
): string | undefined {
  const query = queries.get(uniqueId);
  const flows = [query?.dataset ?? [], ...(query?.columns.map((column) => column.flows) ?? [])].flat();
  const inputs = [
    ...(project.nodes.get(uniqueId)?.dependsOn.nodes ?? []),
    ...flows.map(({ source }) => source.uniqueId),
  ];
  for (const input of inputs) {
    const read = nodes.get(input);
    if (read?.status === 'unknown') {
      return `${unknownInput(input, project)}: ${read.reason}`;
    }
  }
  return undefined;
}
