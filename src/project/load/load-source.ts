import type { SourceTable } from '../declarations/declared-source.ts';
import { asList } from '../mapping.ts';
import type { Source } from '../node.ts';
import type { Loading } from './load-node.ts';
import { folderLayers, mergeConfig } from './merge-config.ts';
import { toMeta } from './node-config.ts';
import { named } from './place-node.ts';
import { mergeQuoting } from './quoting.ts';

export interface LoadedSource {
  readonly source: Source;
  readonly enabled: boolean;
  /** dbt-duckdb: a path, or SQL, that is read in the place of a table. Fenceline does not read it. */
  readonly externalLocation: string | undefined;
}

/** A source table as declared, placed where its source says; nothing is looked up in the warehouse. */
export function loadSource(table: SourceTable, { workspace, configs }: Loading): LoadedSource {
  const { name, sourceName, schema, identifier, folders, description, columns, location, originalFilePath } = table;
  const packageName = table.package.name;
  const fqn = [packageName, ...folders, sourceName, name];
  const after = configs.root ? folderLayers(configs.root.sources, fqn) : [];
  const config = mergeConfig([...folderLayers(configs.own.sources, fqn), table.config, ...after]);
  const { target, quoting } = workspace.surroundings;
  const place = named({
    database: table.database ?? target.database,
    schema,
    alias: identifier,
    quoting: mergeQuoting(quoting, table.quoting),
  });
  const enabled = config.get('enabled') !== false;
  const meta = toMeta(config.get('meta'));
  const externalLocation = config.get('external_location') ?? meta['external_location'] ?? undefined;
  return {
    enabled,
    externalLocation: externalLocation === undefined ? undefined : String(externalLocation),
    source: {
      resourceType: 'source',
      uniqueId: `source.${packageName}.${sourceName}.${name}`,
      name,
      sourceName,
      packageName,
      path: originalFilePath,
      originalFilePath,
      fqn,
      description,
      tags: [...new Set(asList(config.get('tags')).map(String))],
      meta,
      ...place,
      identifier,
      columns,
      location,
    },
  };
}
