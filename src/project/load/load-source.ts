import { asList } from '../mapping.ts';
import type { Source } from '../node.ts';
import type { SourceTable } from './declarations.ts';
import type { Loading } from './load-node.ts';
import { folderLayers, mergeConfig } from './merge-config.ts';
import { toMeta } from './node-config.ts';
import { relationName } from './place-node.ts';

export interface LoadedSource {
  readonly source: Source;
  readonly enabled: boolean;
}

/** A source table as declared, placed where its source says; nothing is looked up in the warehouse. */
export function loadSource(table: SourceTable, { workspace, configs, mistakes }: Loading): LoadedSource {
  const { name, sourceName, schema, identifier, folders, description, columns, location, originalFilePath } = table;
  const packageName = table.package.name;
  const fqn = [packageName, ...folders, sourceName, name];
  const after = configs.root ? folderLayers(configs.root.sources, fqn) : [];
  const config = mergeConfig([...folderLayers(configs.own.sources, fqn), table.config, ...after]);
  const placement = { database: table.database ?? workspace.surroundings.target.database, schema, alias: identifier };
  const enabled = config.get('enabled') !== false;
  const meta = toMeta(config.get('meta'));
  const elsewhere = config.get('external_location') ?? meta['external_location'];
  if (enabled && String(elsewhere ?? '').includes('(')) {
    mistakes.push({
      code: 'not-supported',
      message: `source('${sourceName}', '${name}') has an external_location that is SQL: Fenceline cannot trace what it reads.`,
      location,
      fix: 'put the SQL into a model, or write the location as a path',
    });
  }
  return {
    enabled,
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
      ...placement,
      relationName: relationName(placement),
      identifier,
      columns,
      location,
    },
  };
}
