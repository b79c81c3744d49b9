import type { Resource } from '../project/node.ts';
import { selectNodes } from '../project/selection/select.ts';
import { unreachable } from '../unreachable.ts';
import { openWithoutContract } from './open-project.ts';
import type { Invocation, ProjectOptions, Selection } from './options.ts';

/** A resource as `dbt ls` shows it. */
export interface ListedResource {
  /** The line of `dbt ls`: path and name with dots between; a source or an exposure behind its kind. */
  readonly line: string;
  readonly name: string;
  readonly resourceType: string;
  readonly packageName: string;
  readonly originalFilePath: string;
  readonly uniqueId: string;
  readonly tags: readonly string[];
  /** `undefined` for a source or an exposure. */
  readonly materialized: string | undefined;
}

/**
 * Lists the selected nodes, sources and exposures.
 * @throws {UserError} for a mistake in the project or the selection
 */
export async function listResources(
  options: ProjectOptions & Selection & Invocation,
): Promise<readonly ListedResource[]> {
  const { select, exclude } = options;
  const command = { which: 'list' as const, fullRefresh: false, select, exclude };
  const { project } = await openWithoutContract({ ...options, command });
  const selected = selectNodes(project, options);
  return [...project.nodes.values(), ...project.sources.values(), ...project.exposures.values()]
    .filter(({ uniqueId }) => selected.has(uniqueId))
    .map((resource) => {
      const { name, resourceType, packageName, originalFilePath, uniqueId, tags } = resource;
      const materialized = 'config' in resource ? resource.config.materialized : undefined;
      return {
        line: lineOf(resource),
        name,
        resourceType,
        packageName,
        originalFilePath,
        uniqueId,
        tags,
        materialized,
      };
    });
}

function lineOf(resource: Resource): string {
  const name = resource.fqn.join('.');
  switch (resource.resourceType) {
    case 'source':
    case 'exposure':
      return `${resource.resourceType}:${name}`;
    case 'model':
    case 'snapshot':
    case 'seed':
    case 'test':
      return name;
    default:
      return unreachable(resource);
  }
}
