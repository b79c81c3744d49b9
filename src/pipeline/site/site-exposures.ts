import { exposedPii } from '../../contract/exposed-pii.ts';
import type { Lineage } from '../../lineage/flow.ts';
import type { Project } from '../../project/project.ts';
import type { SiteExposure } from '../../site/site.ts';
import type { NodeIndex } from './site-nodes.ts';

export function siteExposures(
  project: Project,
  lineage: Lineage,
  { nodeAt, columnAt }: NodeIndex,
): readonly SiteExposure[] {
  return exposedPii(project, lineage).map(({ exposure, unknown, columns }) => {
    const { uniqueId, name, label, type, owner, description, tags, dependsOn } = exposure;
    const ownerName = owner['name'] ?? owner['email'];
    return {
      id: uniqueId,
      name,
      ...(label !== undefined && { label }),
      type,
      ...(typeof ownerName === 'string' && { owner: ownerName }),
      ...(description !== '' && { description }),
      tags,
      parents: dependsOn.nodes.flatMap((id) => nodeAt(id) ?? []),
      shows: columns.flatMap(({ of, source, state }) => {
        const column = columnAt(of);
        const from = columnAt(source);
        return column && from ? [{ column, source: from, state }] : [];
      }),
      unknown: unknown.flatMap((id) => nodeAt(id) ?? []),
    };
  });
}
