import { openProject } from '../pipeline/open-project.ts';
import type { PipelineOptions } from '../pipeline/pipeline-options.ts';
import type { Resource } from '../project/node.ts';
import { selectNodes } from '../project/selection/select.ts';
import { terminalText } from '../report/escape.ts';
import { unreachable } from '../unreachable.ts';
import type { Flags } from './project-options.ts';
import type { Terminal } from './terminal.ts';

/** dbt: `dbt ls`, one line a resource in order of its name. */
export async function ls(options: PipelineOptions, flags: Flags, terminal: Terminal): Promise<number> {
  const { project } = await openProject(options);
  const selected = selectNodes(project, options);
  const resources = [...project.nodes.values(), ...project.sources.values(), ...project.exposures.values()].filter(
    ({ uniqueId }) => selected.has(uniqueId),
  );
  const lines = resources
    .map((resource) => (flags.json ? jsonLine(resource) : terminalText(listName(resource))))
    .sort();
  for (const line of lines) terminal.out(line);
  return 0;
}

function listName(resource: Resource): string {
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

function jsonLine(resource: Resource): string {
  const { name, resourceType, packageName, originalFilePath, uniqueId, tags } = resource;
  return JSON.stringify({
    name,
    resource_type: resourceType,
    package_name: packageName,
    original_file_path: originalFilePath,
    unique_id: uniqueId,
    tags,
    ...('config' in resource && { config: { materialized: resource.config.materialized } }),
  });
}
