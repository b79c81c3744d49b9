import { sameName } from '../../name.ts';
import type { Mistake } from '../../user-error.ts';
import type { SourceTable } from '../declarations/declared-source.ts';
import { asList } from '../mapping.ts';
import type { Source } from '../node.ts';
import { readExternalLocation } from './external-location.ts';
import type { Loading } from './load-node.ts';
import { folderLayers, mergeConfig } from './merge-config.ts';
import { toMeta } from './node-config.ts';
import { withRelationName } from './place-node.ts';
import { mergeQuoting } from './quoting.ts';

export interface LoadedSource {
  readonly source: Source;
  readonly enabled: boolean;
}

/**
 * Makes a source of its declaration, without a look at the warehouse.
 * @throws {UserError} for an external_location with a name that has no value
 */
export function loadSource(table: SourceTable, { workspace, configs, mistakes }: Loading): LoadedSource {
  const { name, sourceName, schema, identifier, folders, description, columns, location, originalFilePath } = table;
  const packageName = table.package.name;
  const fqn = [packageName, ...folders, sourceName, name];
  const after = configs.root ? folderLayers(configs.root.sources, fqn) : [];
  const config = mergeConfig([...folderLayers(configs.own.sources, fqn), table.config, ...after]);
  const { target, quoting } = workspace.surroundings;
  const attached = target.attached?.find(({ alias }) => sameName(alias, table.database ?? ''));
  // Sources in no attached file are tables of the warehouse: the target's database replaces any other `database`.
  const database = attached?.kind === 'file' ? attached.alias : target.database;
  if (table.database !== undefined && !sameName(table.database, database)) {
    mistakes.remark(attached?.kind === 'postgres' ? copied(table, database) : mapped(table, database));
  }
  const place = withRelationName({
    database,
    schema,
    alias: identifier,
    quoting: mergeQuoting(quoting, table.quoting),
  });
  const enabled = config.get('enabled') !== false;
  const meta = toMeta(config.get('meta'));
  const written = config.get('external_location') ?? meta['external_location'] ?? undefined;
  const values = new Map<string, unknown>([
    ['name', name],
    ['identifier', identifier],
    ['schema', schema],
    ...Object.entries(meta),
  ]);
  const file = written === undefined ? undefined : readExternalLocation(String(written), values, location);
  return {
    enabled,
    source: {
      ...(file && { file }),
      ...(attached?.kind === 'postgres' && { isInPostgres: true }),
      ...(table.freshness && { freshness: table.freshness }),
      resourceType: 'source',
      uniqueId: `source.${packageName}.${sourceName}.${name}`,
      name,
      sourceName,
      sourceDescription: table.sourceDescription,
      loader: table.loader,
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

function copied({ sourceName, schema, database, location }: SourceTable, target: string): Mistake {
  return {
    code: 'database-mapped',
    message: `source '${sourceName}' is in the Postgres that the profile attaches as ${database}: sync copies its tables to ${target}.${schema}.`,
    location,
  };
}

function mapped({ sourceName, schema, database, location }: SourceTable, target: string): Mistake {
  return {
    code: 'database-mapped',
    message: `source '${sourceName}' is in the database ${database}: its tables are read from ${target}.${schema}.`,
    location,
  };
}
