import { isQueryNode } from '../../project/node.ts';
import type { Project } from '../../project/project.ts';
import type { Lineage, NodeLineage, RootFlow } from '../flow.ts';
import { rootName } from './root-name.ts';

/** The public shape of `lineage.json` (`schema/lineage.schema.json`): models by name, each flow from its root column. */
export function lineageJson(
  project: Project,
  lineage: Lineage,
  exposures: { readonly [name: string]: object },
): object {
  const models: Record<string, object> = {};
  for (const [uniqueId, node] of lineage.nodes) {
    const model = project.nodes.get(uniqueId);
    if (!isQueryNode(model)) continue;
    models[model.name] = {
      unique_id: uniqueId,
      relation: `${model.schema}.${model.alias}`,
      ...nodeJson(project, node),
    };
  }
  return { version: 1, models, exposures };
}

function nodeJson(project: Project, node: NodeLineage): object {
  if (node.status === 'unknown') return { status: 'unknown', reason: node.reason, columns: {}, dataset: [] };
  const columns = node.columns.map(({ name, flows }) => [
    name,
    flows.filter((flow) => isFromRoot(project, flow)).map((flow) => flowJson(project, flow)),
  ]);
  return {
    status: 'traced',
    columns: Object.fromEntries(columns),
    dataset: node.dataset.filter((flow) => isFromRoot(project, flow)).map((flow) => influenceJson(project, flow)),
  };
}

function isFromRoot(project: Project, { source }: RootFlow): boolean {
  return !isQueryNode(project.nodes.get(source.uniqueId));
}

function flowJson(project: Project, flow: RootFlow): object {
  const { state, masking, steps } = flow;
  const via = steps.slice(0, -1).map((step) => nameOf(project, step.uniqueId, step.column));
  return { ...influenceJson(project, flow), state, masking, via };
}

function influenceJson(project: Project, { source, type, subtype }: RootFlow): object {
  return { source: rootName(project, source), type, subtype };
}

function nameOf(project: Project, uniqueId: string, column: string | undefined): string {
  const name = project.nodes.get(uniqueId)?.name ?? uniqueId;
  return column === undefined ? name : `${name}.${column}`;
}
