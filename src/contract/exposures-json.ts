import { rootName } from '../lineage/formats/root-name.ts';
import type { Project } from '../project/project.ts';
import type { Exposed, ExposedColumn } from './exposed-pii.ts';

/** The member `exposures` of `lineage.json` (`schema/lineage.schema.json`). */
export function exposuresJson(project: Project, exposed: readonly Exposed[]): { readonly [name: string]: object } {
  const nameOf = (uniqueId: string) => {
    const source = project.sources.get(uniqueId);
    return source ? `${source.sourceName}.${source.name}` : (project.nodes.get(uniqueId)?.name ?? uniqueId);
  };
  return Object.fromEntries(
    exposed.map(({ exposure, unknown, columns }) => [
      exposure.name,
      {
        models: exposure.dependsOn.nodes.map(nameOf),
        unknown: unknown.map(nameOf),
        pii: columns.map((column) => columnJson(project, column)),
      },
    ]),
  );
}

function columnJson(project: Project, { source, state, steps }: ExposedColumn): object {
  const via = steps.flatMap(({ uniqueId, column }) =>
    column === undefined ? [] : [rootName(project, { uniqueId, column })],
  );
  return { source: rootName(project, source), state, via };
}
