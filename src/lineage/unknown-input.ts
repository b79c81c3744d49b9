import type { Project } from '../project/project.ts';

/** Why a node that reads an unknown one is unknown; the reason of the other one may follow. */
export function unknownInput(uniqueId: string, { nodes }: Pick<Project, 'nodes'>): string {
  return `it reads ${nodes.get(uniqueId)?.name ?? uniqueId}, which is unknown`;
}
