import { join } from 'node:path';
import { artifactMetadata } from '../../project/artifacts/artifact-metadata.ts';
import { isDeclared, isTableNode, type Source, type TableNode } from '../../project/node.ts';
import { type Catalog, readCatalog } from '../../warehouse/catalog.ts';
import { closeOnAbort } from '../../warehouse/close-on-abort.ts';
import { indentedJson } from '../files/indented-json.ts';
import { openExisting } from '../files/open-existing.ts';
import { writeFiles } from '../files/write-files.ts';
import type { DbtCommandOptions } from '../open/open-selected.ts';
import type { DeferOptions } from '../options.ts';
import { compileSelected } from './compile-nodes.ts';

/**
 * Compiles the project and writes catalog.json: the tables of its nodes and sources with their columns (dbt: docs generate).
 * @returns path of the catalog
 * @throws {UserError} for a mistake in the project or a template
 */
export async function writeCatalog(options: DbtCommandOptions & DeferOptions): Promise<string> {
  const { project, config, run, targetFolder } = await compileSelected(options, 'generate');
  await using warehouse = await openExisting(undefined, project.target.path, config.limits);
  using _interrupted = warehouse && closeOnAbort(warehouse, options.signal);
  const catalog = warehouse && (await readCatalog(warehouse));
  const entries = (resources: Iterable<TableNode | Source>) =>
    Object.fromEntries([...resources].flatMap((resource) => catalogEntry(resource, catalog)));
  const artifact = {
    metadata: artifactMetadata('catalog', run),
    nodes: entries([...project.nodes.values()].filter(isTableNode)),
    sources: entries([...project.sources.values()].filter(isDeclared)),
    errors: null,
  };
  await writeFiles(targetFolder, new Map([['catalog.json', indentedJson(artifact)]]));
  return join(targetFolder, 'catalog.json');
}

/** The catalog's entry of a node or source; none where its table does not exist. */
function catalogEntry(
  resource: TableNode | Source,
  catalog: Catalog | undefined,
): readonly (readonly [string, object])[] {
  const table = catalog?.find(resource);
  if (!table) return [];
  const { database, schema, alias, kind, columns } = table;
  const record = {
    metadata: {
      type: kind === 'view' ? 'VIEW' : 'BASE TABLE',
      schema,
      name: alias,
      database,
      comment: null,
      owner: null,
    },
    columns: Object.fromEntries(
      columns.map(({ name, type }, index) => [name, { type, index: index + 1, name, comment: null }]),
    ),
    stats: {
      has_stats: {
        id: 'has_stats',
        label: 'Has Stats?',
        value: false,
        include: false,
        description: 'Indicates whether there are statistics for this table',
      },
    },
    unique_id: resource.uniqueId,
  };
  return [[resource.uniqueId, record]];
}
