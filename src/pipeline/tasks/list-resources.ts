import { hideSecrets } from '../../hide-secrets.ts';
import { resourceRecord } from '../../project/artifacts/manifest-node.ts';
import type { ManifestRecord } from '../../project/artifacts/manifest-record.ts';
import type { Resource } from '../../project/node.ts';
import { unreachable } from '../../unreachable.ts';
import { type DbtCommandOptions, openSelected } from '../open/open-selected.ts';

/** A resource as `dbt ls` shows it. */
export interface ListedResource {
  /**
   * The line of `dbt ls`: path and name with dots between, for a source or an exposure with `source:` or `exposure:` in
   * front.
   */
  readonly line: string;
  /** The name as dbt searches for it (dbt: search_name): for a source `source.table`, else the plain name. */
  readonly name: string;
  readonly record: ManifestRecord;
}

/**
 * Lists the selected nodes, sources, exposures and unit tests.
 * @throws {UserError} for a mistake in the project or the selection
 */
export async function listResources(options: DbtCommandOptions): Promise<readonly ListedResource[]> {
  const { project, selected } = await openSelected(options, 'list');
  const { nodes, sources, exposures, unitTests } = project;
  return [...nodes.values(), ...sources.values(), ...exposures.values(), ...unitTests.values()]
    .filter(({ uniqueId }) => selected.has(uniqueId))
    .map((resource) => {
      const listed = { line: lineOf(resource), name: searchName(resource), record: resourceRecord(resource) };
      const hidden: ListedResource = JSON.parse(JSON.stringify(listed), (_, value: unknown) =>
        typeof value === 'string' ? hideSecrets(value, project.secrets) : value,
      );
      return hidden;
    });
}

function searchName(resource: Resource): string {
  return resource.resourceType === 'source' ? `${resource.sourceName}.${resource.name}` : resource.name;
}

function lineOf(resource: Resource): string {
  const name = resource.fqn.join('.');
  switch (resource.resourceType) {
    case 'source':
    case 'exposure':
      return `${resource.resourceType}:${name}`;
    case 'unit_test': {
      const version = resource.version === undefined ? '' : `_v${resource.version}`;
      return `unit_test:${resource.packageName}.${resource.name}${version}`;
    }
    case 'model':
    case 'snapshot':
    case 'seed':
    case 'test':
      return name;
    default:
      return unreachable(resource);
  }
}
