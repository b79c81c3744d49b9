import type { ListedResource } from '../pipeline/list-resources.ts';
import type { ProjectOptions, Selection } from '../pipeline/options.ts';
import { terminalText } from '../report/escape.ts';
import { defineCommand } from './command.ts';
import { OUTPUT, type OutputOptions, PROJECT, SELECTION } from './parameters.ts';

interface LsOptions extends ProjectOptions, Selection, OutputOptions {}

/** dbt: `dbt ls`, one line a resource in order of its name. */
export const ls = defineCommand<'ls', LsOptions>({
  name: 'ls',
  summary: 'List the resources of the project.',
  details: 'One line each, or JSON lines with --json.',
  example: 'fenceline ls --select marts.safe',
  parameters: { ...PROJECT, ...SELECTION, ...OUTPUT },
  async act({ json, ...options }, { terminal, invocation }) {
    const { listResources } = await import('../pipeline/list-resources.ts');
    const resources = await listResources({ ...options, ...invocation });
    for (const line of resources.map(json ? jsonLine : ({ line }) => terminalText(line)).sort()) terminal.out(line);
    return 0;
  },
});

function jsonLine(resource: ListedResource): string {
  const { name, resourceType, packageName, originalFilePath, uniqueId, tags, materialized } = resource;
  return JSON.stringify({
    name,
    resource_type: resourceType,
    package_name: packageName,
    original_file_path: originalFilePath,
    unique_id: uniqueId,
    tags,
    ...(materialized !== undefined && { config: { materialized } }),
  });
}
