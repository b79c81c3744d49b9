import type { Project } from '../project/project.ts';

/** Reason why a node is unknown: it reads this unknown node. The reason of that node may follow. */
export function unknownInput(uniqueId: string, { nodes }: Pick<Project, 'nodes'>): string {
  return `it reads ${nodes.get(uniqueId)?.name ?? uniqueId}, which is unknown`;
}
