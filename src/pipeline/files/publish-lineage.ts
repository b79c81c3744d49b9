import { exposedPii } from '../../contract/exposed-pii.ts';
import { exposuresJson } from '../../contract/exposures-json.ts';
import { readableTrace } from '../../contract/hidden-names.ts';
import { hideSecrets } from '../../hide-secrets.ts';
import { lineageJson } from '../../lineage/formats/lineage-json.ts';
import { openLineageEvents } from '../../lineage/formats/openlineage.ts';
import type { TracedProject } from '../../lineage/traced-project.ts';
import type { Project } from '../../project/project.ts';
import { VERSION } from '../../version.ts';
import { indentedJson } from './indented-json.ts';

/** Lineage as it is published: of the nodes and exposures that are selected, without personal names and secrets. */
export interface PublishedLineage {
  /** `lineage.json`. */
  json(): string;
  /** `openlineage.ndjson`, an event a line, all at one time. */
  openLineage(time: Date): string;
}

export function publishLineage(
  project: Project,
  traced: TracedProject,
  isSelected: (uniqueId: string) => boolean,
): PublishedLineage {
  const readable = readableTrace(traced, project);
  const nodes = new Map([...readable.nodes].filter(([uniqueId]) => isSelected(uniqueId)));
  const lineage = { ...readable, nodes };
  return {
    json() {
      const exposed = exposedPii(project, readable).filter(({ exposure }) => isSelected(exposure.uniqueId));
      return hideSecrets(indentedJson(lineageJson(project, lineage, exposuresJson(project, exposed))), project.secrets);
    },
    openLineage: (time) =>
      hideSecrets(openLineageEvents({ project, lineage, version: VERSION, time }), project.secrets),
  };
}
