import { exposedPii } from '../../contract/exposed-pii.ts';
import { rootName } from '../../lineage/formats/root-name.ts';
import type { TracedProject } from '../../lineage/traced-project.ts';
import { didYouMean } from '../../nearest-name.ts';
import type { Exposure } from '../../project/node.ts';
import type { Project } from '../../project/project.ts';
import { type ExposureExplanation, explainExposed } from '../../report/explain-exposure.ts';
import { UserError } from '../../user-error.ts';

/**
 * The personal columns whose values reach an exposure.
 * @param subject name of the exposure, alone, behind its package, or as `fenceline ls` prints it
 * @throws {UserError} for an exposure that is not there
 */
export function explainExposure(subject: string, project: Project, lineage: TracedProject): ExposureExplanation {
  const { uniqueId } = findExposure(subject, project);
  const exposed = exposedPii(project, lineage).find(({ exposure }) => exposure.uniqueId === uniqueId);
  if (!exposed) throw new Error(`internal: ${uniqueId} is not among the exposures`);
  return explainExposed(exposed, {
    node: (id) => nameOf(id, project),
    column: (column) => rootName(project, column),
  });
}

function findExposure(subject: string, { exposures }: Project): Exposure {
  const all = [...exposures.values()];
  const exposure = all.find(({ name, packageName, fqn }) =>
    [name, `${packageName}.${name}`, fqn.join('.')].includes(subject),
  );
  if (exposure) return exposure;
  const names = all.map(({ name }) => name);
  throw new UserError({
    code: 'unknown-exposure',
    message: `'${subject}' is no exposure.${didYouMean(subject, names)}`,
    fix:
      names.length === 0
        ? 'the project has none; write them below exposures: in a properties file'
        : `write it as fenceline explain exposure:name with one of: ${names.join(', ')}`,
  });
}

function nameOf(uniqueId: string, { sources, nodes }: Project): string {
  const source = sources.get(uniqueId);
  return source ? `${source.sourceName}.${source.name}` : (nodes.get(uniqueId)?.name ?? uniqueId);
}
