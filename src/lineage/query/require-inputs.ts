import type { QueryNode } from '../../project/node.ts';
import { UnknownFlow } from '../plan/unknown-flow.ts';
import { isRootNode } from '../root-node.ts';
import { unknownInput } from '../unknown-input.ts';
import type { QueryContext } from './query-context.ts';

/**
 * Stops at a node of which nothing can be said.
 *
 * @throws {UnknownFlow} where a hook writes to it, or an input is unknown
 */
export function requireInputs(node: QueryNode, context: QueryContext): void {
  const { hookEffects, project, shadow } = context;
  const hook = hookEffects.get(node.uniqueId);
  if (hook !== undefined) throw new UnknownFlow(hook);
  for (const input of node.dependsOn.nodes) {
    requireInput(input, context);
    const isRoot = project.sources.has(input) || isRootNode(project.nodes.get(input));
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
export function requireInput(uniqueId: string, context: QueryContext): void {
  const { hookEffects, ledger, project } = context;
  const hook = hookEffects.get(uniqueId);
  if (hook !== undefined && project.sources.has(uniqueId)) throw new UnknownFlow(hook);
  const lineage = ledger.nodes.get(uniqueId);
  if (lineage?.status !== 'unknown') return;
  throw new UnknownFlow(`${unknownInput(uniqueId, project)}: ${lineage.reason}`);
}
