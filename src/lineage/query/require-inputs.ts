import type { QueryNode } from '../../project/node.ts';
import { UnknownFlow } from '../plan/unknown-flow.ts';
import { isRootNode } from '../root-node.ts';
import type { QueryContext } from './query-context.ts';

/** @throws {UnknownFlow} where nothing can be said about a node, since a hook writes to it or an input is unknown */
export function requireInputs(node: QueryNode, context: QueryContext): void {
  const { hookEffects, project, shadow } = context;
  const hook = hookEffects.get(node.uniqueId);
  if (hook !== undefined) throw new UnknownFlow(hook);
  for (const input of node.dependsOn.nodes) {
    requireInput(input, context);
    const isRoot = project.sources.has(input) || isRootNode(project.nodes.get(input));
    if (isRoot && !shadow.columnsOf(input)) {
      throw new UnknownFlow(`it reads ${nameOf(input, context)}, whose columns nobody knows`);
    }
  }
}

/**
 * For one input, also one that a query names without ref().
 *
 * @throws {UnknownFlow} where it is unknown
 */
export function requireInput(uniqueId: string, context: QueryContext): void {
  const { hookEffects, ledger, project } = context;
  const hook = hookEffects.get(uniqueId);
  if (hook !== undefined && project.sources.has(uniqueId)) throw new UnknownFlow(hook);
  const lineage = ledger.nodes.get(uniqueId);
  if (lineage?.status !== 'unknown') return;
  throw new UnknownFlow(`it reads ${nameOf(uniqueId, context)}, which is unknown: ${lineage.reason}`);
}

function nameOf(uniqueId: string, { project }: QueryContext): string {
  return project.nodes.get(uniqueId)?.name ?? uniqueId;
}
