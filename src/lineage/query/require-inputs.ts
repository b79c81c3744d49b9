import type { QueryNode } from '../../project/node.ts';
import { UnknownFlow } from '../plan/unknown-flow.ts';
import { isRootNode } from '../root-node.ts';
import { unknownInput } from '../unknown-input.ts';
import type { QueryContext } from './query-context.ts';

/**
 * Stops at a node that reads something unknown.
 *
 * @throws {UnknownFlow} where an input is unknown, or nobody knows its columns
 */
export function requireInputs(node: QueryNode, context: QueryContext): void {
  const { project, shadow } = context;
  for (const input of node.dependsOn.nodes) {
    requireInput(input, context);
    const source = project.sources.get(input);
    const isRoot = (source !== undefined && source.node === undefined) || isRootNode(project.nodes.get(input));
    if (isRoot && !shadow.columnsOf(input)) {
      throw new UnknownFlow(`it reads ${project.nodes.get(input)?.name ?? input}, whose columns nobody knows`);
    }
  }
}

/**
 * Stops at an unknown input, also at one that a query names without ref().
 *
 * @throws {UnknownFlow}
 */
export function requireInput(uniqueId: string, { ledger, project }: QueryContext): void {
  const unproven = project.unproven.get(uniqueId);
  if (unproven) throw new UnknownFlow(`it reads ${nameOf(uniqueId, project)}: ${unproven.reason}`);
  const lineage = ledger.nodes.get(uniqueId);
  if (lineage?.status !== 'unknown') return;
  throw new UnknownFlow(`${unknownInput(uniqueId, project)}: ${lineage.reason}`);
}

function nameOf(uniqueId: string, { nodes, sources }: QueryContext['project']): string {
  return nodes.get(uniqueId)?.name ?? sources.get(uniqueId)?.name ?? uniqueId;
}
