import type { Project } from '../../project/project.ts';
import type { ColumnRef } from '../flow.ts';

/** The name of a column in reports: `raw.raw_user.email` of a source, `regions.name` of a seed or model. */
export function rootName(project: Project, { uniqueId, column }: ColumnRef): string {
  const source = project.sources.get(uniqueId);
  return source
    ? `${source.sourceName}.${source.name}.${column}`
    : `${project.nodes.get(uniqueId)?.name ?? uniqueId}.${column}`;
}
